"""An emulator of Step Functions, Lambda and DynamoDB for one test session, which waits for nothing."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

LOOPBACK = "127.0.0.1"
READY_WITHIN_SECONDS = 60


@contextmanager
def emulator(folder: Path) -> Generator[str]:
    """Its URL, while it runs; all it writes goes to `folder`."""
    port = _free_port()
    log = (folder / "emulator.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "ministack"], cwd=folder, env=_environ(port, folder), stdout=log, stderr=log
    )
    try:
        _wait_until_ready(port, process, folder / "emulator.log")
        yield f"http://{LOOPBACK}:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def client(service: str, url: str) -> Any:
    return boto3.client(  # pyright: ignore[reportCallIssue, reportUnknownVariableType]
        service,  # pyright: ignore[reportArgumentType]
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"mode": "standard"}, max_pool_connections=50),
    )


def _environ(port: int, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": LOOPBACK,
        "SFN_WAIT_SCALE": "0",
        # Servers on fixed ports, and containers: neither is used here.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def _wait_until_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/_ministack/health", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"The emulator did not start:\n{log.read_text()[-2000:]}")
