"""Settings of Pages and of organisations."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pagesync.domain.cost import Spend
from pagesync.domain.errors import InvalidRequest, NotFound
from pagesync.domain.insight import TokenUsage
from pagesync.domain.language import language_of
from pagesync.domain.organisation import Organisation
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile, UpdateMode
from pagesync.use_cases.edit_page import edit_page
from pagesync.use_cases.organisation import edit_organisation, read_organisation
from pagesync.use_cases.read_pages import ConnectedPage
from tests import samples
from tests.fakes.budget import BudgetMemory, InMemoryBudget
from tests.fakes.clock import StoppedClock
from tests.fakes.contacts import InMemoryContacts
from tests.fakes.ledger import InMemoryPages, Memory
from tests.fakes.pipelines import InMemoryOrganisations
from tests.talks import SALES

PROFILE = PageProfile(samples.PAGE, samples.ORG, samples.META_PAGE, "Sunrise Coffee")


class Scene:
    def __init__(self) -> None:
        self.contacts, self.directory = InMemoryContacts(), InMemoryPages(Memory())
        self.contacts.add_page(PROFILE)
        self.contacts.add_pipeline(samples.ORG, SALES)
        self.directory.connect(samples.connection())

    def edit(
        self, org_id: OrgId = samples.ORG, page_id: FacebookPageId = samples.PAGE, **changes: object
    ) -> ConnectedPage:
        return edit_page(
            org_id=org_id,
            facebook_page_id=page_id,
            changes=changes,
            contacts=self.contacts,
            directory=self.directory,
        )


def test_only_what_is_given_changes() -> None:
    scene = Scene()
    first = scene.edit(auto_pipeline_id=SALES.pipeline_id)
    assert first.profile == replace(PROFILE, auto_pipeline_id=SALES.pipeline_id)
    assert first.connection == samples.connection()
    second = scene.edit(update_mode=UpdateMode.UPDATE_EXISTING, confidence_threshold=100)
    assert second.profile == replace(
        first.profile, update_mode=UpdateMode.UPDATE_EXISTING, confidence_threshold=100
    )
    assert scene.edit().profile == second.profile


def test_a_foreign_an_unknown_and_a_disconnected_page_are_refused_in_the_same_words() -> None:
    scene, gone = Scene(), FacebookPageId("0a0b0c0d-0000-4000-8000-00000000ffff")
    scene.contacts.add_page(replace(PROFILE, facebook_page_id=gone, page_id="7"))
    unknown = FacebookPageId("0a0b0c0d-0000-4000-8000-00000000eeee")
    for org_id, page_id in ((samples.OTHER_ORG, samples.PAGE), (samples.ORG, unknown), (samples.ORG, gone)):
        with pytest.raises(NotFound, match="There is no such Page"):
            scene.edit(org_id, page_id, confidence_threshold=1)


def test_an_unknown_pipeline_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        Scene().edit(auto_pipeline_id="unknown")


def test_an_organisation_is_told_with_what_its_analyses_cost_today() -> None:
    clock = StoppedClock()
    organisations, budget = InMemoryOrganisations(InMemoryContacts()), InMemoryBudget(BudgetMemory(), clock)
    spend = Spend(5, TokenUsage(1, 2, 3, 4))
    budget.account(samples.ORG, "job", set_aside_nano_usd=0, spend=spend)
    ports = {"organisations": organisations, "budget": budget}
    assert read_organisation(org_id=samples.ORG, **ports).today == spend  # type: ignore[arg-type]
    changes = {"language": language_of("fr"), "daily_budget_usd": Decimal(2)}
    changed = edit_organisation(org_id=samples.ORG, changes=changes, **ports)  # type: ignore[arg-type]
    french = language_of("fr")
    assert french
    assert (changed.organisation, changed.today) == (Organisation(french, Decimal(2)), spend)
    assert read_organisation(org_id=samples.ORG, **ports) == changed  # type: ignore[arg-type]
    kept = edit_organisation(org_id=samples.ORG, changes={}, **ports)  # type: ignore[arg-type]
    assert kept == changed
    assert read_organisation(org_id=samples.OTHER_ORG, **ports).today == Spend()  # type: ignore[arg-type]
