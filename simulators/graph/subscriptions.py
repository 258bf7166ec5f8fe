"""`/{page}/subscribed_apps`: whether the app gets a Page's events, and which.

Source: developers.facebook.com/docs/graph-api/reference/page/subscribed_apps; refused fields: restfb#1210.
"""

from __future__ import annotations

from simulators.graph import access_errors
from simulators.graph.apps import App
from simulators.graph.bearers import Bearer, Bearers
from simulators.graph.calls import Call
from simulators.graph.errors import Json
from simulators.graph.scopes import SUBSCRIPTION_SCOPE

_MESSAGING_FIELDS = (
    "messages",
    "message_deliveries",
    "message_echoes",
    "message_edits",
    "message_reactions",
    "message_reads",
    "messaging_account_linking",
    "messaging_customer_information",
    "messaging_feedback",
    "messaging_handovers",
    "messaging_optins",
    "messaging_policy_enforcement",
    "messaging_postbacks",
    "messaging_referrals",
    "send_cart",
    "standby",
)
_FIELDS = ("feed", "mention", "name", "picture", "category", "leadgen", "ratings", *_MESSAGING_FIELDS)
_TASKS = ("MANAGE", "MODERATE")


def subscribed_apps(bearers: Bearers, call: Call, bearer: Bearer) -> Json:
    """GET tells, POST replaces, DELETE ends the app's subscription."""
    if bearer.kind != "page":
        raise access_errors.page_token_needed_to_subscribe()
    page = bearers.page_of(call, bearer)
    bearers.require(bearer, (SUBSCRIPTION_SCOPE,), any_task=_TASKS)
    world = bearers.world
    if call.method == "GET":
        return {"data": _shown(world.app, world.subscriptions.get(page.id))}
    if call.method == "POST":
        world.subscriptions[page.id] = _asked_fields(bearers, call, bearer)
    else:
        world.subscriptions.pop(page.id, None)
    return {"success": True}


def _asked_fields(bearers: Bearers, call: Call, bearer: Bearer) -> tuple[str, ...]:
    asked = tuple(name.strip() for name in call.params.get("subscribed_fields", "").split(",") if name.strip())
    if not asked:
        raise access_errors.fields_missing()
    for position, name in enumerate(asked):
        if name not in _FIELDS:
            raise access_errors.unknown_subscribed_field(position, _FIELDS)
        if name in _MESSAGING_FIELDS and not bearers.allows(bearer, "pages_messaging"):
            raise access_errors.scope_missing_for_field(name, "pages_messaging")
    return tuple(dict.fromkeys(asked))


def _shown(app: App, fields: tuple[str, ...] | None) -> list[Json]:
    if fields is None:
        return []
    link = f"https://www.facebook.com/games/?app_id={app.id}"
    return [
        {
            "category": "Business",
            "link": link,
            "name": app.name,
            "id": app.id,
            "subscribed_fields": list(fields),
        }
    ]
