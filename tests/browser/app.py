"""The application as somebody sees it who uses it."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.e2e.conftest import Deployment

SET_VISIBILITY = """state => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    Object.defineProperty(document, "hidden", { value: state === "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}"""
"""What a browser does when another tab comes to the front; headless, every tab is always in front."""


class Held:
    """Requests that get no answer before `let_go`; after it, nothing is in their way."""

    def __init__(self) -> None:
        self._waiting: list[Route] = []
        self._let_go = False

    def route(self, route: Route) -> None:
        if self._let_go:
            route.continue_()
        else:
            self._waiting.append(route)

    def let_go(self) -> None:
        self._let_go = True
        for each in self._waiting:
            each.continue_()


class App:
    """One tab."""

    def __init__(self, page: Page, deployment: Deployment) -> None:
        self.page = page
        self._deployment = deployment
        self.calls: list[Request] = []
        """Calls of the API so far, preflights apart."""
        page.on("request", self._noted)

    def _noted(self, request: Request) -> None:
        if request.url.startswith(self._deployment.stack.api_url) and request.method != "OPTIONS":
            self.calls.append(request)

    def sign_in(self, user: int = 0, path: str = "/") -> None:
        self.page.goto(self._deployment.stack.web_url + path)
        self.page.get_by_role("button", name="Sign in").click()
        self.fill_in(user)
        expect(self.page.get_by_role("navigation", name="Main navigation")).to_be_attached()

    def fill_in(self, user: int = 0) -> None:
        """The issuer's own form."""
        person = self._deployment.stack.users[user]
        self.page.get_by_label("Username").fill(person.email)
        self.page.get_by_label("Password").fill(person.password)
        self.page.get_by_role("button", name="Sign in").click()

    def go(self, path: str) -> None:
        self.page.goto(self._deployment.stack.web_url + path)

    def card(self, key: str) -> Locator:
        """The card of a Page."""
        return self.page.get_by_role("article", name=self.name(key), exact=True)

    def name(self, key: str) -> str:
        """What a Page is called."""
        facebook_page_id = self._deployment.pages[key]
        (name,) = [each.name for each in self._deployment.stack.pages if each.facebook_page_id == facebook_page_id]
        return name

    def leave(self, name: str, contacts: str) -> None:
        """Disconnect a Page; `contacts` is the choice about them."""
        self.page.get_by_role("button", name=f"Disconnect {name}", exact=True).click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("radio", name=contacts).check()
        dialog.get_by_role("button", name="Disconnect").click()
        expect(self.toast(f"{name} is disconnected")).to_be_visible()

    def sync(self, key: str) -> Locator:
        """Click Sync Contacts; the Page's card."""
        card = self.card(key)
        card.get_by_role("button", name="Sync Contacts of").click()
        return card

    def toast(self, text: str | re.Pattern[str]) -> Locator:
        return self.page.locator(".mantine-Notification-root").filter(has_text=text)

    def show(self) -> None:
        self.page.evaluate(SET_VISIBILITY, "visible")

    def hide(self) -> None:
        self.page.evaluate(SET_VISIBILITY, "hidden")

    def polls(self, key: str) -> list[Request]:
        """How often the Page's latest sync was asked after, by its id."""
        job = self._deployment.get(f"/api/facebook/pages/{self._deployment.pages[key]}/latest-sync")["job"]
        return [call for call in self.calls if call.url.endswith(f"/sync-status/{job['jobId']}")]

    def storage(self, which: str) -> dict[str, Any]:
        """`localStorage` or `sessionStorage`."""
        return self.page.evaluate(f"() => ({{...{which}}})")
