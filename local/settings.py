"""What a person may set about the local stack, all of it through the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local.errors import StackError
from simulators.graph import DEMO_APP_ID, DEMO_APP_SECRET

REPOSITORY = Path(__file__).resolve().parent.parent
PLACEHOLDER_GEMINI_KEY = "local-simulator-key"
"""The simulator takes any key; a real server needs the one in GEMINI_API_KEY."""


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """`graph_api_url` and `gemini_api_url` are None when the simulators are to be used."""

    state_dir: Path
    graph_api_url: str | None = None
    gemini_api_url: str | None = None
    gemini_api_key: str = PLACEHOLDER_GEMINI_KEY
    facebook_app: Mapping[str, str] = field(default_factory=dict[str, str])
    """`appId` and `appSecret` at Facebook; without them no call is proven, and nobody can log in."""
    pages_file: Path | None = None
    context: Mapping[str, str] = field(default_factory=dict[str, str])
    """More context for the CDK app, so that tests can change what the functions are set to."""
    notes_requests: bool = False
    """Whether every request to a service of AWS is written down, so that they can be counted."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "LocalSettings":
        """Relative paths are taken from the current directory. An empty value counts as unset."""
        return cls(
            state_dir=_path(environ, "LOCAL_STATE_DIR") or REPOSITORY / ".local",
            graph_api_url=_url(environ, "GRAPH_API_URL"),
            gemini_api_url=_url(environ, "GEMINI_API_URL"),
            gemini_api_key=environ.get("GEMINI_API_KEY") or PLACEHOLDER_GEMINI_KEY,
            facebook_app=_facebook_app(environ),
            pages_file=_path(environ, "LOCAL_PAGES"),
        )

    @property
    def is_demo_world(self) -> bool:
        """Whether the Page and its conversations are those of our own Graph simulator."""
        return self.graph_api_url is None and self.pages_file is None


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]).expanduser().absolute() if environ.get(name) else None


def _facebook_app(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The simulator's own app, or the one that the environment names."""
    if not environ.get("GRAPH_API_URL"):
        return {"appId": DEMO_APP_ID, "appSecret": DEMO_APP_SECRET}
    return {"appId": environ.get("FACEBOOK_APP_ID", ""), "appSecret": environ.get("FACEBOOK_APP_SECRET", "")}


def _url(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name) or None
    if value is not None and not value.startswith(("http://", "https://")):
        raise StackError(f"{name} must start with http:// or https://, and is {value!r}.")
    return value.rstrip("/") if value else None
