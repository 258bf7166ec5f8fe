"""The pipeline board as somebody sees it who uses it."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.conftest import Deployment

UNSORTED = "Unsorted"

Contact = dict[str, Any]


class Board:
    """The board of one Page's contacts."""

    def __init__(self, page: Page, deployment: Deployment, key: str) -> None:
        self.page = page
        self._deployment = deployment
        self._facebook_page_id = deployment.pages[key]
        self.path = f"/pipeline?facebookPageId={self._facebook_page_id}"

    def open(self, pipeline_id: str | None = None) -> None:
        """The first pipeline's board unless another one is named."""
        chosen = f"&pipelineId={pipeline_id}" if pipeline_id else ""
        self.page.goto(self._deployment.stack.web_url + self.path + chosen)
        expect(self.page.get_by_role("heading", name="Pipeline", exact=True)).to_be_visible()

    def column(self, stage: str) -> Locator:
        heading = self.page.get_by_role("heading", name=stage, exact=True)
        return self.page.get_by_role("region").filter(has=heading).last

    def cards(self, stage: str) -> Locator:
        return self.column(stage).get_by_role("article")

    def first(self, stage: str) -> tuple[str, Contact]:
        """The name on the first card, and the contact as the API has it."""
        contact = self.contacts(stage)[0]
        return f"{contact['firstName']} {contact['lastName']}".strip(), contact

    def card(self, stage: str, contact: Contact) -> Locator:
        link = self.page.locator(f"a[href='/contacts/{contact['id']}']")
        return self.cards(stage).filter(has=link)

    def part(self, stage: str, contact: Contact, label: str) -> Locator:
        """The button of a card whose label begins so."""
        return self.card(stage, contact).get_by_role("button", name=re.compile(f"^{label} "))

    def move(self, contact: Contact, source: str, to: str) -> None:
        """By the card's menu."""
        self.part(source, contact, "Move").click()
        self.page.get_by_role("menuitem", name=to).click()

    def drag(self, contact: Contact, source: str, to: str) -> None:
        """With the mouse."""
        self.card(source, contact).hover()
        self.page.mouse.down()
        for _ in ("picked up", "over it"):
            self.column(to).hover(position={"x": 60, "y": 200})
        expect(self.column(to)).to_have_attribute("data-target", "true")
        self.page.mouse.up()

    def stages(self, pipeline: str = "Sales") -> list[dict[str, Any]]:
        pipelines = self._deployment.get("/api/pipelines")["pipelines"]
        return next(each["stages"] for each in pipelines if each["name"] == pipeline)

    def columns(self) -> list[str]:
        """The columns' names, once they are there."""
        headings = self.page.get_by_role("region", name="Stages of").get_by_role("heading")
        expect(headings).to_have_count(len(self.stages()) + 1)
        return headings.all_inner_texts()

    def count(self, stage: str) -> Locator:
        """How many the column says there are."""
        return self.column(stage).get_by_text(re.compile(r"^\d+ contacts?$"))

    def counted(self, stage_id: str | None) -> int:
        """How many the API says there are."""
        return self._deployment.get("/api/contacts/count", **self._query(stage_id))["count"]

    def contacts(self, stage: str) -> list[Contact]:
        """The first of a stage, as the API tells them."""
        query = self._query(self.stage_id(stage))
        return self._deployment.get("/api/contacts", limit=200, **query)["contacts"]

    def stage_id(self, name: str) -> str | None:
        """None for the column of those who are in no stage."""
        if name == UNSORTED:
            return None
        return next(stage["id"] for stage in self.stages() if stage["name"] == name)

    def contact(self, contact: Contact) -> Contact:
        """As the API has it now."""
        return self._deployment.get(f"/api/contacts/{contact['id']}")

    def edit(self, contact: Contact, **edit: Any) -> None:
        """As somebody else would, elsewhere."""
        answer = self._deployment.call("PATCH", f"/api/contacts/{contact['id']}", json=edit)
        assert answer.status_code == 200, answer.text

    def _query(self, stage_id: str | None) -> dict[str, str]:
        where = {"staged": "false"} if stage_id is None else {"stageId": stage_id}
        return {"facebookPageId": self._facebook_page_id, **where}


def shown(count: Locator) -> int:
    """The number that a column shows."""
    return int(re.sub(r"\D", "", count.inner_text()))


def fails(route: Route) -> None:
    route.fulfill(status=500, headers={"Access-Control-Allow-Origin": "*"}, json={"code": "INTERNAL"})
