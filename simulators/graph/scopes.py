"""The permissions an app can ask for, and what each is given for.

Source: developers.facebook.com/docs/permissions.
"""

from __future__ import annotations

ALWAYS_GRANTED = "public_profile"
INSTAGRAM_SCOPES = ("instagram_basic", "instagram_manage_messages", "instagram_manage_comments")
BUSINESS_SCOPES = ("business_management",)
PAGE_SCOPES = (
    "pages_show_list",
    "pages_messaging",
    "pages_manage_metadata",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_posts",
    "pages_manage_engagement",
    "pages_utility_messaging",
    "leads_retrieval",
)
KNOWN_SCOPES = (ALWAYS_GRANTED, "email", *PAGE_SCOPES, *INSTAGRAM_SCOPES, *BUSINESS_SCOPES, "read_insights")

SYNC_SCOPES = (
    "pages_show_list",
    "pages_messaging",
    "pages_manage_metadata",
    "pages_read_engagement",
    "business_management",
    "instagram_basic",
    "instagram_manage_messages",
)
CONVERSATION_SCOPES = {
    "messenger": ("pages_messaging", "pages_manage_metadata", "pages_read_engagement"),
    "instagram": ("instagram_manage_messages", "instagram_basic", "pages_manage_metadata"),
}
CONVERSATION_TASKS = ("MESSAGING", "MODERATE")
SUBSCRIPTION_SCOPE = "pages_manage_metadata"

MEANINGS = {
    "pages_show_list": "See the Pages you manage",
    "pages_messaging": "Manage and read conversations in Messenger",
    "pages_manage_metadata": "Receive events of your Pages",
    "pages_read_engagement": "Read content posted on your Pages",
    "business_management": "See the Pages of your business portfolios",
    "instagram_basic": "See the Instagram accounts behind your Pages",
    "instagram_manage_messages": "Manage and read messages of those Instagram accounts",
    "email": "Your email address",
}
