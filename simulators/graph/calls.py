"""A call to the Graph API as read from a request line: which version, which object, which edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from simulators.graph import errors
from simulators.graph.model import Platform
from simulators.graph.versions import DEFAULT_VERSION, looks_like_version, served_version

CallKind = Literal["list", "messages", "thread", "message", "page"]
CALL_KINDS: tuple[CallKind, ...] = ("list", "messages", "thread", "message", "page")
_EDGES: dict[str, CallKind] = {"conversations": "list", "messages": "messages"}
_MESSAGE_PREFIXES = ("m_", "aWdfZAG1faXRlbTo")
_SECRET_PARAMS = ("access_token", "appsecret_proof", "appsecret_time")


@dataclass(frozen=True)
class Target:
    """The path and query of a request, taken apart; nothing in it is verified yet."""

    path: str
    params: dict[str, str]
    version_asked: str | None
    segments: tuple[str, ...]

    @staticmethod
    def parsed(raw: str) -> Target:
        parts = urlsplit(raw)
        segments = [unquote(segment) for segment in parts.path.split("/") if segment]
        asked = segments.pop(0) if segments and looks_like_version(segments[0]) else None
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Target(parts.path, params, asked, tuple(segments))

    @property
    def kind(self) -> CallKind | None:
        """What the call is about, as far as its form tells; None where nothing has this form."""
        if len(self.segments) == 2:
            return _EDGES.get(self.segments[1])
        if len(self.segments) != 1:
            return None
        object_id = self.segments[0]
        if object_id == "me" or object_id.isdigit():
            return "page"
        return "message" if object_id.startswith(_MESSAGE_PREFIXES) else "thread"

    @property
    def served_version(self) -> str:
        """The version that answers, the default one for versions that do not exist."""
        return served_version(self.version_asked) or DEFAULT_VERSION

    @property
    def public_params(self) -> dict[str, str]:
        """The query without credentials."""
        return {name: value for name, value in self.params.items() if name not in _SECRET_PARAMS}


@dataclass(frozen=True)
class Call:
    """A well-formed GET with the token it carries. `base_url` is the address the client used."""

    kind: CallKind
    object_id: str
    version: str
    params: dict[str, str]
    token: str | None
    base_url: str

    @property
    def platform(self) -> Platform:
        """Messenger unless the query says otherwise; the API takes the value in either case."""
        text = self.params.get("platform", "messenger").lower()
        if text not in ("messenger", "instagram"):
            raise errors.invalid_parameter("Param platform must be one of {INSTAGRAM, MESSENGER}")
        return "instagram" if text == "instagram" else "messenger"


def call_of(target: Target, *, method: str, authorization: str | None, base_url: str) -> Call:
    """Raises GraphError for versions, paths and methods the API does not have."""
    if served_version(target.version_asked) is None:
        raise errors.unknown_path("/".join((target.version_asked or "", *target.segments)))
    if target.kind is None:
        raise errors.unknown_path("/".join(target.segments[1:] or target.segments))
    if method != "GET":
        raise errors.unsupported(method.lower(), target.segments[0])
    token = target.params.get("access_token")
    if not token and authorization and authorization.lower().startswith("bearer "):
        token = authorization[len("bearer ") :].strip()
    return Call(target.kind, target.segments[0], target.served_version, target.params, token or None, base_url)
