"""Routes that change what is done with a Page's contacts, and what an organisation decides for all of them."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from pagesync import bootstrap
from pagesync.domain.cost import NANO_USD, Spend
from pagesync.domain.insight import TokenUsage
from pagesync.domain.language import LANGUAGES
from pagesync.domain.page import PageProfile
from pagesync.use_cases.edit_contact import edit_contact
from pagesync.use_cases.edit_page import edit_page
from pagesync.use_cases.export_contacts import export_contacts
from pagesync.use_cases.organisation import edit_organisation, read_organisation
from pagesync.use_cases.read_pages import read_pages
from tests import samples
from tests.fakes.budget import BudgetMemory, InMemoryBudget
from tests.fakes.clock import StoppedClock
from tests.fakes.contact_book import InMemoryContactBook
from tests.fakes.contacts import InMemoryContacts
from tests.fakes.exports import InMemoryExportFiles
from tests.fakes.ledger import InMemoryPages, Memory
from tests.fakes.pipelines import InMemoryOrganisations, InMemoryPipelines
from tests.handlers.conftest import Handler, call, http_event, load
from tests.talks import SALES

PIPELINE = "0a0b0c0d-0000-4000-8000-00000000aaaa"
UNKNOWN = "0a0b0c0d-0000-4000-8000-00000000ffff"
PAGE = f"/api/facebook/pages/{samples.PAGE}"
ORGANISATION = "/api/organisation"
Json = dict[str, Any]


@pytest.fixture
def contacts() -> InMemoryContacts:
    contacts = InMemoryContacts()
    contacts.add_page(PageProfile(samples.PAGE, samples.ORG, samples.META_PAGE, "Sunrise Coffee"))
    return contacts


@pytest.fixture
def budget() -> InMemoryBudget:
    return InMemoryBudget(BudgetMemory(), StoppedClock())


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch, contacts: InMemoryContacts, budget: InMemoryBudget) -> Handler:
    directory = InMemoryPages(Memory())
    directory.connect(samples.connection())
    book = InMemoryContactBook(contacts)
    crm = bootstrap.Crm(
        book=book,
        edit_contact=partial(edit_contact, book=book, directory=directory, clock=StoppedClock()),
        export_contacts=partial(
            export_contacts, book=book, files=InMemoryExportFiles(), clock=StoppedClock(), most_contacts=10
        ),
        read_pages=partial(read_pages, contacts=contacts, directory=directory),
        edit_page=partial(edit_page, contacts=contacts, directory=directory),
    )
    organisations = InMemoryOrganisations(contacts)
    organisation = bootstrap.OrganisationVerbs(
        read=partial(read_organisation, organisations=organisations, budget=budget),
        edit=partial(edit_organisation, organisations=organisations, budget=budget),
    )
    monkeypatch.setattr(bootstrap, "crm", lambda: crm)
    monkeypatch.setattr(bootstrap, "organisation", lambda: organisation)
    return load("crm")


# Pages


def test_a_page_is_told_with_its_settings(handler: Handler) -> None:
    (page,) = call(handler, http_event("GET", "/api/facebook/pages")).body["pages"]
    assert (page["autoPipelineId"], page["updateMode"]) == (None, "SKIP_EXISTING")
    assert page["confidenceThreshold"] == 60


def test_settings_are_changed_in_what_is_given_and_answered_as_the_list_tells_them(
    handler: Handler, contacts: InMemoryContacts
) -> None:
    contacts.add_pipeline(samples.ORG, replace(SALES, pipeline_id=PIPELINE))
    answer = call(handler, http_event("PATCH", PAGE, body={"autoPipelineId": PIPELINE.upper()}))
    assert (answer.status, answer.body["autoPipelineId"]) == (200, PIPELINE)
    body = {"updateMode": "UPDATE_EXISTING", "confidenceThreshold": 0}
    changed = call(handler, http_event("PATCH", PAGE, body=body)).body
    assert changed == {**answer.body, **body}
    assert call(handler, http_event("GET", "/api/facebook/pages")).body == {"pages": [changed]}
    assert call(handler, http_event("PATCH", PAGE, body={})).body == changed
    off = call(handler, http_event("PATCH", PAGE, body={"autoPipelineId": None})).body
    assert off == {**changed, "autoPipelineId": None}


def test_an_archived_pipeline_is_refused(handler: Handler, contacts: InMemoryContacts) -> None:
    contacts.add_pipeline(samples.ORG, replace(SALES, pipeline_id=PIPELINE))
    InMemoryPipelines(contacts).edit(samples.ORG, lambda _: [])
    answer = call(handler, http_event("PATCH", PAGE, body={"autoPipelineId": PIPELINE}))
    assert (answer.status, answer.body["field"]) == (422, "autoPipelineId")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"autoPipelineId": UNKNOWN}, "autoPipelineId"),
        ({"autoPipelineId": "17"}, "autoPipelineId"),
        ({"updateMode": "ALWAYS"}, "updateMode"),
        ({"updateMode": None}, "updateMode"),
        ({"confidenceThreshold": -1}, "confidenceThreshold"),
        ({"confidenceThreshold": 101}, "confidenceThreshold"),
        ({"confidenceThreshold": 60.5}, "confidenceThreshold"),
        ({"confidenceThreshold": None}, "confidenceThreshold"),
        ({"name": "Mine"}, "name"),
    ],
)
def test_a_malformed_setting_is_named_and_nothing_changes(handler: Handler, body: Json, field: str) -> None:
    before = call(handler, http_event("GET", "/api/facebook/pages")).body
    answer = call(handler, http_event("PATCH", PAGE, body={"confidenceThreshold": 1, **body}))
    assert (answer.status, answer.body["field"]) == (422, field)
    assert call(handler, http_event("GET", "/api/facebook/pages")).body == before


def test_a_foreign_and_an_unknown_page_are_the_same_404(handler: Handler) -> None:
    body = {"confidenceThreshold": 1}
    foreign = call(handler, http_event("PATCH", PAGE, body=body, org_id=samples.OTHER_ORG))
    unknown = call(handler, http_event("PATCH", PAGE.replace(samples.PAGE, UNKNOWN), body=body))
    assert foreign == unknown
    assert foreign.status == 404


# Organisations


def test_an_organisation_starts_in_english_without_a_budget_of_its_own(handler: Handler) -> None:
    answer = call(handler, http_event("GET", ORGANISATION))
    assert answer.status == 200
    languages = answer.body.pop("languages")
    assert answer.body == {
        "language": "en",
        "dailyBudgetUsd": None,
        "spentTodayUsd": 0,
        "inputTokensToday": 0,
        "outputTokensToday": 0,
        "thinkingTokensToday": 0,
    }
    assert len(languages) == len(LANGUAGES)
    assert {"code": "de", "name": "Deutsch"} in languages


def test_what_analyses_cost_today_is_told(handler: Handler, budget: InMemoryBudget) -> None:
    spend = Spend(NANO_USD // 4, TokenUsage(input=100, output=20, thinking=3, calls=2))
    budget.account(samples.ORG, "job", set_aside_nano_usd=0, spend=spend)
    body = call(handler, http_event("GET", ORGANISATION)).body
    told = [body[f"{each}TokensToday"] for each in ("input", "output", "thinking")]
    assert (body["spentTodayUsd"], told) == (0.25, [100, 20, 3])
    assert call(handler, http_event("GET", ORGANISATION, org_id=samples.OTHER_ORG)).body["spentTodayUsd"] == 0


def test_language_and_budget_are_changed_in_what_is_given(handler: Handler) -> None:
    def patch(body: Json) -> tuple[str, float | None]:
        answer = call(handler, http_event("PATCH", ORGANISATION, body=body))
        assert answer.status == 200
        assert call(handler, http_event("GET", ORGANISATION)).body == answer.body
        return answer.body["language"], answer.body["dailyBudgetUsd"]

    assert patch({"language": "PT-br"}) == ("pt-BR", None)
    assert patch({"dailyBudgetUsd": 12.34}) == ("pt-BR", 12.34)
    assert patch({}) == ("pt-BR", 12.34)
    assert patch({"language": "en", "dailyBudgetUsd": 100_000}) == ("en", 100_000)
    assert patch({"dailyBudgetUsd": None}) == ("en", None)
    assert patch({"dailyBudgetUsd": 0.01}) == ("en", 0.01)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"language": "xx"}, "language"),
        ({"language": None}, "language"),
        ({"language": 7}, "language"),
        ({"dailyBudgetUsd": 0}, "dailyBudgetUsd"),
        ({"dailyBudgetUsd": -1}, "dailyBudgetUsd"),
        ({"dailyBudgetUsd": 100_000.01}, "dailyBudgetUsd"),
        ({"dailyBudgetUsd": 0.001}, "dailyBudgetUsd"),
        ({"dailyBudgetUsd": "much"}, "dailyBudgetUsd"),
        ({"dailyBudgetUsd": float("nan")}, "dailyBudgetUsd"),
        ({"spentTodayUsd": 0}, "spentTodayUsd"),
    ],
)
def test_a_malformed_decision_is_named(handler: Handler, body: Json, field: str) -> None:
    answer = call(handler, http_event("PATCH", ORGANISATION, body={"language": "fr", **body}))
    assert (answer.status, answer.body["field"]) == (422, field)
    assert call(handler, http_event("GET", ORGANISATION)).body["language"] == "en"
