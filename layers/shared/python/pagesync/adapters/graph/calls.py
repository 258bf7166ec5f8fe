"""One call of the Graph API: sent, proven, and its answer told apart from its errors."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from pagesync.adapters.graph.app import FacebookApp
from pagesync.adapters.graph.errors import source_error, told
from pagesync.adapters.graph.usage import usage_of
from pagesync.adapters.telemetry import Telemetry
from pagesync.domain.errors import PagesyncError, SourceUnavailable
from pagesync.domain.throttle import Usage

ErrorOf = Callable[[dict[str, Any], int, Usage], PagesyncError]
"""The exception for an `error` object, an HTTP status and the usage told with them."""


class GraphCalls:
    """Calls one version of Graph at one host.

    The app's secret proves that a call with somebody's token comes from the app it was given to. Errors are told to
    `telemetry`.
    """

    def __init__(
        self,
        app: FacebookApp,
        *,
        base_url: str,
        version: str,
        timeout_seconds: float,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._url = f"{base_url.rstrip('/')}/{version}"
        self._timeout_seconds = timeout_seconds
        self._app = app
        self._telemetry = telemetry or Telemetry()
        self._session = requests.Session()
        self._session.mount(self._url, HTTPAdapter(max_retries=0))

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        params: Mapping[str, Any],
        error_of: ErrorOf | None = None,
    ) -> tuple[dict[str, Any], Usage]:
        """The body of a good answer. What is sent with POST stands in its body, not in the URL.

        `from None`: requests' exceptions quote the URL.
        """
        place = "data" if method == "POST" else "params"
        sent: dict[str, Any] = {place: {**params, **self._proof(token)}}
        try:
            response = self._session.request(
                method,
                f"{self._url}/{path}",
                headers={} if token is None else {"Authorization": f"Bearer {token}"},
                timeout=self._timeout_seconds,
                allow_redirects=False,
                **sent,
            )
            body = response.json()
        except requests.RequestException:
            raise SourceUnavailable("Facebook could not be reached, or its answer could not be read.") from None
        if not isinstance(body, dict):
            raise SourceUnavailable("Facebook's answer could not be read.")
        usage, error = usage_of(response.headers), body.get("error")
        if isinstance(error, dict):
            self._telemetry.graph_error(told(error, http_status=response.status_code))
            if error_of is not None:
                raise error_of(error, response.status_code, usage)
            raise source_error(error, http_status=response.status_code, usage=usage, with_cursor="after" in params)
        if response.status_code >= 300:
            self._telemetry.graph_error(told({}, http_status=response.status_code))
            raise SourceUnavailable(f"Facebook answered HTTP {response.status_code}.")
        return body, usage

    def _proof(self, token: str | None) -> dict[str, str]:
        """Source: developers.facebook.com/docs/graph-api/guides/secure-requests."""
        secret = self._app.secret if token is not None else ""
        if not secret or token is None:
            return {}
        return {"appsecret_proof": hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()}


def next_cursor(body: Mapping[str, Any]) -> str | None:
    """Where a list goes on. `cursors.after` is there on the last page too; only `next` says that there is more.

    `paging.next` carries the token, so it is never followed, kept or shown: requests are built from
    `cursors.after` (restfb/restfb#687, facebook-python-business-sdk#641).
    """
    paging = body.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    after = (paging.get("cursors") or {}).get("after")
    if not isinstance(after, str):
        raise SourceUnavailable("Facebook says there is more but not where.")
    return after
