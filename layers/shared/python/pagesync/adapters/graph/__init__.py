"""Facebook's Graph API: logins, the Pages they open, and a Page's Messenger and Instagram inboxes."""

from pagesync.adapters.graph.accounts import GraphAccounts
from pagesync.adapters.graph.app import FacebookApp
from pagesync.adapters.graph.calls import GraphCalls
from pagesync.adapters.graph.conversations import GraphConversations
from pagesync.adapters.graph.login import GraphLogin
from pagesync.adapters.graph.signed_requests import SignedRequests
from pagesync.adapters.graph.tokens import GraphTokens

__all__ = [
    "FacebookApp",
    "GraphAccounts",
    "GraphCalls",
    "GraphConversations",
    "GraphLogin",
    "GraphTokens",
    "SignedRequests",
]
