"""Change what an organisation wants done with the contacts of a Page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pagesync.domain.errors import NotFound
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile
from pagesync.ports import ContactStore, PageDirectory
from pagesync.use_cases.read_pages import ConnectedPage


def edit_page(
    *,
    org_id: OrgId,
    facebook_page_id: FacebookPageId,
    changes: Mapping[str, Any],
    contacts: ContactStore,
    directory: PageDirectory,
) -> ConnectedPage:
    """`changes` are new settings of a PageProfile. A sync under way takes them with its next batch.

    Raises NotFound for a Page unknown, foreign or disconnected, and InvalidRequest for an auto-pipeline that is
    unknown or archived.
    """
    connection = directory.connections([facebook_page_id]).get(facebook_page_id)
    if connection is None or connection.org_id != org_id:
        raise NotFound("There is no such Page.")

    def change(profile: PageProfile) -> PageProfile:
        return replace(profile, **changes)

    return ConnectedPage(contacts.edit_page(org_id, facebook_page_id, change), connection)
