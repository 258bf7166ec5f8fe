"""The emulator: one process that answers as AWS and runs our functions."""

import sysconfig
import venv
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from local.aws import Aws
from local.environment import bare_environ
from local.memory import Memory
from local.ports import LOOPBACK, free_port
from local.processes import Processes
from local.state_folder import StateFolder

NAME = "emulator"
_PORT = "emulatorPort"
_PROGRAM = Path(__file__).with_name("run_emulator.py")
_READY_TIMEOUT_SECONDS = 60


def start_emulator(
    *, folder: StateFolder, processes: Processes, memory: Memory, notes_requests: bool = False
) -> Aws:
    """Start it, or find it running. Raises StackError with its log."""
    port = memory.get(_PORT)
    if not processes.running(NAME):
        port = free_port(port)
        _launch(port, folder=folder, processes=processes, notes_requests=notes_requests)
        memory.put(_PORT, port)
    return Aws(f"http://{LOOPBACK}:{port}")


def _launch(port: int, *, folder: StateFolder, processes: Processes, notes_requests: bool) -> None:
    folder.empty_workers()
    requests = {"REQUESTS_FILE": str(folder.requests_file)} if notes_requests else {}
    child = processes.start(
        NAME,
        [_functions_interpreter(folder.root / "python"), _PROGRAM, sysconfig.get_path("purelib")],
        log=folder.log(NAME),
        environ=_environ(port, folder) | requests,
        cwd=folder.emulator,
    )
    child.wait_until(lambda: _answers(port), timeout_seconds=_READY_TIMEOUT_SECONDS)


def _functions_interpreter(home: Path) -> Path:
    """Our own Python without any package: what functions import beyond it, they must bring in their layers."""
    venv.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(home)
    return home / "bin" / "python"


def _environ(port: int, folder: StateFolder) -> dict[str, str]:
    return {
        **bare_environ(home=folder.emulator, temporary=folder.workers),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": LOOPBACK,
        "AUTH": "true",
        "PERMISSIONS_FILE": str(folder.permissions_file),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(folder.emulator / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder.objects),
        # Servers we do not use; they would take fixed ports.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # It removes containers that look like its own, and must find no Docker to do it with.
        "DOCKER_HOST": f"unix://{folder.emulator}/no-docker.sock",
    }


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://{LOOPBACK}:{port}/_ministack/health", timeout=5) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False
