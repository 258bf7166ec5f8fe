"""Routes over contacts."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from pagesync import bootstrap
from pagesync.domain.contact import ContactDraft, SaveContext
from pagesync.domain.contact_book import ContactFilter, ContactPage
from pagesync.domain.conversation import Platform
from pagesync.domain.insight import LeadStatus
from pagesync.domain.page import OrgId, PageProfile
from pagesync.domain.person_name import PersonName
from pagesync.use_cases.edit_contact import edit_contact
from pagesync.use_cases.export_contacts import export_contacts
from tests import samples
from tests.fakes.clock import StoppedClock
from tests.fakes.contact_book import InMemoryContactBook
from tests.fakes.contacts import InMemoryContacts
from tests.fakes.exports import InMemoryExportFiles
from tests.fakes.ledger import InMemoryPages, Memory
from tests.handlers.conftest import Answer, Handler, call, http_event, load

CONTACTS = "/api/contacts"
UNKNOWN = "0a0b0c0d-0000-4000-8000-00000000ffff"
STRANGER = OrgId("0a0b0c0d-0000-4000-8000-00000000eeee")
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
Json = dict[str, Any]


class AskedBook(InMemoryContactBook):
    """Remembers what it was asked for."""

    asked: tuple[OrgId, ContactFilter, str | None, int]

    def contacts(self, org_id: OrgId, where: ContactFilter, *, cursor: str | None, limit: int) -> ContactPage:
        self.asked = (org_id, where, cursor, limit)
        return super().contacts(org_id, where, cursor=cursor, limit=limit)


@pytest.fixture
def store() -> InMemoryContacts:
    """With Maria Silva in it."""
    store = InMemoryContacts()
    store.add_page(PageProfile(samples.PAGE, samples.ORG, samples.META_PAGE, "Sunrise Coffee"))
    context = SaveContext(samples.ORG, samples.PAGE, "job", "batch", samples.NOON)
    store.save(context, [ContactDraft("900000001", Platform.MESSENGER, PersonName("Maria", "Silva"), samples.NOON)])
    return store


@pytest.fixture
def book(store: InMemoryContacts) -> AskedBook:
    return AskedBook(store)


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch, book: AskedBook) -> Handler:
    clock = StoppedClock()
    verbs = bootstrap.Crm(
        book=book,
        edit_contact=partial(edit_contact, book=book, directory=InMemoryPages(Memory()), clock=clock),
        export_contacts=partial(
            export_contacts, most_contacts=100, book=book, files=InMemoryExportFiles(), clock=clock
        ),
        read_pages=lambda **_: [],
        edit_page=lambda **_: None,
    )
    monkeypatch.setattr(bootstrap, "crm", lambda: verbs)
    return load("crm")


@pytest.fixture
def maria(handler: Handler) -> Json:
    (contact,) = call(handler, http_event("GET", CONTACTS)).body["contacts"]
    return contact


def change(handler: Handler, contact: Json, **body: object) -> Answer:
    return call(handler, http_event("PATCH", f"{CONTACTS}/{contact['id']}", body=body))


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({}, ContactFilter()),
        ({"facebookPageId": samples.PAGE}, ContactFilter(facebook_page_id=samples.PAGE)),
        ({"platform": "instagram"}, ContactFilter(platform=Platform.INSTAGRAM)),
        ({"pipelineId": UNKNOWN.upper()}, ContactFilter(pipeline_id=UNKNOWN)),
        ({"stageId": UNKNOWN}, ContactFilter(stage_id=UNKNOWN)),
        ({"leadStatus": "QUALIFIED"}, ContactFilter(lead_status=LeadStatus.QUALIFIED)),
        ({"minScore": "0", "maxScore": "100"}, ContactFilter(min_score=0, max_score=100)),
        ({"tag": "VIP"}, ContactFilter(tag="VIP")),
        ({"q": " Sil "}, ContactFilter(search="Sil")),
        ({"q": " "}, ContactFilter()),
        ({"staged": "false"}, ContactFilter(staged=False)),
        ({"suggested": "false"}, ContactFilter(suggested=False)),
        ({"interactedAfter": "2026-03-01T00:00:00Z"}, ContactFilter(interacted_after=MIDNIGHT)),
        ({"interactedBefore": "2026-03-01T01:00:00+01:00"}, ContactFilter(interacted_before=MIDNIGHT)),
    ],
)
def test_a_filter_is_asked_of_the_callers_contacts(
    handler: Handler, book: AskedBook, query: dict[str, str], where: ContactFilter
) -> None:
    assert call(handler, http_event("GET", CONTACTS, query=query)).status == 200
    assert book.asked == (samples.ORG, where, None, 50)


IMPOSSIBLE = [
    ({"facebookPageId": samples.META_PAGE}, "facebookPageId"),
    ({"stageId": "New"}, "stageId"),
    ({"platform": "telegram"}, "platform"),
    ({"leadStatus": "HOT"}, "leadStatus"),
    ({"minScore": "-1"}, "minScore"),
    ({"maxScore": "101"}, "maxScore"),
    ({"minScore": "80", "maxScore": "20"}, "minScore"),
    ({"interactedAfter": "2026-03-01"}, "interactedAfter"),
    ({"interactedAfter": "2026-03-01T00:00:00"}, "interactedAfter"),
    ({"interactedBefore": "1772366400"}, "interactedBefore"),
    ({"interactedAfter": "2026-03-02T00:00Z", "interactedBefore": "2026-03-01T00:00Z"}, "interactedAfter"),
    ({"suggested": "perhaps"}, "suggested"),
    ({"q": "x" * 101}, "q"),
    ({"tag": ""}, "tag"),
]
PAGES_THAT_CANNOT_BE = [
    ({"limit": "0"}, "limit"),
    ({"limit": "201"}, "limit"),
    ({"limit": "ten"}, "limit"),
    ({"cursor": "x" * 513}, "cursor"),
    ({"cursor": "somebody's"}, "cursor"),
]
ROUTES = [("GET", CONTACTS), ("GET", f"{CONTACTS}/count"), ("POST", f"{CONTACTS}/export")]


@pytest.mark.parametrize(
    ("route", "query", "field"),
    [
        *((route, *each) for route in ROUTES for each in IMPOSSIBLE),
        *((ROUTES[0], *each) for each in PAGES_THAT_CANNOT_BE),
    ],
)
def test_a_filter_that_cannot_be_is_refused_by_name(
    handler: Handler, route: tuple[str, str], query: dict[str, str], field: str
) -> None:
    answer = call(handler, http_event(*route, query=query))
    assert (answer.status, answer.body["code"], answer.body["field"]) == (422, "INVALID_REQUEST", field)


def test_an_edit_is_that_of_the_person_who_is_signed_in(handler: Handler, book: AskedBook, maria: Json) -> None:
    answer = change(handler, maria, version=maria["version"], firstName="Ana", tags=["VIP"])
    assert answer.status == 200
    shown = answer.body
    assert (shown["firstName"], shown["lastName"], shown["nameSetBy"]) == ("Ana", "Silva", "HUMAN")
    assert shown["tags"] == ["VIP"]
    told = book.activities(samples.ORG, maria["id"], cursor=None, limit=50).activities
    assert [each.actor_id for each in told] == ["user-1", "user-1", None]


def test_a_version_that_is_gone_is_refused_with_the_one_there_is(handler: Handler, maria: Json) -> None:
    first = change(handler, maria, version=maria["version"], firstName="Ana").body
    late = change(handler, maria, version=maria["version"], firstName="Eva")
    assert (late.status, late.body["code"]) == (409, "VERSION_CONFLICT")
    assert late.body["currentVersion"] == first["version"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"stageId": UNKNOWN}, "stageId"),
        ({"stageId": "New"}, "stageId"),
        ({"version": 0}, "version"),
        ({"firstName": "x" * 101}, "firstName"),
        ({"firstName": "", "lastName": ""}, "firstName"),
        ({"tags": ["x" * 101]}, "tags"),
        ({"tags": ["x"] * 201}, "tags"),
        ({"aiManaged": False}, "aiManaged"),
        ({"leadScore": 100}, "leadScore"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_by_field_and_changes_nothing(
    handler: Handler, maria: Json, body: Json, field: str
) -> None:
    answer = change(handler, maria, **body)
    assert (answer.status, answer.body["code"]) == (422, "INVALID_REQUEST")
    assert answer.body["field"] == field.removeprefix("")
    assert call(handler, http_event("GET", CONTACTS)).body["contacts"] == [maria]


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "", "leadstatus"),
        ("GET", "/count", "limit"),
        ("POST", "/export", "stage"),
        ("GET", f"/{UNKNOWN}/activities", "page"),
    ],
)
def test_a_parameter_that_is_not_known_is_refused_by_name(
    handler: Handler, method: str, path: str, name: str
) -> None:
    answer = call(handler, http_event(method, f"{CONTACTS}{path}", query={name: "QUALIFIED"}))
    assert (answer.status, answer.body["code"], answer.body["field"]) == (422, "INVALID_REQUEST", name)


def test_a_filter_given_twice_is_refused_and_not_cut_to_its_first_value(handler: Handler) -> None:
    event = http_event("GET", CONTACTS, query={"stageId": f"{UNKNOWN},{UNKNOWN}"})
    answer = call(handler, event | {"rawQueryString": f"stageId={UNKNOWN}&stageId={UNKNOWN}"})
    assert (answer.status, answer.body["field"]) == (422, "stageId")


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PATCH", ""), ("GET", "/activities")])
def test_a_foreign_and_an_unknown_contact_are_the_same_404(
    handler: Handler, maria: Json, method: str, path: str
) -> None:
    body = {"firstName": "Mine"} if method == "PATCH" else None
    answers = [
        call(handler, http_event(method, f"{CONTACTS}/{contact_id}{path}", body=body, org_id=org))
        for contact_id, org in ((maria["id"], STRANGER), (UNKNOWN, samples.ORG))
    ]
    assert answers[0] == answers[1]
    assert (answers[0].status, answers[0].body["code"]) == (404, "NOT_FOUND")


def test_an_export_is_of_the_callers_contacts(handler: Handler, maria: Json) -> None:
    ours = call(handler, http_event("POST", f"{CONTACTS}/export"))
    theirs = call(handler, http_event("POST", f"{CONTACTS}/export", org_id=STRANGER))
    assert (ours.body["contactCount"], theirs.body["contactCount"]) == (1, 0)
