"""Keyed digests and sealed values of identity numbers. Keys come from files, never from the database they protect."""

import hashlib
import hmac
import secrets
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_DIGITS = 64  # 32 bytes, written in hexadecimal
_NONCE_BYTES = 12  # NIST SP 800-38D, 8.2


def is_key(text: str) -> bool:
    """Tell whether a setting is 32 bytes in hexadecimal."""
    return len(text) == KEY_DIGITS and not set(text.lower()) - set("0123456789abcdef")


def digest_of(number: str) -> bytes:
    """Return the keyed digest: equal for equal numbers. Without the key twelve digits are tried out in minutes."""
    return hmac.digest(bytes.fromhex(settings.IDENTITY_HMAC_KEY), number.encode(), hashlib.sha256)


def seal(number: str, *, person: UUID) -> tuple[bytes, bytes]:
    """Return the encrypted number and its nonce. It opens for this person alone: a row moved to another does not."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _cipher(settings.IDENTITY_AES_KEY).encrypt(nonce, number.encode(), person.bytes), nonce


def unseal(sealed: bytes, nonce: bytes, *, person: UUID) -> str:
    """Return the number. Raises cryptography's InvalidTag for another person's row, another key, a changed value."""
    return _cipher(settings.IDENTITY_AES_KEY).decrypt(nonce, sealed, person.bytes).decode()


def is_ours(sealed: bytes, nonce: bytes, digest: bytes, *, person: UUID) -> bool:
    """Tell whether both keys are those with which the row was written."""
    try:
        return hmac.compare_digest(digest_of(unseal(sealed, nonce, person=person)), digest)
    except InvalidTag:
        return False


@lru_cache(maxsize=2)
def _cipher(key: str) -> AESGCM:
    return AESGCM(bytes.fromhex(key))
