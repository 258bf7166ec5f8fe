"""ConversationSource on the Graph API."""

from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter

from pagesync.adapters.graph.errors import source_error
from pagesync.adapters.graph.parsing import conversation_of
from pagesync.adapters.graph.usage import usage_of
from pagesync.domain.conversation import Conversation, ConversationPage, Platform
from pagesync.domain.errors import SourceUnavailable
from pagesync.domain.throttle import Usage

# Without these braces every attachment comes with signed URLs of half a kilobyte each.
_MESSAGE_FIELDS = "id,from,message,created_time,attachments{mime_type,name},shares{id}"
_FIELDS = {
    Platform.MESSENGER: f"participants,updated_time,messages{{{_MESSAGE_FIELDS},sticker}}",
    Platform.INSTAGRAM: f"participants,updated_time,messages{{{_MESSAGE_FIELDS}}}",
}
_ID_FIELDS = "id,updated_time"


class GraphConversations:
    """Lists conversations by Meta's paging rules: the list ends only where `paging.next` is absent.

    `paging.next` carries the token, so it is never followed, kept or shown: requests are built from
    `cursors.after` (restfb/restfb#687, facebook-python-business-sdk#641).
    """

    def __init__(self, *, base_url: str, version: str, timeout_seconds: float) -> None:
        self._url = f"{base_url.rstrip('/')}/{version}"
        self._timeout_seconds = timeout_seconds
        self._session = requests.Session()
        self._session.mount(self._url, HTTPAdapter(max_retries=0))

    def list_conversations(
        self,
        *,
        page_id: str,
        token: str,
        platform: Platform,
        cursor: str | None,
        limit: int,
        ids_only: bool = False,
    ) -> ConversationPage:
        fields = _ID_FIELDS if ids_only else _FIELDS[platform]
        params: dict[str, Any] = {"fields": fields, "limit": limit, "platform": platform.value}
        if cursor is not None:
            params["after"] = cursor
        body, usage = self._get(f"{self._url}/{page_id}/conversations", token, params)
        data, paging = body.get("data"), body.get("paging")
        if not isinstance(data, list):
            raise SourceUnavailable("Facebook's answer was not a list.")
        return ConversationPage(
            conversations=[conversation_of(each, platform) for each in data if isinstance(each, dict)],
            next_cursor=_next_cursor(paging if isinstance(paging, dict) else {}),
            usage=usage,
        )

    def read_conversation(
        self, *, token: str, platform: Platform, conversation_id: str
    ) -> tuple[Conversation, Usage]:
        url = f"{self._url}/{quote(conversation_id, safe='')}"
        body, usage = self._get(url, token, {"fields": _FIELDS[platform]})
        return conversation_of(body, platform), usage

    def _get(self, url: str, token: str, params: dict[str, Any]) -> tuple[dict[str, Any], Usage]:
        """The body of a good answer. `from None`: requests' exceptions quote the URL."""
        try:
            response = self._session.get(
                url, params=params, headers={"Authorization": f"Bearer {token}"}, timeout=self._timeout_seconds
            )
            body = response.json()
        except requests.RequestException:
            raise SourceUnavailable("Facebook could not be reached, or its answer could not be read.") from None
        if not isinstance(body, dict):
            raise SourceUnavailable("Facebook's answer could not be read.")
        usage, error = usage_of(response.headers), body.get("error")
        if isinstance(error, dict):
            raise source_error(error, http_status=response.status_code, usage=usage, with_cursor="after" in params)
        if response.status_code >= 400:
            raise SourceUnavailable(f"Facebook answered HTTP {response.status_code}.")
        return body, usage


def _next_cursor(paging: dict[str, Any]) -> str | None:
    """`cursors.after` is there on the last page too; only `next` says that there is more."""
    if not paging.get("next"):
        return None
    after = (paging.get("cursors") or {}).get("after")
    if not isinstance(after, str):
        raise SourceUnavailable("Facebook says there is more but not where.")
    return after
