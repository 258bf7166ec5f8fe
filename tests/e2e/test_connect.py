"""Pages are connected through a login at Facebook, renewed in place and disconnected, on the deployed stack."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.e2e.conftest import Deployment, Json

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OWNER, STRANGER = 0, 1
CALLBACK = "/api/facebook/oauth/callback"


def login(deployment: Deployment, user: int = OWNER) -> str:
    """The address that Facebook's dialog leads a browser back to."""
    url = deployment.call("GET", "/api/facebook/oauth/start", user=user).json()["url"]
    answer = requests.get(url, timeout=10, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].partition("#")[0]


def come_back(address: str, **headers: str) -> requests.Response:
    return requests.get(address, headers=headers, timeout=30, allow_redirects=False)


def told(answer: requests.Response) -> dict[str, str]:
    """What the web application is told in its address."""
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def offered(deployment: Deployment, user: int = OWNER) -> str:
    return told(come_back(login(deployment, user)))["connection"]


def pick(deployment: Deployment, *pages: str, user: int = OWNER) -> Json:
    body = {"pageIds": [deployment.meta_id(page) for page in pages]}
    path = f"/api/facebook/connections/{offered(deployment, user)}/pages"
    answer = deployment.call("POST", path, user=user, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_login_offers_the_pages_and_connects_those_that_are_picked(deployment: Deployment) -> None:
    back = come_back(login(deployment))
    assert back.headers["Location"].startswith(f"{deployment.stack.web_url}/settings/pages?connection=")
    assert back.headers["Cache-Control"] == "no-store"

    offer = deployment.get(f"/api/facebook/connections/{told(back)['connection']}")
    page = next(each for each in offer["pages"] if each["pageId"] == deployment.meta_id("connected"))
    assert offer["missingScopes"] == []
    assert len(offer["pages"]) == len(deployment.pages)
    assert (page["connected"], page["selectable"], page["reason"]) == (True, True, None)
    assert page["pictureUrl"].startswith(deployment.graph.url)

    connected = pick(deployment, "connected")
    assert [each["id"] for each in connected["pages"]] == [deployment.pages["connected"]]
    assert (connected["failed"], connected["notices"]) == ([], [])
    assert connected["pages"][0]["pictureUrl"] == page["pictureUrl"]
    assert deployment.sync("connected")["status"] == "COMPLETED"


def test_a_page_is_another_one_for_another_organisation(deployment: Deployment) -> None:
    connected = pick(deployment, "connected", user=STRANGER)

    (page,) = connected["pages"]
    assert page["id"] != deployment.pages["connected"]
    assert page["contactCount"] == 0
    deployment.call("DELETE", f"/api/facebook/pages/{page['id']}?contacts=delete", user=STRANGER)


def test_the_business_side_of_instagram_is_found(deployment: Deployment) -> None:
    (page,) = pick(deployment, "instagram")["pages"]
    assert page["instagramUsername"]


def test_a_page_that_was_not_offered_fails_alone(deployment: Deployment) -> None:
    path = f"/api/facebook/connections/{offered(deployment)}/pages"
    body = {"pageIds": [deployment.meta_id("connected"), "999"]}
    connected = deployment.call("POST", path, json=body).json()
    assert len(connected["pages"]) == 1
    assert [(each["pageId"], each["code"]) for each in connected["failed"]] == [("999", "NOT_OFFERED")]


def test_a_callback_delivered_twice_leads_to_the_same_offer(deployment: Deployment) -> None:
    address = login(deployment)
    first, second = come_back(address), come_back(address)
    assert told(first) == told(second)


def test_whoever_says_no_is_told_how_to_go_on(deployment: Deployment) -> None:
    deployment.control(deployment.graph, denyLogins=1)
    address = login(deployment)
    assert told(come_back(address, **BROWSER)) == {"connectError": "ACCESS_DENIED"}
    refused = come_back(address)
    assert (refused.status_code, refused.json()["code"]) == (400, "ACCESS_DENIED")


@pytest.mark.parametrize("query", ["state=forged&code=c", "code=c", "state=s", ""])
def test_a_state_that_nobody_began_is_refused(deployment: Deployment, query: str) -> None:
    address = f"{deployment.stack.api_url}{CALLBACK}?{query}"
    assert told(come_back(address, **BROWSER)) == {"connectError": "STATE_INVALID"}
    refused = come_back(address)
    assert (refused.status_code, refused.json()["code"]) == (400, "STATE_INVALID")


def test_a_state_is_spent_on_one_code(deployment: Deployment) -> None:
    address = login(deployment)
    come_back(address)
    state = parse_qs(urlsplit(address).query)["state"][0]
    replayed = come_back(f"{deployment.stack.api_url}{CALLBACK}?state={state}&code=another")
    assert (replayed.status_code, replayed.json()["code"]) == (400, "STATE_INVALID")


def test_a_code_that_facebook_takes_no_more_connects_nothing(deployment: Deployment) -> None:
    deployment.control(deployment.graph, lifetimes={"codeSeconds": 0})
    refused = come_back(login(deployment))
    assert (refused.status_code, refused.json()["code"]) == (400, "CODE_INVALID")


def test_an_outage_of_facebook_is_told_as_one(deployment: Deployment) -> None:
    address = login(deployment)
    deployment.control(deployment.graph, faults=[{"match": "oauth", "kind": "html_outage", "times": None}])
    failed = come_back(address)
    assert (failed.status_code, failed.json()["code"]) == (502, "FACEBOOK_UNAVAILABLE")


@pytest.mark.parametrize("user", [STRANGER, None])
def test_nobody_but_who_began_may_use_an_offer(deployment: Deployment, user: int | None) -> None:
    path = f"/api/facebook/connections/{offered(deployment)}"
    body = {"pageIds": [deployment.meta_id("connected")]}
    expected = 401 if user is None else 404
    assert deployment.call("GET", path, user=user).status_code == expected
    assert deployment.call("POST", f"{path}/pages", user=user, json=body).status_code == expected


def test_a_dead_token_is_renewed_in_place(deployment: Deployment) -> None:
    assert deployment.sync("reconnected")["status"] == "COMPLETED"
    before = deployment.contacts("reconnected")
    settings = {"confidenceThreshold": 77}
    path = f"/api/facebook/pages/{deployment.pages['reconnected']}"
    assert deployment.call("PATCH", path, json=settings).status_code == 200
    deployment.control(
        deployment.graph, token={"pageId": deployment.meta_id("reconnected"), "state": "session_invalidated"}
    )
    assert deployment.sync("reconnected", "full")["tokenExpired"]
    dead = deployment.page("reconnected")
    assert (dead["tokenExpired"], dead["tokenProblem"]["code"]) == (True, "TOKEN_REJECTED")

    pick(deployment, "reconnected")

    page = deployment.page("reconnected")
    assert (page["tokenExpired"], page["confidenceThreshold"], page["contactCount"]) == (False, 77, len(before))
    assert deployment.sync("reconnected", "full")["status"] == "COMPLETED"
    assert {each["id"] for each in deployment.contacts("reconnected")} == {each["id"] for each in before}


def test_a_page_can_be_left_and_its_contacts_kept(deployment: Deployment) -> None:
    pick(deployment, "left")
    deployment.sync("left")
    page_id, meta_id = deployment.pages["left"], deployment.meta_id("left")
    contacts = deployment.contacts("left")

    assert deployment.call("DELETE", f"/api/facebook/pages/{page_id}").json() == {"success": True}

    assert page_id not in [page["id"] for page in deployment.get("/api/facebook/pages")["pages"]]
    assert deployment.contacts("left") == contacts
    assert "PAGE" not in [item["SK"]["S"] for item in deployment.items(f"PAGE#{page_id}")]
    assert (
        deployment.call("POST", "/api/facebook/sync-background", json={"facebookPageId": page_id}).status_code
        == 404
    )
    calls = [each for each in deployment.log(deployment.graph)["requests"] if each["kind"] == "subscribed_apps"]
    assert [(each["method"], meta_id in each["path"]) for each in calls[-1:]] == [("DELETE", True)]


def test_a_page_can_be_left_in_the_middle_of_a_sync_with_its_contacts_erased(deployment: Deployment) -> None:
    page_id = deployment.pages["erased"]
    deployment.control(deployment.gemini, latencySeconds=1)
    job_id = deployment.start("erased")["jobId"]
    deployment.follow(job_id, until=lambda job: job["syncedContacts"] > 0)

    answer = deployment.call("DELETE", f"/api/facebook/pages/{page_id}?contacts=delete")

    assert answer.status_code == 200, answer.text
    status = [item["status"]["S"] for item in deployment.items(f"JOB#{job_id}") if item["SK"]["S"] == "JOB"]
    assert status == ["CANCELLED"]
    assert deployment.call("GET", f"/api/contacts?facebookPageId={page_id}").json()["contacts"] == []


def test_no_call_goes_out_unproven(deployment: Deployment) -> None:
    deployment.control(deployment.graph, requireAppSecretProof=True)
    pick(deployment, "connected")
    assert deployment.sync("connected", "full")["status"] == "COMPLETED"


def test_a_dead_token_is_seen_before_a_sync_needs_it(deployment: Deployment) -> None:
    meta_id = deployment.meta_id("reconnected")
    deployment.control(deployment.graph, token={"pageId": meta_id, "state": "role_lost"})
    deployment.invoke("tokens")
    page = deployment.page("reconnected")
    assert (page["tokenExpired"], page["tokenProblem"]["code"]) == (True, "ROLE_LOST")
    assert "reconnect" in page["tokenProblem"]["message"]

    deployment.control(deployment.graph, reset=True)
    deployment.invoke("tokens")
    page = deployment.page("reconnected")
    assert (page["tokenExpired"], page["tokenProblem"]) == (False, None)


def posted(deployment: Deployment, path: str, **order: object) -> Json:
    """What our route answers to the request that Facebook signs."""
    order |= {"url": f"{deployment.stack.api_url}{path}"}
    answer = requests.post(f"{deployment.graph.url}/__control", json={"signedRequest": order}, timeout=40)
    return answer.json()["delivery"]


def test_whoever_removes_the_app_is_told_to_reconnect(deployment: Deployment) -> None:
    pick(deployment, "connected")
    person = owner_of(deployment)
    delivery = posted(deployment, "/api/facebook/deauthorize", kind="deauthorize", userId=person)
    assert delivery["status"] == 200, delivery
    problem = deployment.page("connected")["tokenProblem"]
    assert problem["code"] == "APP_REMOVED"
    pick(deployment, "connected")
    assert deployment.page("connected")["tokenProblem"] is None


def test_a_person_who_wants_out_is_deleted_and_can_ask_for_it(deployment: Deployment) -> None:
    pick(deployment, "connected")
    pick(deployment, "connected", user=STRANGER)
    person, before = owner_of(deployment), pages_of(deployment)
    delivery = posted(deployment, "/api/facebook/data-deletion", kind="data_deletion", userId=person)
    assert delivery["status"] == 200, delivery
    answer = json.loads(delivery["body"])
    # As Facebook sends people to other sites.
    status = requests.get(answer["url"], params={"fbclid": "IwAR0"}, timeout=10).json()
    assert status["confirmationCode"] == answer["confirmation_code"]
    gone = before - pages_of(deployment)
    assert "connected" in gone
    assert (status["status"], status["pagesDisconnected"]) == ("COMPLETED", len(gone) + 1)
    assert deployment.call("GET", "/api/facebook/pages", user=STRANGER).json()["pages"] == []
    pick(deployment, *gone)
    assert pages_of(deployment) == before


@pytest.mark.parametrize("path", ["/api/facebook/deauthorize", "/api/facebook/data-deletion"])
def test_what_facebook_did_not_sign_changes_nothing(deployment: Deployment, path: str) -> None:
    kind = path.rpartition("/")[2].replace("-", "_")
    delivery = posted(deployment, path, kind=kind, userId=owner_of(deployment), forged=True)
    assert (delivery["status"], json.loads(delivery["body"])["code"]) == (403, "BAD_SIGNATURE")
    assert deployment.call("POST", path, user=None, data={}).status_code == 422


def pages_of(deployment: Deployment) -> set[str]:
    """Names of the connected Pages, as SIZES calls them."""
    connected = {page["id"] for page in deployment.get("/api/facebook/pages")["pages"]}
    return {name for name, page_id in deployment.pages.items() if page_id in connected}


def owner_of(deployment: Deployment) -> str:
    """The id of the person who owns the simulated Pages."""
    return requests.get(f"{deployment.graph.url}/__world", timeout=10).json()["people"][0]["userId"]
