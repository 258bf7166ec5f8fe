"""ConversationSource on the Graph API."""

from typing import Any
from urllib.parse import quote

from pagesync.adapters.graph.calls import GraphCalls, next_cursor
from pagesync.adapters.graph.parsing import conversation_of
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
    """Lists conversations by Meta's paging rules: the list ends only where `paging.next` is absent."""

    def __init__(self, calls: GraphCalls) -> None:
        self._calls = calls

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
        body, usage = self._calls.call(
            "GET", f"{quote(page_id, safe='')}/conversations", token=token, params=params
        )
        data = body.get("data")
        if not isinstance(data, list):
            raise SourceUnavailable("Facebook's answer was not a list.")
        return ConversationPage(
            conversations=[conversation_of(each, platform) for each in data if isinstance(each, dict)],
            next_cursor=next_cursor(body),
            usage=usage,
        )

    def read_conversation(
        self, *, token: str, platform: Platform, conversation_id: str
    ) -> tuple[Conversation, Usage]:
        path = quote(conversation_id, safe="")
        body, usage = self._calls.call("GET", path, token=token, params={"fields": _FIELDS[platform]})
        return conversation_of(body, platform), usage
