"""Bodies of the routes that connect and disconnect Pages."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field

from pagesync.domain.connecting import Deletion, Obstacle, Offer, OfferedPage
from pagesync.domain.page import FacebookPageId
from pagesync.messages.base import Instant, Message, example
from pagesync.messages.http import PageView
from pagesync.use_cases.connect_pages import Connected, PageTrouble
from pagesync.use_cases.log_in import Dialog
from pagesync.use_cases.read_pages import ConnectedPage

MetaId = Annotated[str, Field(pattern=r"^[0-9]{1,32}$")]
"""Meta's own id of a Page."""


class DialogView(Message):
    """Where to send the person's browser, and until when it can come back."""

    url: str
    expires_at: Instant

    @classmethod
    def of(cls, dialog: Dialog) -> Self:
        return cls(url=dialog.url, expires_at=dialog.expires_at)


class ObstacleView(Message):
    """`message` says what to do about it."""

    code: str
    message: str

    @classmethod
    def of(cls, obstacle: Obstacle) -> Self:
        return cls(code=obstacle.code, message=obstacle.message)


class OfferedPageView(Message):
    """`connected`: it is connected already, and picking it renews its access. `reason`: why it cannot be picked."""

    page_id: str
    name: str
    picture_url: str | None
    instagram_username: str | None
    tasks: Sequence[str]
    connected: bool
    selectable: bool
    reason: ObstacleView | None

    @classmethod
    def of(cls, page: OfferedPage, *, connected: bool) -> Self:
        return cls(
            page_id=page.page_id,
            name=page.name,
            picture_url=page.picture_url,
            instagram_username=page.instagram_username,
            tasks=page.tasks,
            connected=connected,
            selectable=page.obstacle is None,
            reason=page.obstacle and ObstacleView.of(page.obstacle),
        )


class OfferView(Message):
    """The Pages that a login opened. `missingScopes`: permissions that were declined and will be lacked."""

    connection_id: str
    expires_at: Instant
    missing_scopes: Sequence[str]
    pages: Sequence[OfferedPageView]

    @classmethod
    def of(cls, offer: Offer, known: Sequence[ConnectedPage]) -> Self:
        connected = {page.profile.page_id for page in known}
        return cls(
            connection_id=offer.connection_id,
            expires_at=offer.expires_at,
            missing_scopes=offer.missing_scopes,
            pages=[OfferedPageView.of(page, connected=page.page_id in connected) for page in offer.pages],
        )


class ConnectPagesBody(Message):
    model_config = example(pageIds=["100200300400500"])

    page_ids: Annotated[Sequence[MetaId], Field(min_length=1, max_length=100)]


class PageTroubleView(Message):
    page_id: str
    code: str
    message: str

    @classmethod
    def of(cls, trouble: PageTrouble) -> Self:
        return cls(page_id=trouble.page_id, code=trouble.reason.code, message=trouble.reason.message)


class ConnectedView(Message):
    """`failed` were not connected. `notices` are about Pages that were."""

    pages: Sequence[PageView]
    failed: Sequence[PageTroubleView]
    notices: Sequence[PageTroubleView]

    @classmethod
    def of(cls, connected: Connected, known: Sequence[ConnectedPage]) -> Self:
        ours: set[FacebookPageId] = set(connected.pages)
        return cls(
            pages=[PageView.of(page) for page in known if page.profile.facebook_page_id in ours],
            failed=[PageTroubleView.of(each) for each in connected.failed],
            notices=[PageTroubleView.of(each) for each in connected.notices],
        )


class DeletionRequestedView(Message):
    """What Facebook shows the person: where to see what became of the request. Source: Meta's "Data Deletion"."""

    url: str
    confirmation_code: str = Field(alias="confirmation_code")

    @classmethod
    def of(cls, deletion: Deletion, public_api_url: str) -> Self:
        code = deletion.confirmation_code
        return cls(url=f"{public_api_url}/api/facebook/data-deletion/{code}", confirmation_code=code)


class DeletionView(Message):
    """`pagesDisconnected`: what the person had given access to. Nothing else is kept of them, but for a login that
    was not finished, for some days.
    """

    confirmation_code: str
    status: Literal["COMPLETED"] = "COMPLETED"
    requested_at: Instant
    pages_disconnected: int
    message: str = (
        "Your data was deleted: your id at Facebook, and the access you had given us. Pages you had connected are "
        "disconnected. A login that you did not finish is forgotten by itself within a few days."
    )

    @classmethod
    def of(cls, deletion: Deletion) -> Self:
        return cls(
            confirmation_code=deletion.confirmation_code,
            requested_at=deletion.requested_at,
            pages_disconnected=deletion.pages,
        )


class DoneView(Message):
    success: bool = True
