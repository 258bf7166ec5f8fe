"""The simulator as an HTTP server: keep-alive, the control endpoints, and the faults that happen on the wire."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Self, cast

from simulators.graph.api import GraphApi
from simulators.graph.calls import Target
from simulators.graph.conditions import Conditions
from simulators.graph.connections import TrackingServer, end_with_reset
from simulators.graph.control import Control
from simulators.graph.errors import Json
from simulators.graph.exchange import Exchange
from simulators.graph.shapes import ControlError
from simulators.graph.traffic import Entry, Traffic
from simulators.graph.truth import truth
from simulators.graph.wire import JSON_TYPE, Answer, encoded
from simulators.graph.world import World

_LARGEST_CONTROL_BODY = 4_000_000


class GraphSimulator:
    """Use it as `with GraphSimulator(world) as graph: requests.get(graph.url + "/v25.0/me", ...)`."""

    def __init__(self, world: World, *, port: int = 0, latency_seconds: float = 0.0) -> None:
        """Binds 127.0.0.1 at once; port 0 takes a free one. Nothing is answered before `start`."""
        self.world = world
        self.conditions = Conditions(latency_seconds=latency_seconds)
        self.traffic = Traffic()
        self.stopping = threading.Event()
        self.api = GraphApi(world, self.conditions)
        self.control = Control(world, self.conditions, self.traffic, latency_seconds)
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends hanging calls, closes every connection and frees the port."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.close_connections()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(TrackingServer):
    def __init__(self, address: tuple[str, int], simulator: GraphSimulator) -> None:
        self.simulator = simulator
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # TCP_NODELAY
    wbufsize = -1  # one write for headers and body

    def setup(self) -> None:
        super().setup()
        cast("_Server", self.server).remember(self.connection)

    def finish(self) -> None:
        cast("_Server", self.server).forget(self.connection)
        try:
            super().finish()
        except OSError:
            self.close_connection = True  # a reset or vanished connection has nothing left to flush

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    @property
    def _simulator(self) -> GraphSimulator:
        return cast("_Server", self.server).simulator

    def _answer(self) -> None:
        body = self._body()
        target = Target.parsed(self.path, body=body, content_type=self.headers.get("Content-Type", ""))
        if target.path.startswith("/__"):
            status, answer = self._controlled(target, body)
            self._send(Answer(status, encoded(answer), {"Content-Type": JSON_TYPE}))
            return
        simulator = self._simulator
        authorization = self.headers.get("Authorization")
        entry = simulator.traffic.begin(
            method=self.command,
            path=target.path,
            query=target.public_params,
            token_in="query" if "access_token" in target.params else "header" if authorization else None,
            kind=target.kind,
        )
        simulator.stopping.wait(simulator.conditions.latency_seconds)
        self._deliver(self._exchanged(target, entry), entry)

    def _exchanged(self, target: Target, entry: Entry) -> Answer:
        simulator = self._simulator
        return Exchange(simulator.api, simulator.conditions, target, entry).answer(
            method=self.command,
            authorization=self.headers.get("Authorization"),
            accept=self.headers.get("Accept", ""),
            base_url=f"http://{self.headers.get('Host', simulator.url.removeprefix('http://'))}",
        )

    def _body(self) -> bytes:
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(min(length, _LARGEST_CONTROL_BODY))

    def _controlled(self, target: Target, body: bytes) -> tuple[int, Json]:
        simulator = self._simulator
        try:
            match (self.command, target.path):
                case ("POST", "/__control"):
                    return 200, simulator.control.obey(json.loads(body))
                case ("GET", "/__log"):
                    return 200, simulator.traffic.shown()
                case ("GET", "/__world"):
                    return 200, truth(simulator.world, target.params)
                case _:
                    return 404, {"error": "only POST /__control, GET /__log and GET /__world exist here"}
        except json.JSONDecodeError:
            return 400, {"error": "the body is not JSON"}
        except ControlError as error:
            return 400, {"error": str(error)}

    def _deliver(self, answer: Answer, entry: Entry) -> None:
        traffic = self._simulator.traffic
        if answer.wire_fault in ("hang", "reset"):
            self._simulator.stopping.wait(answer.hold_seconds)
            traffic.end(entry, None)
            if answer.wire_fault == "reset":
                end_with_reset(self.connection)
            self.close_connection = True
            return
        traffic.end(entry, answer.status)
        self._send(answer, cut=answer.wire_fault == "truncated")

    def _send(self, answer: Answer, *, cut: bool = False) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.send_header("Date", self.date_time_string())
        self.send_header("Connection", "close" if cut else "keep-alive")
        self.end_headers()
        self.wfile.write(answer.content[: len(answer.content) // 2] if cut else answer.content)
        self.wfile.flush()
        if cut:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        """Calls are in the traffic log, not on stderr."""
