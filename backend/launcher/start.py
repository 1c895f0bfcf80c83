"""`python3 run.py`: bring everything up, say where and as whom, keep it up until told to stop."""

import os
import signal
from types import FrameType
from typing import NoReturn

from backend.infra.embedded import remove_private_data
from backend.launcher.bootstrap import check_port, read_port
from backend.launcher.errors import LauncherError
from backend.launcher.frontend import ensure_built
from backend.launcher.instance import Instance
from backend.launcher.locks import adopt_run_lock
from backend.launcher.paths import data_dir
from backend.launcher.progress import Progress

OPTIONS = {"--no-demo", "--fresh"}
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ROLES = {
    "citizen": "Thí sinh",
    "organizer": "Biên tập",
    "second organizer": "Thẩm định",
    "board": "Ban chỉ đạo",
}


def start(arguments: list[str]) -> int:
    """Run until Ctrl-C or SIGTERM; the exit status is 0 when asked to stop."""
    refuse_unknown(arguments)
    home = data_dir()
    lock = adopt_run_lock(home)
    port = read_port(os.environ.get("PORT", ""))
    check_port(port)
    progress = Progress()
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)
    if "--fresh" in arguments:
        with progress.step("Xóa dữ liệu cũ (deleting the embedded data)"):
            remove_private_data(home)
    ensure_built(progress=progress)
    instance = Instance(
        home,
        port,
        "--no-demo" not in arguments,
        progress,
        database_url=os.environ.get("DATABASE_URL", ""),
        redis_url=os.environ.get("REDIS_URL", ""),
    )
    instance.start()
    try:
        for number in STOP_SIGNALS:
            signal.signal(number, lambda *_: instance.supervisor.stopping.set())
        announce(instance)
        instance.supervisor.run()
    finally:
        with progress.step("Dừng mọi tiến trình (stopping everything)"):
            instance.stop()
        os.close(lock)
    return 0


def announce(instance: Instance) -> None:
    """Print the address and the demo sign-ins."""
    say = instance.progress.say
    say(f"ready {instance.url}")
    if instance.sign_ins:
        say("Tài khoản dùng thử (demo sign-ins):")
    for sign_in in instance.sign_ins:
        role = ROLES.get(sign_in["role"], sign_in["role"])
        say(f"  {role} ({sign_in['role']}): {sign_in['email']}  {sign_in['password']}")
    say(f"Nhật ký (logs): {instance.logs}. Ctrl-C để dừng (to stop).")


def refuse_unknown(arguments: list[str]) -> None:
    for word in arguments:
        if word not in OPTIONS:
            known = ", ".join(sorted(OPTIONS))
            raise LauncherError(
                "unknown_option",
                f"Không có tùy chọn «{word}»: dùng {known}, hoặc --help.",
                f"There is no option “{word}”: use {known}, or --help.",
            )


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Leave the start-up at once: what already runs is stopped on the way out."""
    raise KeyboardInterrupt
