"""Letters that were laid into a folder, because there is no mail server: each carries somebody's address."""

import re
from pathlib import Path

from django.conf import settings


def forget_letters(address: str) -> int:
    """Delete the letters to an address; return how many there were.

    Nothing takes them back should the erasure fail after all: a letter about a password of an account that is about
    to go is no loss.
    """
    # The whole address: "an@…" is the end of many others.
    named = re.compile(rb"(?<![^\s<>,;:\"'])" + re.escape(address.encode()) + rb"(?![^\s<>,;:\"'])", re.IGNORECASE)
    folder, forgotten = Path(settings.EMAIL_FILE_PATH), 0
    for letter in folder.glob("*.log") if folder.is_dir() else ():
        if named.search(letter.read_bytes()):
            letter.unlink(missing_ok=True)
            forgotten += 1
    return forgotten
