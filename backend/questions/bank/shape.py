"""Hold a file against its JSON Schema and say in Vietnamese, by line, where it does not fit."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from backend.core.written import ACCEPTED_MAX
from backend.questions.bank.nodes import Tree

# The schemas come with the product and not with the bank that is read: a bank cannot loosen its own rules.
SCHEMAS = Path(__file__).resolve().parents[3] / "question_bank" / "schema"
_formats = FormatChecker(formats=())
_TYPES = {
    "string": "chữ",
    "array": "danh sách",
    "object": "nhóm trường",
    "integer": "số nguyên",
    "boolean": "true hoặc false",
    "null": "null",
}

# What is said of a rule whatever its value.
_PLAIN = {
    "enum": ("unknown_value", "Giá trị này không có trong danh sách cho phép."),
    "const": ("unknown_value", "Giá trị này không có trong danh sách cho phép."),
    "pattern": ("bad_format", "Giá trị không đúng dạng quy định."),
    "format": ("bad_date", "Không có ngày này."),
    "minLength": ("empty_text", "Văn bản để trống."),
    # A field that questions of another kind have.
    "not": ("unknown_field", "Loại câu này không có trường ghi ở đây."),
}


@_formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


def load_schema(kind: str) -> Mapping[str, Any]:
    """Return the schema of "topics", "document" or "questions" files."""
    schema: Mapping[str, Any] = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return schema


def check_shape(tree: Tree, schema: Mapping[str, Any]) -> set[tuple[str | int, ...]]:
    """Note every misfit in the tree; return the paths of the values that do not fit."""
    misfits: set[tuple[str | int, ...]] = set()
    for error in Draft202012Validator(schema, format_checker=_formats).iter_errors(tree.data):
        for leaf in error.context or [error]:
            misfits.add(tuple(leaf.absolute_path))
            _note(tree, leaf)
    return misfits


def _note(tree: Tree, error: ValidationError) -> None:
    path, rule = tuple(error.absolute_path), error.validator_value
    match error.validator:
        case "required":
            for name in sorted(set(_names(rule)) - set(_names(error.instance))):
                tree.add(path, "missing_field", f"Thiếu trường “{name}”.")
        case "additionalProperties":
            known = set(error.schema.get("properties", {})) if isinstance(error.schema, dict) else set()
            for name in sorted(set(_names(error.instance)) - known):
                tree.add((*path, name), "unknown_field", f"Không có trường tên “{name[:40]}”.")
        case "type":
            allowed = [rule] if isinstance(rule, str) else _names(rule)
            tree.add(
                path, "wrong_type", f"Giá trị phải là {' hoặc '.join(_TYPES.get(name, name) for name in allowed)}."
            )
        case "maxLength":
            tree.add(path, "text_too_long", f"Văn bản dài quá {rule} ký tự.")
        case "minItems" | "maxItems" | "uniqueItems":
            tree.add(path, *_count_problem(path))
        case rule_name:
            tree.add(path, *_PLAIN.get(str(rule_name), ("bad_value", "Giá trị không đúng quy định.")))


def _count_problem(path: tuple[str | int, ...]) -> tuple[str, str]:
    if path and path[-1] == "answer":
        return "key_count", "Số đáp án không hợp với loại câu, hoặc có đáp án ghi hai lần."
    if path and path[-1] == "accepted":
        return "accepted_count", f"Câu điền cần từ 1 đến {ACCEPTED_MAX} đáp án được chấp nhận."
    if path and path[-1] == "cite":
        return "missing_citation", "Câu hỏi chưa dẫn mục văn bản nào chứng minh đáp án."
    return "bad_count", "Danh sách thiếu, thừa hoặc có mục ghi hai lần."


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list | tuple | dict) else []
