"""Facebook's Graph API: a Page's Messenger and Instagram inboxes."""

from pagesync.adapters.graph.conversations import GraphConversations

__all__ = ["GraphConversations"]
