"""The HTTP server: routes, keep-alive connections, and the faults that happen to a connection."""

import contextlib
import json
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from simulators.gemini import problems
from simulators.gemini.control import BadControl, Call, Control, Fault
from simulators.gemini.problems import ApiProblem
from simulators.gemini.reply import CONTENT_FAULTS, MIXING_FAULTS, compose
from simulators.gemini.request import PATH, GenerateRequest, model_called, read_request

_HTML_502 = (
    b"<!DOCTYPE html><html><title>Error 502 (Server Error)!!1</title><p>The server encountered an error.</html>"
)


class GeminiSimulator:
    """Serves on a free loopback port from `start` to `stop`; also a context manager."""

    def __init__(self, *, port: int = 0, latency_seconds: float = 0.0, api_key: str | None = None) -> None:
        self.control = Control(latency_seconds=latency_seconds, api_key=api_key)
        self._server = _Server(("127.0.0.1", port), self.control)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], control: Control) -> None:
        self.control = control
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End idle keep-alive connections, whose threads would wait for a next request."""
        for connection in tuple(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is not worth a traceback."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "gemini-simulator"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - made by it alone

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/__log":
            self._write(_json(200, self.server.control.log()))
        else:
            self._write(_refusal(ApiProblem(404, "NOT_FOUND", "Requested entity was not found.")))

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        called = PATH.fullmatch(path)
        if path == "/__control":
            self._change(raw)
        elif called:
            with self.server.control.logged(called["model"]) as call:
                answer = self._generate(called["model"], called["version"], raw, call)
            if answer is not None:
                self._write(answer)
        else:
            self._write(_refusal(ApiProblem(404, "NOT_FOUND", "Requested entity was not found.")))

    def _change(self, raw: bytes) -> None:
        try:
            self._write(_json(200, self.server.control.change(json.loads(raw))))
        except (BadControl, ValueError, TypeError) as problem:
            self._write(_json(400, {"error": str(problem)}))

    def _generate(self, name: str, version: str, raw: bytes, call: Call) -> "_Answer | None":
        """What to send, or None where a fault has ended the connection."""
        try:
            self._check_key()
            request = read_request(model_called(name, version), raw)
        except ApiProblem as problem:
            return _refusal(problem, call)
        self.server.control.remember(request)
        fault = self.server.control.fault_for(request.prompt)
        if fault is None or fault.kind in CONTENT_FAULTS:
            return self._compose(request, call, fault)
        call.fault = fault.kind
        if fault.kind == "hang":
            return self._hang()
        if fault.kind == "reset":
            return self._reset()
        if fault.kind == "html_502":
            call.status = 502
            return _Answer(502, "text/html; charset=UTF-8", _HTML_502)
        return _refusal(_problem(fault, request.model), call)

    def _check_key(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        key = self.headers.get("x-goog-api-key") or next(iter(query.get("key", ())), "")
        if not key:
            raise problems.key_missing()
        if self.server.control.api_key not in (None, key):
            raise problems.key_invalid(key)

    def _compose(self, request: GenerateRequest, call: Call, fault: Fault | None) -> "_Answer":
        due = time.monotonic() + self.server.control.latency_seconds
        call.fault = fault.kind if fault else None
        other = self.server.control.another_than(request) if call.fault in MIXING_FAULTS else None
        body = compose(request, call.fault, other)
        call.promptTokens = body["usageMetadata"]["promptTokenCount"]
        call.outputTokens = body["usageMetadata"].get("candidatesTokenCount", 0)
        call.status = 200
        self.server.stopping.wait(max(0.0, due - time.monotonic()))
        return _json(200, body)

    def _hang(self) -> None:
        """Say nothing until the client has gone."""
        self.close_connection = True
        while not self.server.stopping.wait(0.05):
            if select.select([self.connection], [], [], 0)[0]:
                return

    def _reset(self) -> None:
        """Close so that the client's kernel says "connection reset by peer"."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def _write(self, answer: "_Answer") -> None:
        self.send_response(answer.http_status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Requests are counted in /__log; nothing is printed."""


@dataclass(frozen=True)
class _Answer:
    http_status: int
    content_type: str
    body: bytes


def _json(http_status: int, body: Mapping[str, Any]) -> _Answer:
    return _Answer(http_status, "application/json; charset=UTF-8", json.dumps(body, ensure_ascii=False).encode())


def _refusal(problem: ApiProblem, call: Call | None = None) -> _Answer:
    if call is not None:
        call.status = problem.http_status
    return _json(problem.http_status, problem.body)


def _problem(fault: Fault, model: str) -> ApiProblem:
    made: Mapping[str, Callable[[], ApiProblem]] = {
        "429_retry_info": lambda: problems.throttled(model, fault.retryAfterSeconds),
        "429_per_day": lambda: problems.day_spent(model),
        "429_bare": problems.throttled_barely,
        "503": problems.overloaded,
        "500": problems.internal,
    }
    return made[fault.kind]()
