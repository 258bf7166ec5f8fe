"""`/oauth/access_token`: a code, a short-lived token or the app's secret against an access token.

Source: developers.facebook.com/docs/facebook-login/guides, access-tokens/get-long-lived and advanced/manual-flow.
"""

from __future__ import annotations

from simulators.graph import access_errors, errors
from simulators.graph.access_tokens import new_user_token
from simulators.graph.bearers import Bearers
from simulators.graph.calls import Call
from simulators.graph.errors import Json
from simulators.graph.lifetimes import WHEN_NOT_TOLD_SECONDS


def access_token(bearers: Bearers, call: Call) -> Json:
    """`{"access_token", "token_type", "expires_in"}`; the last one is missing where it never was told."""
    params, app = call.params, bearers.world.app
    _require_app(bearers, call)
    match params.get("grant_type", "authorization_code"):
        case "authorization_code":
            return _from_code(bearers, call)
        case "fb_exchange_token":
            return _from_token(bearers, params.get("fb_exchange_token", ""))
        case "client_credentials":
            return {"access_token": app.access_token, "token_type": "bearer"}
        case _:
            raise access_errors.unsupported_grant_type()


def _require_app(bearers: Bearers, call: Call) -> None:
    params, app = call.params, bearers.world.app
    if not params.get("client_id"):
        raise access_errors.parameter_missing("client_id")
    if params["client_id"] != app.id:
        raise access_errors.unknown_app()
    if not params.get("client_secret"):
        raise access_errors.parameter_missing("client_secret")
    if params["client_secret"] != app.secret:
        raise access_errors.wrong_secret()


def _from_code(bearers: Bearers, call: Call) -> Json:
    params, lifetimes = call.params, bearers.conditions.lifetimes
    if not params.get("redirect_uri"):
        raise access_errors.parameter_missing("redirect_uri")
    if not params.get("code"):
        raise access_errors.code_missing()
    person_id = bearers.world.codes.redeem(
        params["code"], params["redirect_uri"], lifetime_seconds=lifetimes.code_seconds
    )
    return _issued(bearers, person_id, lifetimes.short_token_seconds, lasting=False)


def _from_token(bearers: Bearers, text: str) -> Json:
    bearer = bearers.read(text)
    if bearer is None or bearer.kind != "user" or bearer.person is None:
        raise errors.token_unreadable()
    bearers.check_life(bearer)
    return _issued(bearers, bearer.person.id, bearers.conditions.lifetimes.long_token_seconds, lasting=True)


def _issued(bearers: Bearers, person_id: str, lifetime_seconds: int | None, *, lasting: bool) -> Json:
    seconds = WHEN_NOT_TOLD_SECONDS if lifetime_seconds is None else lifetime_seconds
    token = new_user_token(person_id, lifetime_seconds=seconds, lasting=lasting)
    issued: Json = {"access_token": token.text(bearers.world.app), "token_type": "bearer"}
    return issued if lifetime_seconds is None else {**issued, "expires_in": lifetime_seconds}
