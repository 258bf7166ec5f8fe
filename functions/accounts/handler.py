"""Routes that connect and disconnect Pages."""

from enum import StrEnum
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

from pagesync import bootstrap
from pagesync.messages.accounts import (
    ConnectedView,
    ConnectPagesBody,
    DeletionRequestedView,
    DeletionView,
    DialogView,
    DoneView,
    OfferView,
)
from pagesync.messages.base import Message, PageId
from pagesync.messages.http import ErrorView
from pagesync.runtime.callers import OWNERS_ONLY
from pagesync.runtime.http import HttpApi, redirect

handler = HttpApi()

ConnectionId = Annotated[str, Path(alias="connectionId", pattern=r"^[A-Za-z0-9_-]{20,64}$")]
Returned = Annotated[str | None, Query(max_length=2048)]
BACK: dict[int, OpenAPIResponse] = {
    302: {"description": "To the web application, with `connection` or `connectError` in the address."},
    400: {
        "description": "What a browser is told by `connectError`: ACCESS_DENIED, STATE_INVALID, ...",
        "content": {"application/json": {"model": ErrorView}},
    },
    502: {
        "description": "FACEBOOK_UNAVAILABLE, or APP_MISCONFIGURED.",
        "content": {"application/json": {"model": ErrorView}},
    },
}


FORM = {"type": "object", "properties": {"signed_request": {"type": "string"}}, "required": ["signed_request"]}


def _from_facebook(view: type[Message]) -> dict[str, Any]:
    """How a route that Facebook calls is described; it answers with `view`."""
    return {
        "responses": {
            200: {"description": "Successful Response", "content": {"application/json": {"model": view}}},
            403: {
                "description": "BAD_SIGNATURE: it is not Facebook's.",
                "content": {"application/json": {"model": ErrorView}},
            },
        },
        "openapi_extensions": {
            "security": [],
            "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": FORM}}},
        },
    }


class Contacts(StrEnum):
    KEEP = "keep"
    DELETE = "delete"


def _back(**told: str) -> Response[str]:
    return redirect(f"{bootstrap.accounts().web_url}/settings/pages", **told)


handler.tell_browsers(lambda error: _back(connectError=error.code), on="/api/facebook/oauth/callback")


@handler.get(
    "/api/facebook/oauth/start", summary="Begin to connect Pages: where to send the person's browser", **OWNERS_ONLY
)
def start() -> DialogView:
    return DialogView.of(bootstrap.accounts().begin_login(org_id=handler.org_id, user_id=handler.user_id))


@handler.get(
    "/api/facebook/oauth/callback",
    summary="Where Facebook sends the person's browser back to",
    responses=BACK,
    openapi_extensions={"security": []},
)
def callback(state: Returned = None, code: Returned = None, error: Returned = None) -> Response[str]:
    connection_id = bootstrap.accounts().finish_login(state=state, code=code, error=error)
    return _back(connection=connection_id)


@handler.get("/api/facebook/connections/<connectionId>", summary="The Pages that a login opened, to pick from")
def offer(connection_id: ConnectionId) -> OfferView:
    verbs = bootstrap.accounts()
    found = verbs.read_offer(org_id=handler.org_id, user_id=handler.user_id, connection_id=connection_id)
    return OfferView.of(found, verbs.read_pages(org_id=handler.org_id))


@handler.post("/api/facebook/connections/<connectionId>/pages", summary="Connect the picked Pages", **OWNERS_ONLY)
def connect(connection_id: ConnectionId, body: ConnectPagesBody) -> ConnectedView:
    verbs = bootstrap.accounts()
    connected = verbs.connect_pages(
        org_id=handler.org_id, user_id=handler.user_id, connection_id=connection_id, page_ids=body.page_ids
    )
    return ConnectedView.of(connected, verbs.read_pages(org_id=handler.org_id))


@handler.delete("/api/facebook/pages/<facebookPageId>", summary="Disconnect a Page", **OWNERS_ONLY)
def disconnect(
    facebook_page_id: Annotated[PageId, Path(alias="facebookPageId")],
    contacts: Annotated[Contacts, Query()] = Contacts.KEEP,
) -> DoneView:
    bootstrap.accounts().disconnect_page(
        org_id=handler.org_id, facebook_page_id=facebook_page_id, erase_contacts=contacts is Contacts.DELETE
    )
    return DoneView()


@handler.post(
    "/api/facebook/deauthorize", summary="Facebook tells that somebody removed the app", **_from_facebook(DoneView)
)
def deauthorize() -> DoneView:
    verbs = bootstrap.accounts()
    verbs.deauthorize(withdrawal=verbs.read_withdrawal(handler.form_field("signed_request")))
    return DoneView()


@handler.post(
    "/api/facebook/data-deletion",
    summary="Facebook tells that somebody wants out",
    **_from_facebook(DeletionRequestedView),
)
def delete_person() -> DeletionRequestedView:
    verbs = bootstrap.accounts()
    withdrawal = verbs.read_withdrawal(handler.form_field("signed_request"))
    return DeletionRequestedView.of(verbs.delete_person(withdrawal=withdrawal), verbs.public_api_url)


@handler.get(
    "/api/facebook/data-deletion/<confirmationCode>",
    summary="What became of a person's wish to be deleted",
    openapi_extensions={"security": []},
)
def deletion(
    confirmation_code: Annotated[str, Path(alias="confirmationCode", pattern="^[0-9a-f]{24}$")],
) -> DeletionView:
    return DeletionView.of(bootstrap.accounts().read_deletion(confirmation_code))
