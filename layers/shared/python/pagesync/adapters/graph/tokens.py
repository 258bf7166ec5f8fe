"""TokenInspector on Graph's /debug_token.

Source: developers.facebook.com/docs/graph-api/reference/debug_token; subcodes of code 190: Meta's "Error Handling".
"""

from datetime import UTC, datetime
from typing import Any

from pagesync.adapters.graph.app import FacebookApp
from pagesync.adapters.graph.calls import GraphCalls
from pagesync.domain.errors import SourceUnavailable
from pagesync.domain.token_health import TokenState, TokenTrouble

_TROUBLES = {
    458: TokenTrouble.APP_REMOVED,
    459: TokenTrouble.CHECKPOINT,
    460: TokenTrouble.PASSWORD_CHANGED,
    463: TokenTrouble.EXPIRED,
    464: TokenTrouble.CHECKPOINT,
    490: TokenTrouble.CHECKPOINT,
    492: TokenTrouble.ROLE_LOST,
    493: TokenTrouble.UNUSED,
}


class GraphTokens:
    def __init__(self, calls: GraphCalls, app: FacebookApp) -> None:
        self._calls = calls
        self._app = app

    def inspect(self, token: str) -> TokenState:
        app_token = f"{self._app.app_id}|{self._app.secret}"
        body, _ = self._calls.call("GET", "debug_token", token=app_token, params={"input_token": token})
        data = body.get("data")
        if not isinstance(data, dict):
            raise SourceUnavailable("Facebook's answer could not be read.")
        return TokenState(_trouble(data), _ends_at(data), frozenset(map(str, data.get("scopes") or ())))


def _trouble(data: dict[str, Any]) -> TokenTrouble | None:
    if data.get("is_valid") is True:
        return None
    error = data.get("error")
    subcode = error.get("subcode") if isinstance(error, dict) else None
    return _TROUBLES.get(subcode, TokenTrouble.REJECTED) if isinstance(subcode, int) else TokenTrouble.REJECTED


def _ends_at(data: dict[str, Any]) -> datetime | None:
    """The first of the two ends; 0 and absent are never."""
    ends = [data.get(name) for name in ("expires_at", "data_access_expires_at")]
    known = [end for end in ends if isinstance(end, int) and end > 0]
    return datetime.fromtimestamp(min(known), UTC) if known else None
