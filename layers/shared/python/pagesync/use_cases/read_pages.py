"""Read an organisation's connected Pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from pagesync.domain.page import OrgId, PageConnection, PageProfile
from pagesync.ports import ContactStore, PageDirectory


@dataclass(frozen=True, slots=True)
class ConnectedPage:
    """A Page as the CRM knows it, with the state of its connection."""

    profile: PageProfile
    connection: PageConnection


def read_pages(*, org_id: OrgId, contacts: ContactStore, directory: PageDirectory) -> Sequence[ConnectedPage]:
    """Pages whose connection is gone are left out."""
    profiles = contacts.pages(org_id)
    connections = directory.connections([profile.facebook_page_id for profile in profiles])
    return [
        ConnectedPage(profile, connections[profile.facebook_page_id])
        for profile in profiles
        if profile.facebook_page_id in connections
    ]
