"""What the app has at Meta, kept as one secret: `{"appId", "appSecret", "configId"?}`."""

import json
from collections.abc import Callable

from pagesync.domain.errors import LoginFailed


class FacebookApp:
    """Reads the secret whenever it is asked, so that a rotated one is seen without a deployment.

    `config_id` is of apps with Facebook Login for Business, where permissions are configured at Meta. Without a
    secret no call is proven, and nobody can log in.
    """

    def __init__(self, text: Callable[[], str]) -> None:
        self._text = text

    @property
    def app_id(self) -> str:
        return self._read("appId")

    @property
    def config_id(self) -> str:
        return self._read("configId")

    @property
    def secret(self) -> str:
        return self._read("appSecret")

    def _read(self, name: str) -> str:
        try:
            return str(json.loads(self._text()).get(name, ""))
        except (ValueError, AttributeError):
            raise LoginFailed(
                "The app at Facebook is not set up: its secret is no JSON object.", code="APP_MISCONFIGURED"
            ) from None
