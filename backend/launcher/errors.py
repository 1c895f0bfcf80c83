"""Failures that a person at the terminal can mend: one plain line, Vietnamese then English, exit status 2."""

import sys


class LauncherError(Exception):
    """Something outside the product is in the way; both lines say what to do about it."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(code)
        self.code = code
        self.vi = vi
        self.en = en

    @property
    def line(self) -> str:
        return f"{self.vi} | {self.en}"


def report(error: LauncherError) -> int:
    """Print the line and return the exit status."""
    print(error.line, file=sys.stderr, flush=True)
    return 2


def venv_missing() -> LauncherError:
    return LauncherError(
        "venv_missing",
        "Thiếu mô-đun venv của Python: cài gói python3-venv (sudo apt install python3-venv) rồi chạy lại.",
        "Python's venv module is missing: install python3-venv (sudo apt install python3-venv), then run again.",
    )


def not_writable(folder: str) -> LauncherError:
    return LauncherError(
        "not_writable",
        f"Không ghi được vào thư mục {folder}: hãy cấp quyền ghi hoặc chuyển mã nguồn sang thư mục khác.",
        f"Cannot write to {folder}: grant write permission or move the source tree elsewhere.",
    )


def disk_full(free_mb: int, needed_mb: int) -> LauncherError:
    return LauncherError(
        "disk_full",
        f"Đĩa chỉ còn {free_mb} MB trống, cần ít nhất {needed_mb} MB: hãy giải phóng chỗ trống rồi chạy lại.",
        f"Only {free_mb} MB of disk are free and {needed_mb} MB are needed: free some space, then run again.",
    )


def port_taken(port: int) -> LauncherError:
    return LauncherError(
        "port_taken",
        f"Cổng {port} đang có chương trình khác dùng: tắt chương trình đó hoặc chạy PORT={port + 1} python3 run.py.",
        f"Port {port} is taken by another program: stop it, or run PORT={port + 1} python3 run.py.",
    )


def port_invalid(value: str) -> LauncherError:
    return LauncherError(
        "port_invalid",
        f"PORT={value} không phải là số cổng: hãy đặt một số từ 1 đến 65535.",
        f"PORT={value} is not a port number: set one from 1 to 65535.",
    )


def already_running(folder: str) -> LauncherError:
    return LauncherError(
        "already_running",
        f"Hội Thi đang chạy từ thư mục này (khóa: {folder}): dừng bản đang chạy (Ctrl-C) rồi chạy lại.",
        f"Hội Thi is already running from this folder (lock: {folder}): stop that one (Ctrl-C), then run again.",
    )


def no_network(log: str) -> LauncherError:
    return LauncherError(
        "no_network",
        f"Không tải được thư viện: kiểm tra kết nối mạng hoặc máy chủ gói rồi chạy lại (nhật ký: {log}).",
        f"The packages could not be downloaded: check the network or the package index, then run again (log: {log}).",
    )


def hash_mismatch(log: str) -> LauncherError:
    return LauncherError(
        "hash_mismatch",
        f"Gói tải về không khớp mã băm đã khóa: xóa bộ đệm (pip cache purge) rồi chạy lại (nhật ký: {log}).",
        f"A download does not match its locked hash: clear the cache (pip cache purge), then run again (log: {log}).",
    )


def step_failed(name: str, log: str) -> LauncherError:
    return LauncherError(
        "step_failed",
        f"Bước «{name}» không xong: xem nhật ký {log}, sửa lỗi ghi ở cuối rồi chạy lại.",
        f"The step “{name}” failed: read the end of {log}, mend what it names, then run again.",
    )


def server_failed(reason: str) -> LauncherError:
    return LauncherError(
        "server_failed",
        f"Máy chủ dữ liệu không khởi động được: {reason}. Nếu dữ liệu hỏng, chạy lại với --fresh (xóa dữ liệu).",
        f"A data server did not start: {reason}. If its data is damaged, run again with --fresh (deletes the data).",
    )


def not_ready(parts: str, logs: str, wait_s: int) -> LauncherError:
    return LauncherError(
        "not_ready",
        f"Sau {wait_s} giây vẫn chưa sẵn sàng: {parts}. Xem nhật ký trong {logs} rồi chạy lại.",
        f"Not ready after {wait_s} seconds: {parts}. Read the logs in {logs}, then run again.",
    )


def unknown_command(word: str, known: str) -> LauncherError:
    return LauncherError(
        "unknown_command",
        f"Không có lệnh «{word}»: dùng một trong {known}, hoặc --help.",
        f"There is no command “{word}”: use one of {known}, or --help.",
    )
