"""What people are asked to permit at Facebook."""

SCOPES = (
    "pages_show_list",
    "pages_manage_metadata",
    "pages_messaging",
    "pages_read_engagement",
    "instagram_basic",
    "instagram_manage_messages",
    "business_management",
)
INDISPENSABLE_SCOPES = frozenset(SCOPES[:4])
"""Without one of these no conversation can be read; the others open Instagram and the Pages of a portfolio."""
