"""Contacts as the CRM's users have them: found, read, changed by hand, exported."""

import csv
import io
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from tests.e2e.conftest import INSTAGRAM, Deployment, Json

Query = Mapping[str, Any]
PAGE = "people"


@pytest.fixture(scope="module")
def people(deployment: Deployment) -> list[Json]:
    """The contacts of a Page right after its first sync."""
    assert deployment.sync(PAGE)["status"] == "COMPLETED"
    return deployment.contacts(PAGE)


def some(people: list[Json], holds: Callable[[Json], bool] = lambda contact: bool(contact["stageId"])) -> Json:
    """The first one whom it holds for: somebody the AI has placed, where nothing is asked."""
    return next(contact for contact in people if holds(contact))


def detail(deployment: Deployment, contact: Json) -> Json:
    return deployment.get(f"/api/contacts/{contact['id']}")


def edit(deployment: Deployment, contact: Json, **changes: object) -> Json:
    answer = deployment.call("PATCH", f"/api/contacts/{contact['id']}", json=changes)
    assert answer.status_code == 200, answer.text
    return answer.json()


def activities(deployment: Deployment, contact: Json, **query: object) -> list[Json]:
    return deployment.get(f"/api/contacts/{contact['id']}/activities", **query)["activities"]


def conversation(deployment: Deployment, contact: Json) -> Json:
    """The one the contact wrote, as Facebook has it."""
    return next(
        talk
        for talk in deployment.truth(PAGE)
        if contact["messengerPSID"] in [who["id"] for who in talk["participants"]]
    )


def test_a_list_is_paged_without_gap_or_repetition_and_counted(deployment: Deployment, people: list[Json]) -> None:
    assert len(people) > 30
    assert [each["id"] for each in deployment.contacts(PAGE, limit=7)] == [each["id"] for each in people]
    assert deployment.get("/api/contacts/count", facebookPageId=deployment.pages[PAGE]) == {"count": len(people)}


@pytest.mark.parametrize("name", ["stageId", "pipelineId", "leadStatus"])
def test_a_filter_finds_exactly_those_with_the_value(deployment: Deployment, people: list[Json], name: str) -> None:
    value = some(people)[name]
    assert found(deployment, {name: value}) == [each["id"] for each in people if each[name] == value]


def test_a_score_range_includes_both_ends(deployment: Deployment, people: list[Json]) -> None:
    scores = sorted(each["leadScore"] for each in people if each["leadScore"] is not None)
    low, high = scores[len(scores) // 4], scores[len(scores) * 3 // 4]
    assert low < high
    inside = [each["id"] for each in people if each["leadScore"] is not None and low <= each["leadScore"] <= high]
    assert 0 < len(inside) < len(people)
    assert found(deployment, {"minScore": low, "maxScore": high}) == inside


def test_a_time_range_includes_its_beginning_and_not_its_end(deployment: Deployment, people: list[Json]) -> None:
    end, start = people[5]["lastInteraction"], people[20]["lastInteraction"]
    inside = [each["id"] for each in people if start <= each["lastInteraction"] < end]
    assert found(deployment, {"interactedAfter": start, "interactedBefore": end}) == inside


def test_those_with_and_without_a_suggestion_are_all(deployment: Deployment, people: list[Json]) -> None:
    suggested = [each["id"] for each in people if detail(deployment, each)["suggestion"]]
    assert 0 < len(suggested) < len(people)
    assert found(deployment, {"suggested": "true"}) == suggested
    assert found(deployment, {"suggested": "false"}) == [
        each["id"] for each in people if each["id"] not in suggested
    ]


def test_a_name_is_found_by_the_beginning_of_a_word_in_any_case_and_without_accents(
    deployment: Deployment, people: list[Json]
) -> None:
    whole = some(people, lambda each: each["firstName"].isalpha() and len(each["lastName"]) > 3)
    asked = whole["lastName"].split()[-1][:4].upper()
    assert whole["id"] in found(deployment, {"q": asked})
    assert len(found(deployment, {"q": asked})) < len(people)
    accented = some(
        people, lambda each: plain(each["firstName"]) != each["firstName"] and each["firstName"].isalpha()
    )
    assert accented["id"] in found(deployment, {"q": plain(accented["firstName"]).lower()})
    assert found(deployment, {"q": "Nobody-is-called-so"}) == []


def plain(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", name) if not unicodedata.combining(char))


def test_all_filters_hold_at_once(deployment: Deployment, people: list[Json]) -> None:
    one = some(people)
    both = {"stageId": one["stageId"], "leadStatus": one["leadStatus"], "q": one["firstName"]}
    assert one["id"] in found(deployment, both)
    assert found(deployment, {**both, "minScore": 100, "maxScore": 100, "leadStatus": "LOST"}) == []


def test_contacts_are_told_apart_by_platform(deployment: Deployment) -> None:
    deployment.sync(INSTAGRAM)
    everybody = deployment.contacts(INSTAGRAM)
    for platform, sid in (("messenger", "messengerPSID"), ("instagram", "instagramSID")):
        of_platform = [each["id"] for each in everybody if each[sid]]
        assert 0 < len(of_platform) < len(everybody)
        assert found(deployment, {"platform": platform}, page=INSTAGRAM) == of_platform


def found(deployment: Deployment, query: Query, page: str = PAGE) -> list[str]:
    """Ids in the order of the list, which are as many as are counted."""
    where = {"facebookPageId": deployment.pages[page], **query}
    ids = [each["id"] for each in deployment.get("/api/contacts", **where, limit=200)["contacts"]]
    assert deployment.get("/api/contacts/count", **where) == {"count": len(ids)}
    return ids


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"cursor": "somebody's"}, "cursor"),
        ({"stageId": "New"}, "stageId"),
        ({"platform": "telegram"}, "platform"),
        ({"leadStatus": "HOT"}, "leadStatus"),
        ({"minScore": 101}, "minScore"),
        ({"minScore": 80, "maxScore": 20}, "minScore"),
        ({"interactedAfter": "yesterday"}, "interactedAfter"),
        ({"interactedAfter": "1772366400"}, "interactedAfter"),
        (
            {"interactedAfter": "2026-03-02T00:00:00Z", "interactedBefore": "2026-03-01T00:00:00Z"},
            "interactedAfter",
        ),
        ({"suggested": "perhaps"}, "suggested"),
        ({"q": "x" * 101}, "q"),
        ({"tag": ""}, "tag"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_by_name(deployment: Deployment, query: Query, field: str) -> None:
    answer = deployment.call("GET", "/api/contacts", params=query)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "INVALID_REQUEST", field)


def test_a_contact_shows_what_its_analysis_rests_on(deployment: Deployment, people: list[Json]) -> None:
    contact = some(people)
    shown = detail(deployment, contact)
    assert shown.items() >= contact.items()
    assert shown["identities"] == [{"platform": "messenger", "personId": contact["messengerPSID"]}]
    analysis = shown["analysis"]
    assert (analysis["summary"], analysis["confidence"]) == (contact["aiContext"], contact["confidence"])
    assert analysis["reasoning"]
    assert analysis["model"].startswith("gemini-")
    assert analysis["promptVersion"]
    assert 1 <= len(analysis["evidence"]) <= 3
    said = {message["id"]: message for message in conversation(deployment, contact)["messages"]}
    for quoted in analysis["evidence"]:
        message = said[quoted["messageId"]]
        assert quoted["quote"] in message["text"]
        assert message["fromId"] == contact["messengerPSID"]


def test_an_opinion_that_was_not_sure_enough_is_a_suggestion_with_its_reason(
    deployment: Deployment, people: list[Json]
) -> None:
    unsure = some(people, lambda each: each["suggestedStageId"] is not None and each["confidence"] < 60)
    suggestion = detail(deployment, unsure)["suggestion"]
    assert unsure["stageId"] is None
    assert suggestion["stageName"] == unsure["suggestedStageName"]
    assert suggestion["reason"].startswith("Not applied because ")
    (told, *_) = activities(deployment, unsure)
    assert (told["kind"], told["actor"], told["toStageId"]) == ("SUGGESTION", "AI", suggestion["stageId"])


def test_of_two_edits_at_once_the_second_is_refused_with_the_version_there_is(
    deployment: Deployment, people: list[Json]
) -> None:
    contact = people[1]
    first = edit(deployment, contact, version=contact["version"], lastName="First")
    assert first["version"] > contact["version"]
    late = {"version": contact["version"], "lastName": "Second", "tags": ["second"]}
    refused = deployment.call("PATCH", f"/api/contacts/{contact['id']}", json=late)
    assert (refused.status_code, refused.json()["code"]) == (409, "VERSION_CONFLICT")
    assert refused.json()["currentVersion"] == first["version"]
    assert detail(deployment, contact) == first
    assert (
        edit(deployment, contact, **{**late, "version": refused.json()["currentVersion"]})["lastName"] == "Second"
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stageId": "7c9e6679-7425-40de-944b-e07fc1f90ae7"}, "stageId"),
        ({"tags": ["x" * 101]}, "tags"),
        ({"tags": [f"tag {number}" for number in range(51)]}, "tags"),
        ({"firstName": "", "lastName": " "}, "firstName"),
        ({"leadScore": 100}, "leadScore"),
    ],
)
def test_an_edit_that_cannot_be_changes_nothing(
    deployment: Deployment, people: list[Json], changes: Json, field: str
) -> None:
    before = detail(deployment, people[2])
    refused = deployment.call("PATCH", f"/api/contacts/{people[2]['id']}", json={"aiManaged": True, **changes})
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert detail(deployment, people[2]) == before


def test_a_persons_edit_outlasts_a_full_sync_with_news_until_it_is_given_back(
    deployment: Deployment, people: list[Json]
) -> None:
    contact = some(people[3:])
    theirs = other_stage(deployment, contact)
    edited = edit(
        deployment, contact, firstName="Ms", lastName="Somebody", stageId=theirs["id"], tags=["VIP", "vip ", "Café"]
    )
    assert (edited["stageSetBy"], edited["nameSetBy"], edited["tags"]) == ("HUMAN", "HUMAN", ["Café", "VIP"])

    write_again(deployment, contact)
    kept = detail(deployment, contact)
    assert kept["analysis"]["analysedAt"] > edited["analysis"]["analysedAt"]
    assert kept["lastInteraction"] > contact["lastInteraction"]
    a_persons = ("firstName", "lastName", "stageId", "stageSetBy", "nameSetBy", "tags")
    assert {name: kept[name] for name in a_persons} == {name: edited[name] for name in a_persons}

    given_back = edit(deployment, contact, aiManaged=True)
    assert (given_back["stageSetBy"], given_back["nameSetBy"], given_back["tags"]) == (None, None, edited["tags"])
    deployment.sync(PAGE, "full")
    again = detail(deployment, contact)
    assert (again["firstName"], again["lastName"]) == (contact["firstName"], contact["lastName"])
    assert again["stageSetBy"] == "AI"
    assert again["analysis"]["analysedAt"] > kept["analysis"]["analysedAt"]

    told = activities(deployment, contact)
    assert [each["createdAt"] for each in told] == sorted((each["createdAt"] for each in told), reverse=True)
    assert told[-1]["kind"] == "CONTACT_CREATED"
    by_hand = [each["kind"] for each in told if each["actor"] == "HUMAN"]
    assert by_hand == ["NAME_CHANGED", "STAGE_CHANGED", "TAGS_CHANGED", "STAGE_CHANGED", "NAME_CHANGED"]
    placed = next(each for each in reversed(told) if each["actor"] == "HUMAN" and each["kind"] == "STAGE_CHANGED")
    assert (placed["fromStageId"], placed["toStageId"]) == (contact["stageId"], theirs["id"])
    assert placed["reason"] == f"Moved to {theirs['name']} in Sales by a person"
    moved = next(each for each in told if each["actor"] == "AI" and each["kind"] == "STAGE_CHANGED")
    assert (moved["fromStageId"], moved["toStageId"]) == (theirs["id"], again["stageId"])
    assert activities(deployment, contact, limit=2) == told[:2]


def test_somebody_given_back_to_the_ai_is_read_by_the_next_sync_however_long_ago_they_wrote(
    deployment: Deployment, people: list[Json]
) -> None:
    long_ago = datetime.fromisoformat(people[0]["lastInteraction"]) - timedelta(days=3)
    contact = some(
        people[::-1],
        lambda each: (
            bool(each["stageId"])
            and datetime.fromisoformat(each["lastInteraction"]) < long_ago
            and detail(deployment, each)["stageSetBy"] == "AI"
        ),
    )
    before = detail(deployment, contact)
    edit(deployment, contact, stageId=other_stage(deployment, before)["id"])
    edit(deployment, contact, aiManaged=True)
    assert deployment.sync(PAGE)["status"] == "COMPLETED"
    after = detail(deployment, contact)
    assert (after["stageId"], after["stageSetBy"]) == (before["stageId"], "AI")
    assert after["analysis"]["analysedAt"] > before["analysis"]["analysedAt"]


def other_stage(deployment: Deployment, contact: Json) -> Json:
    """One of the contact's pipeline, and in which it is not."""
    pipelines = deployment.get("/api/pipelines")["pipelines"]
    stages = next(each["stages"] for each in pipelines if each["id"] == contact["pipelineId"])
    return next(
        stage for stage in reversed(stages) if stage["id"] != contact["stageId"] and stage["kind"] == "OPEN"
    )


def write_again(deployment: Deployment, contact: Json) -> list[str]:
    """The contact writes once more, and everybody is synced."""
    talk = conversation(deployment, contact)["id"]
    touch = {
        "pageId": deployment.meta_id(PAGE),
        "conversationIds": [talk],
        "text": "Please send me your price list.",
    }
    deployment.control(deployment.graph, touch=touch)
    assert deployment.sync(PAGE, "full")["status"] == "COMPLETED"
    return [talk]


def test_tags_are_listed_once_and_find_their_contacts(deployment: Deployment, people: list[Json]) -> None:
    first, second = people[-1], people[-2]
    edit(deployment, first, tags=["Wholesale", "Trade fair"])
    edit(deployment, second, tags=["wholesale"])
    listed = [tag for tag in deployment.get("/api/tags")["tags"] if tag.lower() in ("wholesale", "trade fair")]
    assert [tag.lower() for tag in listed] == ["trade fair", "wholesale"]
    assert found(deployment, {"tag": "WHOLESALE"}) == [second["id"], first["id"]]
    edit(deployment, first, tags=[])
    assert found(deployment, {"tag": "wholesale"}) == [second["id"]]
    (told, *_) = activities(deployment, first)
    assert (told["kind"], told["actor"]) == ("TAGS_CHANGED", "HUMAN")
    assert told["reason"] == "A person removed Trade fair, Wholesale"


def test_contacts_are_exported_as_a_file_that_no_spreadsheet_runs(
    deployment: Deployment, people: list[Json]
) -> None:
    attacks = {
        people[-3]["id"]: '=HYPERLINK("http://evil.example","Click")',
        people[-4]["id"]: "@SUM(1+1)*cmd|'/c'!A0",
    }
    for contact in (people[-3], people[-4]):
        edit(deployment, contact, firstName=attacks[contact["id"]], lastName="\u00a0+1", tags=["-1+1"])
    exported = deployment.call("POST", "/api/contacts/export", params={"facebookPageId": deployment.pages[PAGE]})
    assert (exported.status_code, exported.json()["nextCursor"]) == (200, None)

    # The URL alone opens it: a browser downloads it without the token.
    file = requests.get(exported.json()["url"], timeout=30)
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert file.headers["Content-Disposition"].startswith('attachment; filename="contacts-')
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))

    now = deployment.contacts(PAGE)
    assert [row["id"] for row in rows] == [contact["id"] for contact in now]
    assert exported.json()["contactCount"] == len(rows) == len(people)
    by_id = {row["id"]: row for row in rows}
    for contact_id, attack in attacks.items():
        row = by_id[contact_id]
        assert (row["firstName"], row["lastName"], row["tags"]) == (f"'{attack}", "'+1", "'-1+1")
    assert not [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")]
    for contact in now:
        if contact["id"] not in attacks:
            row = by_id[contact["id"]]
            told = ("id", "messengerPSID", "aiContext", "leadStatus", "stageName")
            assert [row[name] for name in told] == [contact[name] or "" for name in told]
            assert row["leadScore"] == ("" if contact["leadScore"] is None else str(contact["leadScore"]))
            assert datetime.fromisoformat(row["createdAt"])


def test_an_export_holds_what_the_filters_find_and_nothing_of_others(
    deployment: Deployment, people: list[Json]
) -> None:
    query = {"facebookPageId": deployment.pages[PAGE], "leadStatus": some(people)["leadStatus"]}
    count = deployment.get("/api/contacts/count", **query)["count"]
    exported = deployment.call("POST", "/api/contacts/export", params=query).json()
    assert 0 < exported["contactCount"] == count < len(people)
    theirs = deployment.call("POST", "/api/contacts/export", params=query, user=1).json()
    assert theirs["contactCount"] == 0
    assert len(requests.get(theirs["url"], timeout=30).text.splitlines()) == 1
