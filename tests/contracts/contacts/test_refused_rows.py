"""Rows the store refuses, and rows of every size."""

from dataclasses import replace

import pytest

from pagesync.domain.contact import ActivityKind
from pagesync.domain.conversation import Platform
from pagesync.domain.insight import Insight
from pagesync.domain.person_name import PersonName
from tests.contracts.contacts.office import EVERYBODY, REJECTED, SAVED, Office, draft, insight


@pytest.mark.parametrize(
    "poison",
    [
        {"person_id": "with a \0 NUL"},
        {"person_id": "half a pair \ud83d"},
        {"person_id": ""},
        {"person_id": "9" * 65},
        {"name": PersonName("x" * 201)},
        {"name": PersonName("Nul", "a\0b")},
        {"name": PersonName("\udc00")},
        {"content_hash": "f" * 65},
        {"content_hash": "\0"},
        {"insight": Insight("\ud800")},
        {"insight": insight(lead_score=101)},
        {"insight": insight(confidence=-1)},
    ],
)
def test_a_row_the_store_refuses_fails_alone(office: Office, poison: dict[str, object]) -> None:
    people = [draft("1"), replace(draft("2"), **poison), draft("3", move=office.move(1))]  # type: ignore[arg-type]
    context = office.batch()
    assert office.crm.store.save(context, people) == [SAVED, REJECTED, SAVED]
    assert {contact.messenger_psid for contact in office.contacts()} == {"1", "3"}
    assert office.crm.store.save(context, people) == [SAVED, REJECTED, SAVED]
    for contact in office.contacts():
        kinds = [each.kind for each in office.crm.activities(contact.contact_id)]
        assert kinds.count(ActivityKind.CONTACT_CREATED) == 1


def test_the_longest_id_and_name_are_taken(office: Office) -> None:
    longest = draft("9" * 64, name=PersonName("é" * 200, "n" * 200))
    assert office.crm.store.save(office.batch(), [longest]) == [SAVED]


def test_unstorable_ids_are_nobody_known(office: Office) -> None:
    ids = ["\0", "\ud800", "900000001"]
    office.crm.store.save(office.batch(), [draft()])
    assert set(office.crm.store.known(office.org_id, office.page_id, Platform.MESSENGER, ids)) == {"900000001"}


def test_a_save_may_have_more_rows_than_a_transaction_of_aurora_dsql(office: Office) -> None:
    people = [draft(f"{n:05d}", move=office.move(0)) for n in range(1_200)]
    assert set(office.crm.store.save(office.batch(), people)) == {SAVED}
    assert office.crm.book.count(office.org_id, EVERYBODY) == 1_200
