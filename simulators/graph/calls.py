"""A call to the Graph API as read from a request line: which version, which object, which edge."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from simulators.graph import errors
from simulators.graph.model import Platform
from simulators.graph.versions import DEFAULT_VERSION, looks_like_version, served_version

ConversationKind = Literal["list", "messages", "thread", "message"]
# "page" is any single object with a number, or `me`: a Page, a person or a portfolio.
CallKind = Literal[
    ConversationKind,
    "page",
    "login",
    "oauth",
    "debug_token",
    "accounts",
    "businesses",
    "business_pages",
    "permissions",
    "subscribed_apps",
    "picture",
    "image",
]
CALL_KINDS: tuple[CallKind, ...] = (
    *("list", "messages", "thread", "message", "page"),
    *("login", "oauth", "debug_token", "accounts", "businesses", "business_pages", "permissions"),
    *("subscribed_apps", "picture", "image"),
)
IMAGE_FOLDER = "images"  # stands for the servers real picture addresses lead to
_EDGES: dict[str, CallKind] = {
    "conversations": "list",
    "messages": "messages",
    "accounts": "accounts",
    "businesses": "businesses",
    "owned_pages": "business_pages",
    "client_pages": "business_pages",
    "permissions": "permissions",
    "subscribed_apps": "subscribed_apps",
    "picture": "picture",
}
_OTHER_PATHS: dict[tuple[str, ...], CallKind] = {
    ("dialog", "oauth"): "login",
    ("oauth", "access_token"): "oauth",
    ("debug_token",): "debug_token",
}
_METHODS: dict[CallKind, tuple[str, ...]] = {
    "login": ("GET", "POST"),
    "oauth": ("GET", "POST"),
    "permissions": ("GET", "DELETE"),
    "subscribed_apps": ("GET", "POST", "DELETE"),
}
_MESSAGE_PREFIXES = ("m_", "aWdfZAG1faXRlbTo")
_SECRET_PARAMS = (
    *("access_token", "appsecret_proof", "appsecret_time", "client_secret"),
    *("code", "fb_exchange_token", "input_token", "state"),
)


@dataclass(frozen=True)
class Target:
    """The path and query of a request, taken apart; nothing in it is verified yet."""

    path: str
    params: dict[str, str]
    version_asked: str | None
    segments: tuple[str, ...]

    @staticmethod
    def parsed(raw: str, *, body: bytes = b"", content_type: str = "") -> Target:
        """Parameters of the body, a form or JSON, count like those of the query."""
        parts = urlsplit(raw)
        segments = [unquote(segment) for segment in parts.path.split("/") if segment]
        asked = segments.pop(0) if segments and looks_like_version(segments[0]) else None
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Target(parts.path, params | _body_params(body, content_type), asked, tuple(segments))

    @property
    def kind(self) -> CallKind | None:
        """What the call is about, as far as its form tells; None where nothing has this form."""
        if self.segments in _OTHER_PATHS:
            return _OTHER_PATHS[self.segments]
        if len(self.segments) == 3:
            return "permissions" if self.segments[1] == "permissions" else None
        if len(self.segments) == 2:
            return "image" if self.segments[0] == IMAGE_FOLDER else _EDGES.get(self.segments[1])
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
    """A well-formed call with the token it carries. `base_url` is the address the client used.

    `edge` is the rest of the path, e.g. `("permissions", "email")`; `accept` the header of this name.
    """

    kind: CallKind
    object_id: str
    version: str
    params: dict[str, str]
    token: str | None
    base_url: str
    method: str = "GET"
    edge: tuple[str, ...] = ()
    accept: str = ""

    @property
    def platform(self) -> Platform:
        """Messenger unless the query says otherwise; the API takes the value in either case."""
        text = self.params.get("platform", "messenger").lower()
        if text not in ("messenger", "instagram"):
            raise errors.invalid_parameter("Param platform must be one of {INSTAGRAM, MESSENGER}")
        return "instagram" if text == "instagram" else "messenger"

    def link(self, path: str, params: dict[str, str]) -> str:
        """Links carry the access token in clear, as the real ones do (restfb#687), but no proof of it."""
        query = urlencode({"access_token": self.token or "", "pretty": "0", **params})
        return f"{self.base_url}/{self.version}/{path}?{query}"


def call_of(target: Target, *, method: str, authorization: str | None, accept: str, base_url: str) -> Call:
    """Raises GraphError for versions, paths and methods the API does not have."""
    if served_version(target.version_asked) is None:
        raise errors.unknown_path("/".join((target.version_asked or "", *target.segments)))
    if target.kind is None:
        raise errors.unknown_path("/".join(target.segments[1:] or target.segments))
    if method not in _METHODS.get(target.kind, ("GET",)):
        raise errors.unsupported(method.lower(), target.segments[0])
    token = target.params.get("access_token")
    if not token and authorization and authorization.lower().startswith("bearer "):
        token = authorization[len("bearer ") :].strip()
    return Call(
        kind=target.kind,
        object_id=target.segments[0],
        version=target.served_version,
        params=target.params,
        token=token or None,
        base_url=base_url,
        method=method,
        edge=target.segments[1:],
        accept=accept,
    )


def _body_params(body: bytes, content_type: str) -> dict[str, str]:
    if content_type.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if not content_type.startswith("application/json"):
        return {}
    try:
        given: object = json.loads(body)
    except ValueError:
        return {}
    fields = cast("dict[str, object]", given) if isinstance(given, dict) else {}
    return {name: _as_param(value) for name, value in fields.items()}


def _as_param(value: object) -> str:
    """A list of texts is the comma-separated text."""
    if isinstance(value, list):
        return ",".join(str(one) for one in cast("list[object]", value))
    return str(value)
