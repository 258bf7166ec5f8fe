"""FacebookLogin on the Graph API: the dialog, the code it ends with, and the token that code is good for.

Source: developers.facebook.com/docs/facebook-login/guides, "Manually Build a Login Flow" and "Long-Lived Tokens".
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from pagesync.adapters.graph.app import FacebookApp
from pagesync.adapters.graph.calls import GraphCalls
from pagesync.domain.connecting import Access
from pagesync.domain.errors import LoginFailed, LoginRefused, PagesyncError, SourceError, SourceUnavailable
from pagesync.domain.permissions import SCOPES
from pagesync.domain.throttle import Usage

_INVALID_PARAMETER = 100
_BAD_CODE = frozenset({36007, 36009})
"""Expired, and used already. 36008, another redirect_uri, is our own mistake."""
_TRANSIENT_CODES = frozenset({-2, -1, 2, 4, 17, 341, 613})
"""Code 1 is not among them: as HTTP 500 it is trouble, as 400 a wrong secret."""


class GraphLogin:
    """Of one app; `redirect_uri` is the same in the dialog and in the exchange, to the letter."""

    def __init__(self, calls: GraphCalls, app: FacebookApp, *, dialog_url: str, redirect_uri: str) -> None:
        self._calls = calls
        self._app = app
        self._dialog_url = dialog_url
        self._redirect_uri = redirect_uri

    def dialog_url(self, state: str) -> str:
        """Scopes declined once are asked for again. An app of Login for Business has them in its configuration."""
        config_id = self._app.config_id
        asked = {"config_id": config_id} if config_id else {"scope": ",".join(SCOPES)}
        fixed = {"client_id": self._app.app_id, "redirect_uri": self._redirect_uri, "response_type": "code"}
        return f"{self._dialog_url}?{urlencode({**fixed, 'state': state, 'auth_type': 'rerequest', **asked})}"

    def access(self, code: str) -> Access:
        try:
            short = self._token({"redirect_uri": self._redirect_uri, "code": code})
            token = self._token({"grant_type": "fb_exchange_token", "fb_exchange_token": short})
            me, _ = self._calls.call("GET", "me", token=token, params={"fields": "id"})
            granted, _ = self._calls.call("GET", "me/permissions", token=token, params={})
        except SourceUnavailable:
            raise _unavailable() from None
        except SourceError as trouble:
            raise LoginFailed(trouble.message, code="FACEBOOK_UNAVAILABLE") from None
        return Access(token=token, meta_user_id=str(me["id"]), missing_scopes=_missing(granted.get("data")))

    def _token(self, params: Mapping[str, Any]) -> str:
        client = {"client_id": self._app.app_id, "client_secret": self._app.secret}
        body, _ = self._calls.call("POST", "oauth/access_token", params={**client, **params}, error_of=_trouble)
        token = body.get("access_token")
        if not isinstance(token, str):
            raise _unavailable()
        return token


def _trouble(error: dict[str, Any], http_status: int, _: Usage) -> PagesyncError:
    code, subcode = error.get("code"), error.get("error_subcode")
    if code in _TRANSIENT_CODES or http_status >= 500 or error.get("is_transient") is True:
        return _unavailable()
    if code == _INVALID_PARAMETER and (subcode in _BAD_CODE or subcode is None):
        return LoginRefused("Facebook takes this login's code no more. Connect again.", code="CODE_INVALID")
    return LoginFailed(
        "Facebook does not accept this app's settings. Tell whoever runs it: App ID, App Secret or redirect URI.",
        code="APP_MISCONFIGURED",
    )


def _unavailable() -> LoginFailed:
    return LoginFailed("Facebook is not reachable for now. Connect again in a minute.", code="FACEBOOK_UNAVAILABLE")


def _missing(permissions: object) -> tuple[str, ...]:
    rows: Sequence[Any] = permissions if isinstance(permissions, list) else []
    granted = {row.get("permission") for row in rows if isinstance(row, dict) and row.get("status") == "granted"}
    return tuple(scope for scope in SCOPES if scope not in granted)
