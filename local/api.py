"""The deployed HTTP API as its clients see it."""

from collections.abc import Iterator
from typing import Any

import requests

from local.errors import StackError

_TIMEOUT_SECONDS = 60
Json = dict[str, Any]


class Api:
    """Calls as one signed-in user. Anything but a success raises StackError."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def start_sync(self, facebook_page_id: str) -> str:
        """The id of the job."""
        body = {"facebookPageId": facebook_page_id}
        return self._call("POST", "/api/facebook/sync-background", json=body)["jobId"]

    def sync_status(self, job_id: str) -> Json:
        return self._call("GET", f"/api/facebook/sync-status/{job_id}")

    def contacts(self, facebook_page_id: str) -> Iterator[Json]:
        """All of the Page's."""
        query = {"facebookPageId": facebook_page_id, "limit": "200"}
        while True:
            page = self._call("GET", "/api/contacts", params=query)
            yield from page["contacts"]
            if page["nextCursor"] is None:
                return
            query["cursor"] = page["nextCursor"]

    def _call(self, method: str, path: str, **arguments: Any) -> Json:
        try:
            answer = self._session.request(method, self._url + path, timeout=_TIMEOUT_SECONDS, **arguments)
        except requests.RequestException as error:
            raise StackError(f"{method} {path} got no answer: {type(error).__name__}.") from None
        if not answer.ok:
            raise StackError(f"{method} {path} was answered {answer.status_code}: {answer.text[:300]}")
        return answer.json()
