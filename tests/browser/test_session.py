"""Signing in, and staying so for as long as the issuer renews it."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.app import App
from tests.browser.contacts import CORS
from tests.e2e.conftest import Deployment

EXPIRE = """seconds => Object.keys(sessionStorage).filter(key => key.startsWith("oidc.user:")).forEach(key => {
    const user = { ...JSON.parse(sessionStorage[key]), expires_at: Math.floor(Date.now() / 1000) + seconds };
    sessionStorage.setItem(key, JSON.stringify(user));
})"""
DISCOVERY = "**/.well-known/openid-configuration"
TOKENS = "**/oauth2/token"


@pytest.fixture
def expired(app: App) -> App:
    """The time of its tokens is up; the issuer renews them."""
    expect(app.card("looked at")).to_be_visible()
    (user,) = [
        json.loads(kept) for key, kept in app.storage("sessionStorage").items() if key.startswith("oidc.user:")
    ]
    tokens = {name: user[name] for name in ("access_token", "id_token", "token_type")}
    # Unlike Cognito, the emulator renews them with another time of sign-in, which the application may not take.
    app.page.route(TOKENS, lambda route: route.fulfill(json={**tokens, "expires_in": 3600}, headers=CORS))
    app.page.evaluate(EXPIRE, 0)
    return app


def test_a_sign_in_that_fails_is_told_and_can_be_made_anew(tab: Page, deployment: Deployment) -> None:
    app = App(tab, deployment)
    app.go("/")
    tab.route(DISCOVERY, lambda route: route.abort(), times=1)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_text("Signing in did not work")).to_be_visible()
    app.go("/?code=used-before&state=forgotten")
    expect(tab.get_by_text("Signing in did not work")).to_be_visible()
    tab.get_by_role("button", name="Sign in").click()
    app.fill_in()
    expect(tab.get_by_role("navigation", name="Main navigation")).to_be_visible()


def test_a_token_outlives_an_issuer_that_cannot_be_reached(expired: App, complaints: list[str]) -> None:
    page, card = expired.page, expired.card("looked at")
    page.route(TOKENS, lambda route: route.abort(), times=2)
    card.get_by_role("button", name="Last syncs").click()
    expect(page.get_by_text("No connection to the server")).to_be_visible()
    expect(page.get_by_text("No connection to the server")).to_be_hidden()
    expect(card.get_by_role("region", name="Last syncs")).to_be_visible()
    complaints.clear()


def test_a_reload_renews_a_token_whose_time_is_up(expired: App) -> None:
    expired.page.reload()
    expect(expired.card("looked at")).to_be_visible()


def test_a_refused_renewal_ends_the_session_and_says_so(expired: App) -> None:
    page = expired.page
    page.route(TOKENS, lambda route: route.fulfill(status=400, json={"error": "invalid_grant"}, headers=CORS))
    page.evaluate(EXPIRE, 30)
    with page.expect_response(TOKENS):
        page.reload()
    card = expired.card("looked at")
    expect(card).to_be_visible()
    page.evaluate(EXPIRE, 0)
    card.get_by_role("button", name="Last syncs").click()
    expect(page.get_by_text("Your session has ended")).to_be_visible()
