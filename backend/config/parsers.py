"""Read JSON bodies strictly: no NaN, no NUL, no deep nesting, a bounded size."""

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from backend.core.errors import UserError

MAX_DEPTH = 32  # deeper input is never ours and costs stack


class BodyTooLarge(UserError):
    code = "body_too_large"
    vi = "Dữ liệu gửi lên quá lớn."
    en = "The data sent is too large."


class StrictJSONParser(BaseParser):
    """Parses `application/json` alone."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the parsed body. Raises ParseError (400) or BodyTooLarge (413)."""
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge
        try:
            data = json.loads(codecs.decode(raw, "utf-8"), parse_constant=_refuse)
            # Half a surrogate pair passes for text until the database or an answer has to encode it.
            json.dumps(data, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError from error
        if _depth_exceeds(data, MAX_DEPTH) or "\\u0000" in raw.decode() or "\x00" in raw.decode():
            raise ParseError
        return data


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _depth_exceeds(value: object, allowed: int) -> bool:
    if isinstance(value, dict):
        return allowed == 0 or any(_depth_exceeds(inner, allowed - 1) for inner in value.values())
    if isinstance(value, list):
        return allowed == 0 or any(_depth_exceeds(inner, allowed - 1) for inner in value)
    return False
