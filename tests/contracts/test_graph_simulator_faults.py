"""The Graph API simulator misbehaves on demand, moves its world, and remembers what it was asked."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from simulators.graph import DEMO_ACCESS_TOKEN, DEMO_PAGE_ID, App, GraphSimulator, demo_world, instagram_world


class Client:
    """Calls a simulator with the demo Page's token, one connection per call."""

    def __init__(self, simulator: GraphSimulator) -> None:
        self.url = simulator.url

    def get(self, path: str, timeout_seconds: float = 10, **params: object) -> requests.Response:
        query = {"access_token": DEMO_ACCESS_TOKEN, **params}
        return requests.get(f"{self.url}/v25.0/{path}", params=query, timeout=timeout_seconds)

    def list(self, **params: object) -> requests.Response:
        return self.get("me/conversations", **params)

    def control(self, **orders: object) -> dict[str, Any]:
        response = self.try_control(orders)
        assert response.status_code == 200, response.text
        return response.json()

    def try_control(self, body: object) -> requests.Response:
        return requests.post(f"{self.url}/__control", json=body, timeout=10)

    def log(self) -> dict[str, Any]:
        return requests.get(f"{self.url}/__log", timeout=10).json()

    def truth(self, **params: object) -> dict[str, Any]:
        return requests.get(f"{self.url}/__world", params=params, timeout=10).json()


@pytest.fixture
def graph() -> Iterator[Client]:
    with GraphSimulator(demo_world()) as simulator:
        yield Client(simulator)


@pytest.fixture
def instagram() -> Iterator[Client]:
    with GraphSimulator(instagram_world()) as simulator:
        yield Client(simulator)


# --- faults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "code", "keys"),
    [
        ("http500_code2", 500, 2, ["message", "type", "is_transient", "code", "fbtrace_id"]),
        ("code1_99", 500, 1, ["code", "message", "error_subcode"]),
        ("reduce", 500, 1, ["code", "message"]),
        ("permission_200", 403, 200, ["message", "type", "code", "fbtrace_id"]),
        ("invalid_cursor", 400, 100, ["message", "type", "code", "fbtrace_id"]),
        ("invalid_cursor_2642", 400, 2642, ["message", "type", "code", "fbtrace_id"]),
        ("message_unreadable", 400, 9000001, ["message", "type", "code", "fbtrace_id"]),
        ("missing_100_33", 400, 100, ["message", "type", "code", "error_subcode", "fbtrace_id"]),
        ("throttle_4", 403, 4, ["message", "type", "is_transient", "code", "fbtrace_id"]),
        ("throttle_17", 400, 17, ["message", "type", "code", "fbtrace_id"]),
        ("throttle_32", 400, 32, ["message", "type", "code", "fbtrace_id"]),
        ("throttle_341", 400, 341, ["message", "type", "code", "fbtrace_id"]),
        ("throttle_613", 400, 613, ["message", "type", "code", "fbtrace_id"]),
        ("throttle_80001", 400, 80001, ["message", "type", "code", "fbtrace_id"]),
        ("throttle_80002", 400, 80002, ["message", "type", "code", "fbtrace_id"]),
        ("throttle_80006", 400, 80006, ["message", "type", "code", "fbtrace_id"]),
    ],
)
def test_an_error_fault_answers_once_with_its_exact_envelope(
    graph: Client, kind: str, status: int, code: int, keys: list[str]
) -> None:
    graph.control(faults=[{"match": "list", "kind": kind}])
    refused = graph.list()
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert list(refused.json()["error"]) == keys
    assert refused.headers["WWW-Authenticate"].startswith('OAuth "Facebook Platform"')
    assert graph.list().status_code == 200


def test_a_throttle_says_in_the_usage_header_when_the_quota_is_back(graph: Client) -> None:
    graph.control(faults=[{"match": "list", "kind": "throttle_80006", "regainMinutes": 7}])
    assert json.loads(graph.list().headers["x-business-use-case-usage"]) == {
        DEMO_PAGE_ID: [
            {
                "type": "messenger",
                "call_count": 100,
                "total_cputime": 100,
                "total_time": 100,
                "estimated_time_to_regain_access": 7,
            }
        ]
    }


def test_the_application_limit_shows_in_the_application_header(graph: Client) -> None:
    graph.control(faults=[{"match": "list", "kind": "throttle_4"}])
    refused = graph.list()
    assert json.loads(refused.headers["x-app-usage"])["call_count"] == 100
    assert "x-business-use-case-usage" not in refused.headers


def test_an_outage_is_html(graph: Client) -> None:
    graph.control(faults=[{"match": "any", "kind": "html_outage"}])
    answer = graph.list()
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert "something went wrong" in answer.text


def test_a_hanging_call_outlasts_the_clients_patience(graph: Client) -> None:
    graph.control(faults=[{"match": "list", "kind": "hang", "seconds": 30}])
    with pytest.raises(requests.exceptions.ReadTimeout):
        graph.get("me/conversations", timeout_seconds=0.3)
    assert graph.list().status_code == 200


def test_a_hang_ends_without_an_answer(graph: Client) -> None:
    graph.control(faults=[{"match": "list", "kind": "hang", "seconds": 0.05}])
    with pytest.raises(requests.exceptions.ConnectionError):
        graph.list()


def test_a_reset_connection_is_a_reset(graph: Client) -> None:
    graph.control(faults=[{"match": "list", "kind": "reset"}])
    address = ("127.0.0.1", int(graph.url.rsplit(":", 1)[1]))
    with socket.create_connection(address, timeout=10) as raw:
        raw.sendall(
            f"GET /v25.0/me/conversations?access_token={DEMO_ACCESS_TOKEN} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        )
        with pytest.raises(ConnectionResetError):
            raw.recv(1000)


def test_a_truncated_body_breaks_off(graph: Client) -> None:
    graph.control(faults=[{"match": "list", "kind": "truncated"}])
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)) as broken:
        graph.list()
    assert "IncompleteRead" in str(broken.value)
    assert graph.list().status_code == 200


def test_a_fault_waits_strikes_and_passes(graph: Client) -> None:
    graph.control(faults=[{"match": "list", "kind": "http500_code2", "skip": 2, "times": 3}])
    assert [graph.list().status_code for _ in range(7)] == [200, 200, 500, 500, 500, 200, 200]


def test_a_fault_without_end_lasts_until_the_next_order(graph: Client) -> None:
    graph.control(faults=[{"match": "any", "kind": "http500_code2", "times": None}])
    assert [graph.list().status_code for _ in range(5)] == [500] * 5
    graph.control(faults=[])
    assert graph.list().status_code == 200


def test_a_fault_hits_only_its_kind_of_call(graph: Client) -> None:
    thread = graph.truth(pageId=DEMO_PAGE_ID, limit=1)["conversations"][0]
    paths = {
        "list": "me/conversations",
        "page": "me",
        "thread": thread["id"],
        "messages": f"{thread['id']}/messages",
        "message": thread["messages"][0]["id"],
    }
    for hit in paths:
        graph.control(faults=[{"match": hit, "kind": "http500_code2", "times": None}])
        failed = {kind for kind, path in paths.items() if graph.get(path).status_code == 500}
        assert failed == {hit}


def test_a_fault_can_be_kept_to_one_platform_or_page(instagram: Client) -> None:
    fault = {"match": "list", "kind": "throttle_80002", "times": None}
    instagram.control(faults=[{**fault, "platform": "instagram"}])
    assert instagram.list(platform="messenger").status_code == 200
    refused = instagram.list(platform="instagram")
    assert refused.json()["error"]["code"] == 80002
    usage = json.loads(refused.headers["x-business-use-case-usage"])
    assert set(usage) == {DEMO_PAGE_ID, "17841400000000500"}
    instagram.control(faults=[{**fault, "pageId": "42"}])
    assert instagram.list(platform="instagram").status_code == 200


def test_two_faults_strike_one_after_the_other(graph: Client) -> None:
    graph.control(faults=[{"match": "list", "kind": "code1_99"}, {"match": "any", "kind": "html_outage"}])
    assert [graph.list().status_code for _ in range(3)] == [500, 503, 200]


def test_the_status_of_an_error_can_be_chosen(graph: Client) -> None:
    graph.control(faults=[{"match": "list", "kind": "throttle_613", "httpStatus": 429}])
    refused = graph.list()
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, 613)


def test_too_large_a_limit_is_asked_to_shrink(graph: Client) -> None:
    graph.control(reduceAbove=50)
    refused = graph.list(limit=51)
    assert refused.status_code == 500
    assert refused.json() == {
        "error": {
            "code": 1,
            "message": "Please reduce the amount of data you're asking for, then retry your request",
        }
    }
    assert graph.list(limit=50).status_code == 200
    graph.control(reduceAbove=None)
    assert graph.list(limit=100).status_code == 200


# --- tokens -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "subcode"),
    [
        ("expired", 463),
        ("session_invalidated", 460),
        ("not_authorized", 458),
        ("role_lost", 492),
        ("inactive", 493),
        ("unreadable", None),
    ],
)
def test_a_dead_token_fails_every_call_with_its_subcode(graph: Client, state: str, subcode: int | None) -> None:
    graph.control(token={"pageId": DEMO_PAGE_ID, "state": state})
    for refused in (graph.list(), graph.get("me")):
        error = refused.json()["error"]
        assert (refused.status_code, error["code"], error.get("error_subcode")) == (400, 190, subcode)
        assert '"invalid_token"' in refused.headers["WWW-Authenticate"]
    graph.control(token={"pageId": DEMO_PAGE_ID, "state": "valid"})
    assert graph.list().status_code == 200


def test_a_token_can_die_after_some_list_pages(graph: Client) -> None:
    graph.control(
        token={"pageId": DEMO_PAGE_ID, "state": "expired", "afterListCalls": 2},
        faults=[{"match": "list", "kind": "http500_code2", "skip": 1}],
    )
    assert graph.get("me").status_code == 200
    # The failed call in the middle answered no page, so it does not count.
    assert [graph.list().status_code for _ in range(4)] == [200, 500, 200, 400]
    assert graph.get("me").json()["error"]["error_subcode"] == 463


def test_concurrent_calls_never_get_more_pages_than_the_token_lives_for(graph: Client) -> None:
    graph.control(token={"pageId": DEMO_PAGE_ID, "state": "expired", "afterListCalls": 5})
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: graph.list(limit=50).status_code, range(24)))
    assert statuses.count(200) == 5


# --- usage and latency --------------------------------------------------------------------------------------------


def test_usage_is_reported_by_pool_and_silent_when_low(instagram: Client) -> None:
    assert "x-business-use-case-usage" not in instagram.list().headers
    instagram.control(usage={"callCount": 85, "totalTime": 118, "regainMinutes": 0})

    def pools(response: requests.Response) -> dict[str, str]:
        usage = json.loads(response.headers["x-business-use-case-usage"])
        assert all(entry["call_count"] == 85 and entry["total_time"] == 118 for (entry,) in usage.values())
        return {holder: entry["type"] for holder, (entry,) in usage.items()}

    instagram_thread = instagram.list(platform="instagram").json()["data"][0]["id"]
    both = {DEMO_PAGE_ID: "instagram", "17841400000000500": "instagram"}
    assert pools(instagram.list()) == {DEMO_PAGE_ID: "messenger"}
    assert pools(instagram.list(platform="instagram")) == both
    assert pools(instagram.get(instagram_thread)) == both
    assert pools(instagram.get("me")) == {DEMO_PAGE_ID: "pages"}
    instagram.control(usage={})
    assert "x-business-use-case-usage" not in instagram.list().headers


def test_latency_delays_each_call_but_calls_wait_side_by_side(graph: Client) -> None:
    graph.control(latencySeconds=0.4)
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        assert {answer.status_code for answer in pool.map(lambda _: graph.list(limit=1), range(8))} == {200}
    elapsed_seconds = time.monotonic() - started
    log = graph.log()
    assert all(one["ended"] - one["started"] >= 0.4 for one in log["requests"])
    assert log["counters"]["mostAtOnce"] == 8
    assert elapsed_seconds < 8 * 0.4


# --- moving the world ---------------------------------------------------------------------------------------------


def test_touched_conversations_move_to_the_top_with_a_new_message(graph: Client) -> None:
    before = graph.truth(pageId=DEMO_PAGE_ID)["conversations"]
    touched = graph.control(touch={"pageId": DEMO_PAGE_ID, "count": 4, "text": "Still there?"})["touched"]
    assert len(set(touched)) == 4
    rows = graph.list(limit=100, fields="updated_time,unread_count,messages.limit(1){message,from}").json()["data"]
    assert [row["id"] for row in rows[:4]] == touched[::-1]
    for row in rows[:4]:
        newest = row["messages"]["data"][0]
        assert newest["message"] == "Still there?"
        assert newest["from"].get("id") != DEMO_PAGE_ID
        assert row["updated_time"] > before[0]["updatedTime"]
    untouched = [row["id"] for row in before if row["id"] not in touched]
    assert [row["id"] for row in rows[4:]] == untouched[:96]


def test_touching_again_adds_another_message_to_the_same_thread(graph: Client) -> None:
    thread = graph.truth(pageId=DEMO_PAGE_ID)["conversations"][9]
    for text in ("One", "Two"):
        graph.control(touch={"pageId": DEMO_PAGE_ID, "conversationIds": [thread["id"]], "text": text})
    top, *others = graph.truth(pageId=DEMO_PAGE_ID)["conversations"]
    assert top["id"] == thread["id"]
    assert len({row["id"] for row in others} - {thread["id"]}) == len(others) == 351
    assert [one["text"] for one in top["messages"][:2]] == ["Two", "One"]
    assert top["messages"][2:] == thread["messages"]
    shown = graph.get(top["messages"][0]["id"], fields="message").json()
    assert shown["message"] == "Two"


def test_added_conversations_are_new_and_on_top(graph: Client) -> None:
    before = graph.truth(pageId=DEMO_PAGE_ID)["conversations"]
    added = graph.control(add={"pageId": DEMO_PAGE_ID, "count": 3})["added"]
    after = graph.truth(pageId=DEMO_PAGE_ID)
    assert after["count"] == 355
    assert [row["id"] for row in after["conversations"]] == added[::-1] + [row["id"] for row in before]
    people = {one["id"] for row in before for one in row["participants"]}
    assert all(any(one["id"] not in people for one in row["participants"]) for row in after["conversations"][:3])
    assert graph.get(added[0], fields="participants").status_code == 200


def test_reset_brings_back_the_first_state(graph: Client) -> None:
    before = graph.truth(pageId=DEMO_PAGE_ID)
    graph.control(
        latencySeconds=0.01,
        reduceAbove=5,
        shortPages=True,
        emptyPages=[1],
        usage={"callCount": 90},
        faults=[{"match": "any", "kind": "html_outage", "times": None}],
        token={"pageId": DEMO_PAGE_ID, "state": "expired"},
        touch={"pageId": DEMO_PAGE_ID, "count": 3},
        add={"pageId": DEMO_PAGE_ID, "count": 2},
    )
    assert graph.list().status_code == 503
    graph.control(reset=True)
    assert graph.truth(pageId=DEMO_PAGE_ID) == before
    answer = graph.list(limit=100)
    assert (answer.status_code, len(answer.json()["data"])) == (200, 100)
    assert "x-business-use-case-usage" not in answer.headers
    assert graph.log()["counters"]["total"] == 1


# --- control bodies and log ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"latencySecond": 1}, "latencySecond"),
        ({"latencySeconds": "fast"}, "latencySeconds"),
        ({"latencySeconds": -1}, "latencySeconds"),
        ({"latencySeconds": True}, "latencySeconds"),
        ({"faults": [{"match": "list", "kind": "boom"}]}, "faults[0].kind"),
        ({"faults": [{"match": "lists", "kind": "reset"}]}, "faults[0].match"),
        ({"faults": [{"match": "list"}]}, "kind"),
        ({"faults": [{"match": "list", "kind": "reset", "time": 3}]}, "time"),
        ({"faults": [{"match": "list", "kind": "reset", "times": 0}]}, "faults[0].times"),
        ({"faults": {}}, "faults"),
        ({"token": {"pageId": DEMO_PAGE_ID, "state": "dead"}}, "state"),
        ({"token": {"pageId": "1", "state": "valid"}}, "pageId"),
        ({"token": {"state": "valid"}}, "pageId"),
        ({"usage": {"calls": 3}}, "calls"),
        ({"reduceAbove": 0}, "reduceAbove"),
        ({"emptyPages": [0]}, "emptyPages[0]"),
        ({"shortPages": 1}, "shortPages"),
        ({"touch": {"pageId": DEMO_PAGE_ID}}, "count"),
        ({"touch": {"pageId": DEMO_PAGE_ID, "count": 353}}, "count"),
        ({"touch": {"pageId": DEMO_PAGE_ID, "conversationIds": ["t_1"]}}, "t_1"),
        ({"add": {"pageId": DEMO_PAGE_ID, "platform": "instagram", "count": 1}}, "platform"),
        ({"reset": True, "add": {"pageId": DEMO_PAGE_ID, "count": 1}}, "reset"),
        ([], "body"),
    ],
)
def test_a_control_body_that_makes_no_sense_is_refused_by_name_and_changes_nothing(
    graph: Client, body: object, named: str
) -> None:
    wrong = {"reduceAbove": 10, **body} if isinstance(body, dict) and "reduceAbove" not in body else body
    refused = graph.try_control(wrong)
    assert refused.status_code == 400
    assert named in refused.json()["error"]
    assert graph.list(limit=100).status_code == 200
    assert graph.truth(pageId=DEMO_PAGE_ID, limit=1)["count"] == 352


def test_a_control_body_that_is_not_json_is_refused(graph: Client) -> None:
    assert requests.post(f"{graph.url}/__control", data="{", timeout=10).status_code == 400
    assert requests.get(f"{graph.url}/__control", timeout=10).status_code == 404


def test_the_log_tells_calls_in_order_and_hides_credentials(graph: Client) -> None:
    graph.control(
        faults=[{"match": "list", "kind": "http500_code2", "skip": 1}, {"match": "page", "kind": "reset"}]
    )
    proof = App().proof(DEMO_ACCESS_TOKEN)
    graph.list(limit=3, appsecret_proof=proof)
    graph.list(limit=4)
    with pytest.raises(requests.exceptions.ConnectionError):
        graph.get("me")
    headers = {"Authorization": f"Bearer {DEMO_ACCESS_TOKEN}"}
    requests.get(f"{graph.url}/v25.0/{DEMO_PAGE_ID}", headers=headers, timeout=10)
    log = graph.log()
    seen = [(one["kind"], one["status"], one["fault"], one["errorCode"], one["tokenIn"]) for one in log["requests"]]
    assert seen == [
        ("list", 200, None, None, "query"),
        ("list", 500, "http500_code2", 2, "query"),
        ("page", None, "reset", None, "query"),
        ("page", 200, None, None, "header"),
    ]
    assert log["requests"][0]["query"] == {"limit": "3"}
    assert log["requests"][0]["path"] == "/v25.0/me/conversations"
    assert DEMO_ACCESS_TOKEN not in json.dumps(log)
    assert proof not in json.dumps(log)
    assert log["counters"] == {
        "total": 4,
        "byKind": {"list": 2, "page": 2},
        "byStatus": {"200": 2, "500": 1, "none": 1},
        "mostAtOnce": 1,
    }
    times = [moment for one in log["requests"] for moment in (one["started"], one["ended"])]
    assert times == sorted(times)
    graph.control(clearLog=True)
    assert graph.log()["requests"] == []


def test_the_world_lists_its_pages_with_their_tokens(instagram: Client) -> None:
    assert instagram.truth()["pages"] == [
        {
            "pageId": DEMO_PAGE_ID,
            "name": "Sunrise Coffee Roasters",
            "accessToken": DEMO_ACCESS_TOKEN,
            "instagramAccountId": "17841400000000500",
            "conversations": {"messenger": 40, "instagram": 60},
            "subscribedFields": None,
        }
    ]
    assert requests.get(f"{instagram.url}/__world?pageId=7", timeout=10).status_code == 400
    assert requests.get(f"{instagram.url}/__world?pageId={DEMO_PAGE_ID}&limit=x", timeout=10).status_code == 400


# --- running it ---------------------------------------------------------------------------------------------------


def test_stopping_frees_the_port_while_clients_hang_and_connections_idle() -> None:
    simulator = GraphSimulator(demo_world()).start()
    client = Client(simulator)
    client.control(faults=[{"match": "list", "kind": "hang", "seconds": 600}])
    with requests.Session() as idle, ThreadPoolExecutor(1) as pool:
        idle.get(f"{simulator.url}/v25.0/me", params={"access_token": DEMO_ACCESS_TOKEN}, timeout=10)
        hanging = pool.submit(client.get, "me/conversations", 60)
        deadline = time.monotonic() + 10
        while client.log()["counters"]["total"] < 2 and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        simulator.stop()
        with pytest.raises(requests.exceptions.ConnectionError):
            hanging.result(timeout=10)
    port = int(simulator.url.rsplit(":", 1)[1])
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_prints_its_address_once_ready_and_stops_on_a_signal(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "simulators.graph", "--port", "0", "--world", "big:100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        answer = requests.get(
            f"{ready['url']}/v25.0/me/conversations", params={"access_token": DEMO_ACCESS_TOKEN}, timeout=10
        )
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    assert len(answer.json()["data"]) == 25


def test_the_command_refuses_a_world_it_does_not_know() -> None:
    command = [sys.executable, "-m", "simulators.graph", "--world", "atlantis"]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode == 2
    assert "unknown world 'atlantis'" in refused.stderr
