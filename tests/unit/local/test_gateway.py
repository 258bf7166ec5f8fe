"""The proxy in front of the emulator, over real connections."""

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from local.gateway import GatewayServer
from local.ports import free_port

pytestmark = pytest.mark.usefixtures("socket_enabled")
API_HOST = "abcd1234.execute-api.localhost"


class Upstream(BaseHTTPRequestHandler):
    """Answers with what it was asked, and remembers over which connection."""

    protocol_version = "HTTP/1.1"
    connections: set[Any]
    hang_up = False

    def do_POST(self) -> None:
        self.connections.add(self.client_address)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        said = f"{self.command} {self.path} {self.headers['Host']} {self.headers['Authorization']} ".encode() + body
        self.send_response(418)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("apigw-requestid", "id-1")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)
        self.close_connection = type(self).hang_up

    def do_GET(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        pass


def serve(server: ThreadingHTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def upstream() -> Iterator[str]:
    Upstream.connections = set()
    Upstream.hang_up = False
    yield from serve(ThreadingHTTPServer(("127.0.0.1", 0), Upstream))


@pytest.fixture
def gateway(upstream: str) -> Iterator[str]:
    yield from serve(GatewayServer(0, target=upstream, api_id="abcd1234"))


def test_it_adds_the_host_name_of_the_api_and_nothing_else(gateway: str) -> None:
    answer = requests.post(
        f"{gateway}/api/x%2Fy?a=b%20c&a=d", data="grüße".encode(), headers={"Authorization": "Bearer t"}, timeout=5
    )

    assert answer.content.decode() == f"POST /api/x%2Fy?a=b%20c&a=d {API_HOST} Bearer t grüße"


def test_status_and_headers_come_back(gateway: str) -> None:
    answer = requests.get(f"{gateway}/api", timeout=5)

    assert answer.status_code == 418
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["apigw-requestid"] == "id-1"
    assert len([name for name in answer.raw.headers if name.lower() == "date"]) == 1


def test_a_client_that_keeps_its_connection_keeps_the_one_behind_it(gateway: str) -> None:
    with requests.Session() as session:
        for _ in range(3):
            session.get(f"{gateway}/api", timeout=5)

    assert len(Upstream.connections) == 1


def test_a_connection_closed_at_the_other_end_is_opened_again(gateway: str) -> None:
    Upstream.hang_up = True
    with requests.Session() as session:
        answers = [session.delete(f"{gateway}/api/{number}", timeout=5) for number in range(3)]

    assert [answer.status_code for answer in answers] == [418] * 3


def test_an_emulator_that_is_gone_is_a_bad_gateway() -> None:
    for url in serve(GatewayServer(0, target=f"http://127.0.0.1:{free_port()}", api_id="abcd1234")):
        answer = requests.get(f"{url}/api", timeout=5)

    assert answer.status_code == 502
    assert answer.json() == {"message": "Bad Gateway"}


def test_a_body_of_unknown_length_is_refused_and_the_connection_closed(gateway: str) -> None:
    answer = requests.post(f"{gateway}/api", data=iter([b"piece"]), timeout=5)

    assert answer.status_code == 411
    assert answer.headers["Connection"] == "close"


def test_a_method_no_api_has_is_refused(gateway: str) -> None:
    connection = http.client.HTTPConnection(gateway.removeprefix("http://"), timeout=5)
    connection.request("TRACE", "/api")

    assert connection.getresponse().status == 501
    connection.close()


def test_two_gateways_of_one_process_keep_their_apis_apart(gateway: str, upstream: str) -> None:
    for url in serve(GatewayServer(0, target=upstream, api_id="beef5678")):
        other = requests.get(f"{url}/api", timeout=5).text

    assert "beef5678.execute-api.localhost" in other
    assert API_HOST in requests.get(f"{gateway}/api", timeout=5).text
