"""The pages a person sees at the login dialog: plain HTML, no scripts."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from simulators.graph.conditions import LoginOrder
from simulators.graph.people import Person
from simulators.graph.scopes import ALWAYS_GRANTED, MEANINGS
from simulators.graph.world import World

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;background:#f0f2f5;color:#1c1e21;margin:0}"
    "main{max-width:30rem;margin:2rem auto;background:#fff;padding:1.5rem 2rem;border-radius:.5rem}"
    "header{background:#1877f2;color:#fff;padding:.6rem 2rem;font-weight:700}"
    "h1{font-size:1.3rem}fieldset{border:1px solid #ccd0d5;border-radius:.4rem;margin:0 0 1rem}"
    "fieldset{max-height:18rem;overflow:auto}"
    "label{display:block}button{font:inherit;font-weight:600;border:0;border-radius:.4rem;padding:.5rem 1.5rem}"
    "button[name=continue]{background:#1877f2;color:#fff}.quiet{color:#606770;font-size:.85rem}"
)


def consent_page(
    world: World, person: Person, scopes: tuple[str, ...], asked: Mapping[str, str], order: LoginOrder
) -> str:
    """A form that posts the request back with what stays ticked, and `continue` or `cancel`."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in {**asked, "user": person.id}.items()
    )
    app, name = escape(world.app.name), escape(person.name)
    body = (
        f"<h1>{app} would like to work with your Pages</h1><p>You are logged in as <b>{name}</b>.</p>"
        f'<form method="post">{hidden}'
        f"<fieldset><legend>Pages</legend>{_pages(world, person, order)}</fieldset>"
        f"<fieldset><legend>{app} may</legend>{_scopes(scopes, order)}</fieldset>"
        '<button name="continue" value="1">Continue</button> <button name="cancel" value="1">Cancel</button></form>'
        f"{_others(world, person, asked)}"
    )
    return _document(f"Log in with Facebook: {app}", body)


def error_page(headline: str, text: str) -> str:
    return _document(headline, f"<h1>{escape(headline)}</h1><p>{escape(text)}</p>")


def _document(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head><body>"
        f"<header>Facebook (simulated)</header><main>{body}"
        '<p class="quiet">This stands in for Facebook on your machine: no account, no password, no real Page.</p>'
        "</main></body></html>\n"
    )


def _pages(world: World, person: Person, order: LoginOrder) -> str:
    boxes = [
        _box(f"page:{page.id}", page.name, ticked=order.page_ids is None or page.id in order.page_ids)
        for page in world.pages_of(person)
    ]
    return "".join(boxes) or "You have no Pages."


def _scopes(scopes: tuple[str, ...], order: LoginOrder) -> str:
    optional = [scope for scope in scopes if scope != ALWAYS_GRANTED]
    return "<label>See your name and picture</label>" + "".join(
        _box(f"scope:{scope}", MEANINGS.get(scope, scope), ticked=scope not in order.declined_scopes)
        for scope in optional
    )


def _box(name: str, text: str, *, ticked: bool) -> str:
    state = " checked" if ticked else ""
    return f'<label><input type="checkbox" name="{escape(name)}" value="1"{state}> {escape(text)}</label>'


def _others(world: World, person: Person, asked: Mapping[str, str]) -> str:
    links = [
        f'<a href="?{escape(urlencode({**asked, "user": one.id}))}">{escape(one.name)}</a>'
        for one in world.people
        if one.id != person.id
    ]
    return f'<p class="quiet">Not you? Continue as {", ".join(links)}</p>' if links else ""
