"""Settings of Pages and organisations behave alike in memory, on PostgreSQL and behind Aurora DSQL's rules."""

from dataclasses import replace
from decimal import Decimal

import pytest

from pagesync.domain.errors import InvalidRequest, NotFound
from pagesync.domain.language import LANGUAGES, language_of
from pagesync.domain.organisation import Organisation
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile, UpdateMode
from tests.contracts.contacts.office import Office, draft, new_id, sales_pipeline
from tests.contracts.crm import Crm
from tests.contracts.test_pipelines import at_once, put

PERSIAN = next(language for language in LANGUAGES if language.code == "fa")


@pytest.fixture
def office(crm: Crm) -> Office:
    return Office(crm)


def edit(office: Office, **changes: object) -> PageProfile:
    return office.crm.store.edit_page(
        office.org_id,
        office.page_id,
        lambda profile: replace(profile, **changes),  # type: ignore[arg-type]
    )


def stored(office: Office) -> PageProfile:
    (page,) = office.crm.store.pages(office.org_id)
    return page


# Pages


def test_a_page_asks_for_sixty_percent_until_somebody_says_otherwise(office: Office) -> None:
    assert stored(office).confidence_threshold == 60
    assert office.crm.store.playbook(office.org_id, office.page_id).confidence_threshold == 60


def test_all_settings_are_changed_and_reach_the_playbook(office: Office) -> None:
    other = sales_pipeline()
    put(office, office.pipeline, other)
    settings = {
        "auto_pipeline_id": other.pipeline_id,
        "update_mode": UpdateMode.UPDATE_EXISTING,
        "confidence_threshold": 0,
    }
    office.crm.store.save(office.batch(), [draft()])
    expected = replace(office.profile, **settings, contact_count=1)  # type: ignore[arg-type]
    assert edit(office, **settings) == expected
    assert stored(office) == expected
    playbook = office.crm.store.playbook(office.org_id, office.page_id)
    assert (playbook.pipeline, playbook.update_mode) == (other, UpdateMode.UPDATE_EXISTING)
    assert playbook.confidence_threshold == 0


def test_auto_pipeline_is_switched_off_and_on(office: Office) -> None:
    edit(office, auto_pipeline_id=None)
    assert office.crm.store.playbook(office.org_id, office.page_id).pipeline is None
    edit(office, auto_pipeline_id=office.pipeline.pipeline_id)
    assert office.crm.store.playbook(office.org_id, office.page_id).pipeline == office.pipeline


@pytest.mark.parametrize("unknown", ["0a0b0c0d-0000-4000-8000-00000000ffff", "no uuid", "\0"])
def test_an_unknown_auto_pipeline_is_refused_and_nothing_changes(office: Office, unknown: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        edit(office, auto_pipeline_id=unknown, confidence_threshold=90)
    assert refused.value.field == "autoPipelineId"
    assert stored(office) == office.profile


def test_an_archived_or_a_strangers_auto_pipeline_is_refused_in_the_same_words(office: Office) -> None:
    archived, stranger = sales_pipeline(), Office(office.crm)
    put(office, office.pipeline, archived)
    put(office, office.pipeline)
    told = set[str]()
    for pipeline_id in (archived.pipeline_id, stranger.pipeline.pipeline_id, new_id()):
        with pytest.raises(InvalidRequest) as refused:
            edit(office, auto_pipeline_id=pipeline_id)
        told.add(refused.value.message)
    assert len(told) == 1
    assert stored(office) == office.profile


def test_a_page_with_an_auto_pipeline_that_is_gone_keeps_its_other_settings_changeable(office: Office) -> None:
    page_id = FacebookPageId(new_id())
    office.crm.store.add_page(
        replace(office.profile, facebook_page_id=page_id, page_id="meta-2", auto_pipeline_id=new_id())
    )
    changed = office.crm.store.edit_page(
        office.org_id, page_id, lambda profile: replace(profile, confidence_threshold=7)
    )
    assert changed.confidence_threshold == 7


@pytest.mark.parametrize("page_id", ["0a0b0c0d-0000-4000-8000-00000000ffff", "no uuid", "\0"])
def test_settings_of_a_page_nobody_has_are_not_found(office: Office, page_id: str) -> None:
    with pytest.raises(NotFound):
        office.crm.store.edit_page(office.org_id, FacebookPageId(page_id), lambda profile: profile)


def test_a_stranger_cannot_change_settings_of_our_page(office: Office) -> None:
    stranger = Office(office.crm)
    with pytest.raises(NotFound):
        office.crm.store.edit_page(
            stranger.org_id, office.page_id, lambda profile: replace(profile, confidence_threshold=1)
        )
    assert stored(office) == office.profile


def test_no_page_takes_a_pipeline_that_is_archived_in_the_same_moment(office: Office) -> None:
    other = sales_pipeline()
    put(office, office.pipeline, other)
    store, ports = office.crm.another_store(), office.crm.other_pipelines()

    def take() -> None:
        store.edit_page(
            office.org_id, office.page_id, lambda page: replace(page, auto_pipeline_id=other.pipeline_id)
        )

    def archive() -> None:
        ports.edit(office.org_id, lambda _: [office.pipeline])

    try:
        at_once(take, archive)
    except InvalidRequest:
        assert stored(office).auto_pipeline_id == office.pipeline.pipeline_id
    else:
        assert stored(office).auto_pipeline_id is None


# Organisations


def test_an_organisation_reads_english_and_has_no_budget_of_its_own_until_it_says_so(office: Office) -> None:
    assert office.crm.organisations.organisation(office.org_id) == Organisation()
    assert office.crm.organisations.organisation(OrgId(new_id())) == Organisation()
    playbook = office.crm.store.playbook(office.org_id, office.page_id)
    assert (playbook.language, playbook.daily_budget_nano_usd) == ("English", None)


def test_language_and_budget_are_kept_and_reach_the_playbook(office: Office) -> None:
    decided = Organisation(PERSIAN, Decimal("12.34"))
    assert office.crm.organisations.edit(office.org_id, lambda _: decided) == decided
    assert office.crm.organisations.organisation(office.org_id) == decided
    playbook = office.crm.store.playbook(office.org_id, office.page_id)
    assert (playbook.language, playbook.daily_budget_nano_usd) == ("Persian", 12_340_000_000)
    office.crm.organisations.edit(office.org_id, lambda found: replace(found, daily_budget_usd=None))
    assert office.crm.organisations.organisation(office.org_id) == Organisation(PERSIAN)


@pytest.mark.parametrize("budget", ["0.01", "100000.00"])
def test_the_smallest_and_the_largest_budget_are_kept_to_the_cent(office: Office, budget: str) -> None:
    office.crm.organisations.edit(office.org_id, lambda found: replace(found, daily_budget_usd=Decimal(budget)))
    assert office.crm.organisations.organisation(office.org_id).daily_budget_usd == Decimal(budget)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_every_language_is_kept(office: Office, language: object) -> None:
    office.crm.organisations.edit(office.org_id, lambda found: replace(found, language=language))  # type: ignore[arg-type]
    assert office.crm.organisations.organisation(office.org_id).language is language


def test_an_organisation_decides_for_itself_alone(office: Office) -> None:
    office.crm.organisations.edit(office.org_id, lambda _: Organisation(PERSIAN, Decimal(5)))
    assert office.crm.organisations.organisation(Office(office.crm).org_id) == Organisation()


def test_editing_pipelines_leaves_what_the_organisation_decided(office: Office) -> None:
    decided = office.crm.organisations.edit(office.org_id, lambda _: Organisation(PERSIAN, Decimal(5)))
    put(office, office.pipeline, sales_pipeline())
    assert office.crm.organisations.organisation(office.org_id) == decided


def test_two_who_change_different_things_at_once_both_get_their_way(crm: Crm) -> None:
    office = Office(crm)
    french = language_of("fr")
    assert french is not None
    first, second = crm.other_organisations(), crm.other_organisations()
    at_once(
        lambda: first.edit(office.org_id, lambda found: replace(found, language=french)),
        lambda: second.edit(office.org_id, lambda found: replace(found, daily_budget_usd=Decimal(3))),
    )
    assert crm.organisations.organisation(office.org_id) == Organisation(french, Decimal(3))
