"""What the server says of devices with many accounts: no scene has that many people, so pages are shown this."""

from typing import Any

_ENDED: dict[str, Any] = {"attempt": "0", "number": 1, "state": "submitted", "started_at": "2026-11-18T05:00:00Z"}
_UNDER_WAY = {**_ENDED, "attempt": "1", "number": 2, "state": "open"}
_PEOPLE = [
    {
        "name": name,
        "unit_name": "Phường Ba Đình",
        "attempts": [_ENDED, _UNDER_WAY] if name == "T. V. Bình" else [_ENDED],
    }
    for name in ("N. T. Hoa", "T. V. Bình", "L. M. Châu", "P. Q. Dũng", "H. T. Giang", "V. N. Hà")
]
TWO_DEVICES = {
    "accounts_max": 5,
    "total": 2,
    "devices": [{"device": number, "people_count": count, "people": _PEOPLE} for number, count in ((1, 214), (2, 6))],
}
