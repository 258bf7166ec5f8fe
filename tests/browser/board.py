"""The pipeline board as somebody sees it who uses it."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Deployment


class Board:
    """The board of one Page's contacts."""

    def __init__(self, page: Page, deployment: Deployment, key: str) -> None:
        self.page = page
        self._deployment = deployment
        self._facebook_page_id = deployment.pages[key]
        self.path = f"/pipeline?page={self._facebook_page_id}"

    def open(self) -> None:
        self.page.goto(self._deployment.stack.web_url + self.path)
        expect(self.page.get_by_role("heading", name="Pipeline", exact=True)).to_be_visible()

    def column(self, stage: str) -> Locator:
        heading = self.page.get_by_role("heading", name=stage, exact=True)
        return self.page.get_by_role("region").filter(has=heading).last

    def cards(self, stage: str) -> Locator:
        return self.column(stage).get_by_role("article")

    def stages(self) -> list[dict[str, Any]]:
        return self._deployment.get("/api/pipelines")["pipelines"][0]["stages"]

    def count(self, stage: str) -> Locator:
        """How many the column says there are."""
        return self.column(stage).get_by_text(re.compile(r"^\d+ contacts?$"))

    def counted(self, stage_id: str) -> int:
        """How many the API says there are."""
        query = {"facebookPageId": self._facebook_page_id, "stageId": stage_id}
        return self._deployment.get("/api/contacts/count", **query)["count"]
