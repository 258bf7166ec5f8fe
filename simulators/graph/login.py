"""The login dialog: `/dialog/oauth`, where a person lets the app in or turns it away.

On Facebook it lives at www.facebook.com.
Source: developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from simulators.graph.addresses import on_loopback
from simulators.graph.calls import Call
from simulators.graph.conditions import Conditions
from simulators.graph.login_page import consent_page, error_page
from simulators.graph.people import Person
from simulators.graph.scopes import KNOWN_SCOPES
from simulators.graph.wire import Answer, html_answer, redirect_answer
from simulators.graph.world import World

_FRAGMENT = "#_=_"  # Facebook appends it to every redirect
_DENIED = {
    "error": "access_denied",
    "error_code": "200",
    "error_description": "Permissions error",
    "error_reason": "user_denied",
}


class _Refused(Exception):
    """A request Facebook shows an error page for, and never redirects; `args` are headline and text."""


def _unknown_app() -> _Refused:
    return _Refused("Invalid App ID", "The provided app ID does not look like a valid app ID.")


def _not_registered() -> _Refused:
    text = (
        "This redirect failed because the redirect URI is not whitelisted in the app's Client OAuth Settings. "
        "Make sure Client and Web OAuth Login are on and add all your app domains as Valid OAuth Redirect URIs."
    )
    return _Refused("URL Blocked", text)


def _without_code() -> _Refused:
    return _Refused("Invalid Parameter", "This simulator only answers response_type=code.")


def _unknown_configuration() -> _Refused:
    return _Refused("Invalid Parameter", "The config_id is no login configuration of this app.")


def _without_configuration() -> _Refused:
    """How an app of Facebook Login for Business answers a login that has scopes alone."""
    return _Refused("Can't Load URL", "The domain of this URL isn't included in the app's domains.")


def _nobody() -> _Refused:
    return _Refused("Not Logged In", "There is nobody with this id in the simulated world.")


def _invalid_scopes(scopes: list[str]) -> _Refused:
    text = (
        f"Invalid Scopes: {', '.join(scopes)}. This message is only shown to developers. Users of your app will "
        "ignore these permissions if present. Please read the documentation for valid permissions at: "
        "https://developers.facebook.com/docs/facebook-login/permissions"
    )
    return _Refused("Invalid Scopes", text)


@dataclass(frozen=True)
class _Choice:
    """What the person decided; `page_ids` None: all Pages."""

    continues: bool
    declined: frozenset[str] = frozenset()
    page_ids: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Login:
    """Answers the dialog with a page for people, or at once with the redirect the page would lead to."""

    world: World
    conditions: Conditions

    def answer(self, call: Call) -> Answer:
        try:
            asked = self._checked(call)
            person = self._person(call)
        except _Refused as refused:
            headline, text = refused.args
            return html_answer(error_page(headline, text), status=400)
        ask_again = call.params.get("auth_type") == "rerequest"
        scopes = self.world.grants.offered(person.id, asked, ask_again=ask_again)
        if call.method == "POST":
            return self._redirect(call, person, scopes, self._chosen(call, person, scopes))
        mode = self.conditions.login.mode
        if mode == "page" or (mode == "auto" and "text/html" in call.accept):
            return html_answer(consent_page(self.world, person, scopes, call.params, self.conditions.login))
        return self._redirect(call, person, scopes, self._ordered())

    def _checked(self, call: Call) -> tuple[str, ...]:
        """The scopes asked for."""
        if call.params.get("client_id") != self.world.app.id:
            raise _unknown_app()
        if not self._registered(call.params.get("redirect_uri", "")):
            raise _not_registered()
        if call.params.get("response_type", "code") != "code":
            raise _without_code()
        scopes = self._asked(call.params)
        if invalid := [scope for scope in scopes if scope not in KNOWN_SCOPES]:
            raise _invalid_scopes(invalid)
        return scopes

    def _asked(self, params: Mapping[str, str]) -> tuple[str, ...]:
        if config_id := params.get("config_id"):
            if config_id not in self.world.app.configurations:
                raise _unknown_configuration()
            return self.world.app.configurations[config_id]
        if self.conditions.require_config_id:
            raise _without_configuration()
        asked = params.get("scope", "").replace(" ", ",").split(",")
        return tuple(dict.fromkeys(scope for scope in asked if scope))

    def _registered(self, uri: str) -> bool:
        registered = self.conditions.redirect_uris
        if registered is None:
            registered = self.world.app.redirect_uris or None
        return on_loopback(uri) if registered is None else uri in registered

    def _person(self, call: Call) -> Person:
        wanted = call.params.get("user") or self.conditions.login.person_id
        person = self.world.person(wanted) if wanted else next(iter(self.world.people), None)
        if person is None:
            raise _nobody()
        return person

    def _ordered(self) -> _Choice:
        order = self.conditions.login
        denied = self.conditions.take_denial()
        return _Choice(not denied, frozenset(order.declined_scopes), order.page_ids)

    def _chosen(self, call: Call, person: Person, scopes: tuple[str, ...]) -> _Choice:
        """What the form says: boxes that stayed ticked are sent as `scope:...` and `page:...`."""
        ticked = {scope for scope in scopes if f"scope:{scope}" in call.params}
        pages = [page.id for page in self.world.pages_of(person)]
        picked = tuple(page_id for page_id in pages if f"page:{page_id}" in call.params)
        all_of_them = len(picked) == len(pages)
        return _Choice("continue" in call.params, frozenset(scopes) - ticked, None if all_of_them else picked)

    def _redirect(self, call: Call, person: Person, scopes: tuple[str, ...], choice: _Choice) -> Answer:
        uri, state = call.params["redirect_uri"], call.params.get("state")
        outcome = dict(_DENIED)
        if choice.continues:
            self.world.grants.give(person.id, offered=scopes, declined=choice.declined, page_ids=choice.page_ids)
            outcome = {"code": self.world.codes.issue(person.id, uri)}
        query = urlencode({**outcome, **({} if state is None else {"state": state})})
        return redirect_answer(f"{uri}{'&' if urlsplit(uri).query else '?'}{query}{_FRAGMENT}")
