"""Routes over pipelines and their stages."""

from functools import partial
from typing import Any

import pytest

from pagesync import bootstrap
from pagesync.domain.contact import ContactDraft, SaveContext, StageMove
from pagesync.domain.conversation import Platform
from pagesync.domain.page import OrgId, PageProfile
from pagesync.domain.person_name import PersonName
from pagesync.domain.pipeline import DEFAULT_STAGES, MOST_STAGES
from pagesync.use_cases.archive import archive_pipeline, archive_stage
from pagesync.use_cases.edit_pipelines import add_stage, create_pipeline, edit_pipeline, edit_stage
from pagesync.use_cases.read_pipelines import read_pipelines
from tests import samples
from tests.fakes.clock import StoppedClock
from tests.fakes.contacts import InMemoryContacts
from tests.fakes.pipelines import InMemoryPipelines
from tests.handlers.conftest import Answer, Handler, call, http_event, load

UNKNOWN = "0a0b0c0d-0000-4000-8000-00000000ffff"
PIPELINES = "/api/pipelines"
Json = dict[str, Any]


class Api:
    """The crm function over pipelines in memory."""

    def __init__(self, handler: Handler, contacts: InMemoryContacts) -> None:
        self._handler = handler
        self._contacts = contacts

    def ask(
        self,
        method: str,
        path: str = PIPELINES,
        body: object = None,
        *,
        query: dict[str, str] | None = None,
        org_id: OrgId = samples.ORG,
    ) -> Answer:
        return call(self._handler, http_event(method, path, body=body, query=query, org_id=org_id))

    def create(self, **body: object) -> Json:
        answer = self.ask("POST", body={"name": "Deals", "stages": [{"name": "New"}, {"name": "Hot"}], **body})
        assert answer.status == 201
        return answer.body

    def place(self, stage: Json, count: int) -> None:
        context = SaveContext(samples.ORG, samples.PAGE, f"job of {stage['id']}", "batch", samples.NOON)
        move = StageMove("", stage["id"], "")
        name = PersonName("Maria")
        people = [f"{stage['id']}-{n}"[-60:] for n in range(count)]
        drafts = [ContactDraft(each, Platform.MESSENGER, name, None, move=move) for each in people]
        self._contacts.save(context, drafts)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    contacts, clock = InMemoryContacts(), StoppedClock()
    contacts.add_page(PageProfile(samples.PAGE, samples.ORG, samples.META_PAGE, "Sunrise Coffee"))
    store = InMemoryPipelines(contacts)
    verbs = bootstrap.PipelineVerbs(
        read=partial(read_pipelines, pipelines=store, clock=clock),
        create=partial(create_pipeline, pipelines=store),
        edit=partial(edit_pipeline, pipelines=store),
        archive=partial(archive_pipeline, pipelines=store, clock=clock),
        add_stage=partial(add_stage, pipelines=store),
        edit_stage=partial(edit_stage, pipelines=store),
        archive_stage=partial(archive_stage, pipelines=store, clock=clock),
    )
    monkeypatch.setattr(bootstrap, "pipelines", lambda: verbs)
    return Api(load("crm"), contacts)


def path_of(pipeline: Json, stage: Json | None = None) -> str:
    return f"{PIPELINES}/{pipeline['id']}" + (f"/stages/{stage['id']}" if stage else "")


def names(pipeline: Json) -> list[str]:
    return [stage["name"] for stage in pipeline["stages"]]


def test_an_organisation_without_pipelines_gets_the_sales_pipeline(api: Api) -> None:
    answer = api.ask("GET")
    assert answer.status == 200
    (pipeline,) = answer.body["pipelines"]
    assert (pipeline["name"], pipeline["contactCount"]) == ("Sales", 0)
    told = [(stage["name"], stage["description"], stage["kind"]) for stage in pipeline["stages"]]
    assert told == [tuple(stage) for stage in DEFAULT_STAGES]
    assert api.ask("GET").body == answer.body


def test_a_pipeline_is_created_as_it_is_described(api: Api) -> None:
    stages = [{"name": "New", "description": "Anybody."}, {"name": "Won", "kind": "WON"}]
    answer = api.ask("POST", body={"name": "Deals", "stages": stages})
    new, won = answer.body["stages"]
    assert answer.status == 201
    assert answer.body == {
        "id": answer.body["id"],
        "name": "Deals",
        "contactCount": 0,
        "stages": [
            {"id": new["id"], "name": "New", "description": "Anybody.", "kind": "OPEN", "contactCount": 0},
            {"id": won["id"], "name": "Won", "description": "", "kind": "WON", "contactCount": 0},
        ],
    }
    assert api.ask("GET").body == {"pipelines": [answer.body]}


def test_a_pipeline_created_by_its_name_alone_has_the_default_stages(api: Api) -> None:
    answer = api.ask("POST", body={"name": "Deals"})
    assert names(answer.body) == [name for name, _, _ in DEFAULT_STAGES]


def test_what_cannot_be_seen_of_a_name_is_not_kept(api: Api) -> None:
    made = api.create(name="  Big\t\u202edeals\u0000 \ud800", stages=[{"name": "One", "description": " a\nb "}])
    assert (made["name"], made["stages"][0]["description"]) == ("Big deals", "a b")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": " \u200b\n"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": 7}, "name"),
        ({"name": None}, "name"),
        ({"name": "Deals", "colour": "red"}, "colour"),
        ({"name": "Deals", "stages": []}, "stages"),
        ({"name": "Deals", "stages": [{"name": "Won", "kind": "WON"}]}, "stages"),
        ({"name": "Deals", "stages": [{"name": f"S{n}"} for n in range(MOST_STAGES + 1)]}, "stages"),
        ({"name": "Deals", "stages": [{"name": "A", "kind": "SOLD"}]}, "stages.0.kind"),
        ({"name": "Deals", "stages": [{"name": "A", "description": "x" * 1001}]}, "stages.0.description"),
    ],
)
def test_a_malformed_pipeline_is_refused_by_the_field(api: Api, body: Json, field: str) -> None:
    answer = api.ask("POST", body=body)
    assert (answer.status, answer.body["code"], answer.body["field"]) == (422, "INVALID_REQUEST", field)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"'])
def test_a_body_that_is_no_object_is_refused(api: Api, body: str) -> None:
    assert api.ask("POST", body=body).status == 422


def test_the_longest_names_and_descriptions_are_taken(api: Api) -> None:
    stages = [{"name": "é" * 80, "description": "x" * 1000}]
    assert names(api.create(name="n" * 80, stages=stages)) == ["é" * 80]


def test_two_stages_of_one_name_are_a_conflict(api: Api) -> None:
    body = {"name": "Deals", "stages": [{"name": "Straße"}, {"name": "STRASSE"}]}
    answer = api.ask("POST", body=body)
    assert (answer.status, answer.body["code"]) == (409, "NAME_TAKEN")


def test_a_pipeline_is_renamed_and_its_stages_ordered(api: Api) -> None:
    made = api.create()
    order = [stage["id"] for stage in made["stages"]][::-1]
    answer = api.ask("PATCH", path_of(made), {"name": "Trade", "stageIds": order})
    assert (answer.status, answer.body["name"], names(answer.body)) == (200, "Trade", ["Hot", "New"])
    assert api.ask("PATCH", path_of(made), {}).body == answer.body


@pytest.mark.parametrize("body", [{"name": None}, {"stageIds": None}, {"stageIds": ["1"]}, {"stageIds": "x"}])
def test_a_malformed_change_of_a_pipeline_is_refused(api: Api, body: Json) -> None:
    made = api.create()
    assert api.ask("PATCH", path_of(made), body).status == 422
    assert api.ask("GET").body == {"pipelines": [made]}


def test_an_order_of_stages_that_somebody_changed_meanwhile_is_stale(api: Api) -> None:
    made = api.create()
    order = [stage["id"] for stage in made["stages"]]
    api.ask("POST", f"{path_of(made)}/stages", {"name": "Offer"})
    answer = api.ask("PATCH", path_of(made), {"stageIds": order})
    assert (answer.status, answer.body["code"]) == (409, "STALE_STAGES")


@pytest.mark.parametrize(
    ("position", "order"),
    [(None, ["New", "Hot", "Offer"]), (0, ["Offer", "New", "Hot"]), (1, ["New", "Offer", "Hot"])],
)
def test_a_stage_is_added(api: Api, position: int | None, order: list[str]) -> None:
    made = api.create()
    body = {"name": "Offer", "description": "Got one.", "kind": "LOST", "position": position}
    answer = api.ask("POST", f"{path_of(made)}/stages", body)
    assert (answer.status, names(answer.body)) == (201, order)
    (stage,) = [stage for stage in answer.body["stages"] if stage["name"] == "Offer"]
    assert (stage["description"], stage["kind"]) == ("Got one.", "LOST")


@pytest.mark.parametrize("position", [-1, MOST_STAGES, "first"])
def test_a_position_that_no_pipeline_has_is_refused(api: Api, position: object) -> None:
    answer = api.ask("POST", f"{path_of(api.create())}/stages", {"name": "Offer", "position": position})
    assert (answer.status, answer.body["field"]) == (422, "position")


def test_one_stage_too_many_is_a_conflict(api: Api) -> None:
    made = api.create(stages=[{"name": f"S{n}"} for n in range(MOST_STAGES)])
    answer = api.ask("POST", f"{path_of(made)}/stages", {"name": "More"})
    assert (answer.status, answer.body["code"]) == (409, "LIMIT_REACHED")


def test_a_stage_is_changed_in_what_is_given(api: Api) -> None:
    made = api.create()
    new, hot = made["stages"]
    answer = api.ask("PATCH", path_of(made, hot), {"name": "Gone", "kind": "LOST"})
    assert answer.body["stages"] == [new, {**hot, "name": "Gone", "kind": "LOST"}]
    answer = api.ask("PATCH", path_of(made, hot), {"description": "Will not buy."})
    assert answer.body["stages"][1] == {
        **hot,
        "name": "Gone",
        "kind": "LOST",
        "description": "Will not buy.",
    }


def test_the_last_open_stage_stays(api: Api) -> None:
    made = api.create(stages=[{"name": "New"}, {"name": "Won", "kind": "WON"}])
    for method, body in (("PATCH", {"kind": "WON"}), ("DELETE", None)):
        answer = api.ask(method, path_of(made, made["stages"][0]), body)
        assert (answer.status, answer.body["code"]) == (409, "LAST_OPEN_STAGE")


def test_a_stage_is_archived_and_its_contacts_are_counted_where_they_went(api: Api) -> None:
    made = api.create()
    new, hot = made["stages"]
    api.place(new, 3)
    refused = api.ask("DELETE", path_of(made, new))
    assert (refused.status, refused.body["code"]) == (409, "HAS_CONTACTS")
    answer = api.ask("DELETE", path_of(made, new), query={"moveContactsTo": hot["id"]})
    assert answer.status == 200
    assert answer.body == {**made, "contactCount": 3, "stages": [{**hot, "contactCount": 3}]}
    assert api.ask("GET").body == {"pipelines": [answer.body]}
    assert api.ask("DELETE", path_of(made, new), query={"moveContactsTo": hot["id"]}) == answer


def test_a_pipeline_is_archived(api: Api) -> None:
    made, other = api.create(), api.create(name="Other")
    api.place(made["stages"][0], 2)
    assert api.ask("DELETE", path_of(made)).body["code"] == "HAS_CONTACTS"
    target = other["stages"][1]["id"]
    for _ in range(2):
        answer = api.ask("DELETE", path_of(made), query={"moveContactsTo": target})
        assert (answer.status, answer.body) == (200, {"success": True})
    (left,) = api.ask("GET").body["pipelines"]
    assert (left["name"], left["contactCount"]) == ("Other", 2)


@pytest.mark.parametrize("target", [UNKNOWN, "17", ""])
def test_a_stage_that_contacts_cannot_move_to_is_refused(api: Api, target: str) -> None:
    made = api.create()
    for path in (path_of(made), path_of(made, made["stages"][0])):
        answer = api.ask("DELETE", path, query={"moveContactsTo": target})
        assert (answer.status, answer.body["field"]) == (422, "moveContactsTo")
    itself = api.ask("DELETE", path_of(made), query={"moveContactsTo": made["stages"][0]["id"]})
    assert (itself.status, itself.body["field"]) == (422, "moveContactsTo")


CHANGES = [
    ("PATCH", "/api/pipelines/{pipeline}", {"name": "Mine"}),
    ("DELETE", "/api/pipelines/{pipeline}", None),
    ("POST", "/api/pipelines/{pipeline}/stages", {"name": "Mine"}),
    ("PATCH", "/api/pipelines/{pipeline}/stages/{stage}", {"name": "Mine"}),
    ("DELETE", "/api/pipelines/{pipeline}/stages/{stage}", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_a_foreign_and_an_unknown_pipeline_are_the_same_404(api: Api, method: str, path: str, body: Json) -> None:
    made = api.create()
    foreign = path.format(pipeline=made["id"], stage=made["stages"][0]["id"])
    unknown = path.format(pipeline=UNKNOWN, stage=UNKNOWN)
    answers = [api.ask(method, foreign, body, org_id=samples.OTHER_ORG), api.ask(method, unknown, body)]
    assert answers[0] == answers[1]
    assert answers[0].status == 404
    assert api.ask("GET").body == {"pipelines": [made]}


@pytest.mark.parametrize(("method", "path", "body"), CHANGES[3:])
def test_an_unknown_stage_is_a_404(api: Api, method: str, path: str, body: Json) -> None:
    answer = api.ask(method, path.format(pipeline=api.create()["id"], stage=UNKNOWN), body)
    assert (answer.status, answer.body["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_a_malformed_id_is_named(api: Api, method: str, path: str, body: Json) -> None:
    answer = api.ask(method, path.format(pipeline="17", stage=UNKNOWN), body)
    assert (answer.status, answer.body["field"]) == (422, "pipelineId")


def test_somebody_without_an_organisation_is_forbidden(api: Api) -> None:
    answer = api.ask("GET", org_id=OrgId(""))
    assert (answer.status, answer.body["code"]) == (403, "FORBIDDEN")
