"""Letters that were laid into a folder, because there is no mail server: each carries somebody's address."""

import re
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path

from django.conf import settings
from django.utils.encoding import punycode

# Between the letters of one file.
_RULE = re.compile(rb"^-{79}\r?\n", re.MULTILINE)
_RECEIVERS = ("To", "Cc", "Bcc")


def forget_letters(address: str) -> int:
    """Delete the letters to an address; return how many there were.

    Nothing takes them back should the erasure fail after all: a letter about a password of an account that is about
    to go is no loss.
    """
    # The whole address: "an@…" is the end of many others.
    named = re.compile(rb"(?<![^\s<>,;:\"'])" + re.escape(address.encode()) + rb"(?![^\s<>,;:\"'])", re.IGNORECASE)
    wanted = _plain(address)
    folder, forgotten = Path(settings.EMAIL_FILE_PATH), 0
    for letter in folder.glob("*.log") if folder.is_dir() else ():
        text = letter.read_bytes()
        if named.search(text) or wanted in _receivers(text):
            letter.unlink(missing_ok=True)
            forgotten += 1
    return forgotten


def _receivers(text: bytes) -> set[str]:
    """Return whom the letters of a file go to, as `_plain` has them."""
    letters = (BytesHeaderParser().parsebytes(one) for one in _RULE.split(text))
    return {_plain(address) for letter in letters for address in _addresses(letter)}


def _addresses(letter: Message) -> list[str]:
    named = [str(value) for name in _RECEIVERS for value in letter.get_all(name, [])]
    return [address for _, address in getaddresses(named) if address]


def _plain(address: str) -> str:
    """Return an address in one form: what stands before the @ decoded, the domain as the mail servers write it."""
    local, _, domain = address.rpartition("@")
    try:
        local, domain = str(make_header(decode_header(local))), punycode(domain)
    except (UnicodeError, LookupError, ValueError):
        # Not what any letter of ours has: it is compared as it stands.
        return address.lower()
    return f"{local}@{domain}".lower()
