"""`/debug_token`: what a token is, for whom, and whether it is any good.

Keys and order: restfb's debug-token-info fixtures; developers.facebook.com/docs/graph-api/reference/debug_token.
"""

from __future__ import annotations

from simulators.graph import access_errors, errors
from simulators.graph.bearers import Bearer, Bearers
from simulators.graph.calls import Call
from simulators.graph.errors import GraphError, Json
from simulators.graph.grants import Grant
from simulators.graph.people import Person
from simulators.graph.scopes import BUSINESS_SCOPES, INSTAGRAM_SCOPES, KNOWN_SCOPES, PAGE_SCOPES
from simulators.graph.world import World


def debug_token(bearers: Bearers, call: Call, bearer: Bearer) -> Json:
    if bearer.kind != "app":
        raise access_errors.app_token_needed()
    if not call.params.get("input_token"):
        raise errors.invalid_parameter("The parameter input_token is required.")
    described = bearers.read(call.params["input_token"])
    if described is None:
        return {"data": {**_trouble(errors.token_unreadable()), "is_valid": False, "scopes": []}}
    return {"data": _described(bearers, described)}


def _described(bearers: Bearers, it: Bearer) -> Json:
    app, token = bearers.world.app, it.token
    shown: Json = {"app_id": app.id, "type": token.kind.upper(), "application": app.name}
    if token.kind == "app":
        return {**shown, "is_valid": True, "scopes": []}
    if it.person is not None:
        shown["data_access_expires_at"] = bearers.data_access_expires_at(it.person)
    try:
        bearers.check_life(it)
        trouble: Json = {}
    except GraphError as error:
        trouble = _trouble(error)
    shown |= {**trouble, "expires_at": token.expires_at, "is_valid": not trouble}
    if token.issued_us:
        shown["issued_at"] = token.issued_us // 1_000_000
    if it.page is not None:
        shown["profile_id"] = it.page.id
    shown |= _scopes(bearers.world, it.person)
    return shown if it.person is None else {**shown, "user_id": it.person.id}


def _scopes(world: World, person: Person | None) -> Json:
    """`target_ids` stand where the person picked; without them a scope holds for everything."""
    grant = world.grants.of(person.id) if person else Grant(KNOWN_SCOPES)
    granular = [
        {"scope": scope} | ({} if grant.page_ids is None else {"target_ids": _targets(world, person, grant, scope)})
        for scope in grant.granted
        if scope in (*PAGE_SCOPES, *INSTAGRAM_SCOPES, *BUSINESS_SCOPES)
    ]
    return {"scopes": list(grant.granted), "granular_scopes": granular}


def _targets(world: World, person: Person | None, grant: Grant, scope: str) -> list[str]:
    page_ids = grant.page_ids or ()
    if scope in BUSINESS_SCOPES:
        return [business.id for business in person.businesses] if person else []
    if scope in INSTAGRAM_SCOPES:
        pages = (world.page(page_id) for page_id in page_ids)
        return [page.instagram.id for page in pages if page and page.instagram]
    return list(page_ids)


def _trouble(error: GraphError) -> Json:
    trouble: Json = {"code": error.code, "message": error.message}
    return {"error": trouble if error.subcode is None else {**trouble, "subcode": error.subcode}}
