"""The commands of `run.py` and their help."""

from backend.launcher.errors import unknown_command

# Command -> which lock it needs.
COMMANDS = {
    "start": "runtime",
    "test": "dev",
    "rehearse": "runtime",
    "bench": "runtime",
    "faults": "dev",
    "screens": "dev",
}

USAGE = """\
python3 run.py                      chạy Hội Thi; mặc định http://127.0.0.1:8000 (start everything)
    --no-demo                       không nạp kết quả mẫu (leave out the synthetic results)
    --fresh                         xóa dữ liệu của máy chủ đi kèm trước khi chạy (delete the embedded data first)
python3 run.py test [--fast]        chạy mọi kiểm tra; --fast bỏ trình duyệt (every check; without the browser)
python3 run.py test PYTEST_ARGS     chỉ chạy pytest trên máy chủ dữ liệu tạm (pytest alone, on throwaway servers)
python3 run.py rehearse --citizens N [--speed X] [--url URL]     diễn tập với N thí sinh giả lập (synthetic citizens)
python3 run.py screens DIR [--url URL]                           chụp mọi màn hình (picture every page)
python3 run.py bench | faults ...                                đo tốc độ | thử sự cố (measure | inject faults)

Biến môi trường (environment): PORT, DATABASE_URL, REDIS_URL, DATA_DIR; mọi biến khác (all others): deploy/env.example
"""


def split_command(arguments: list[str]) -> tuple[str, list[str]]:
    """Return the command, `start` where none is named, and its arguments."""
    if not arguments or arguments[0].startswith("-"):
        return "start", list(arguments)
    if arguments[0] not in COMMANDS:
        raise unknown_command(arguments[0], ", ".join(COMMANDS))
    return arguments[0], arguments[1:]
