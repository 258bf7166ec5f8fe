"""Functions whose answers the tests write: on the emulator they are real Lambda functions that ask this process.

They are custom runtimes, because only those can fail with an error name of their choice, as Lambda itself does.
"""

import io
import json
import os
import sys
import threading
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Event = dict[str, Any]
Answer = Callable[[Event, int], Any]
"""An answer to an event and to how many times this very event has come, from 1 on. Raises TaskError."""

BOOTSTRAP = """#!{python} -S
import json, os, urllib.request

runtime = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"

def post(url, body):
    return urllib.request.urlopen(urllib.request.Request(url, data=body)).read()

while True:
    with urllib.request.urlopen(runtime + "next") as turn:
        request_id, event = turn.headers["Lambda-Runtime-Aws-Request-Id"], turn.read()
    answer = json.loads(post(os.environ["SCRIPT_URL"], event))
    post(runtime + request_id + "/" + answer["kind"], json.dumps(answer["body"]).encode())
"""

SECRET_CAUSE = "Alice Example wrote: please call me"
"""In the message of every scripted error, as a careless exception would have it."""


class TaskError(Exception):
    """The function fails with this error name."""


@dataclass(frozen=True)
class Call:
    """`event` is what the verb is to read of it."""

    function: str
    event: Event
    execution: str


@dataclass
class Script:
    """What the functions answer one execution, and what they were asked."""

    answers: Mapping[str, Answer]
    calls: list[Call] = field(default_factory=list[Call])
    _seen: Counter[str] = field(default_factory=Counter[str])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def play(self, function: str, event: Event) -> dict[str, Any]:
        execution = event.pop("execution")
        with self._lock:
            self.calls.append(Call(function, event, execution))
            key = f"{function} {json.dumps(event, sort_keys=True)}"
            self._seen[key] += 1
            attempt = self._seen[key]
        try:
            return {"kind": "response", "body": self.answers[function](event, attempt)}
        except TaskError as error:
            return {"kind": "error", "body": {"errorType": str(error), "errorMessage": SECRET_CAUSE}}

    def events(self, function: str) -> list[Event]:
        return [call.event for call in self.calls if call.function == function]


class Stage:
    """Hands each event to the script of its job."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.scripts: dict[str, Script] = defaultdict(lambda: Script({}))


@contextmanager
def stage() -> Generator[Stage]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    opened = Stage(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = _handler(opened)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield opened
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(opened: Stage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = opened.scripts[event["jobId"]].play(self.path.strip("/"), event)
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - inherited
            """Say nothing: hundreds of calls are made."""

    return Handler


def deploy_function(lambda_client: Any, name: str, opened: Stage) -> str:
    """Its ARN."""
    answer = lambda_client.create_function(
        FunctionName=name,
        Runtime="provided.al2023",
        Handler="bootstrap",
        Role="arn:aws:iam::000000000000:role/scripted",
        Code={"ZipFile": _bootstrap()},
        Timeout=60,
        Environment={"Variables": {"SCRIPT_URL": f"{opened.url}/{name}", "PATH": os.environ["PATH"]}},
    )
    return answer["FunctionArn"]


def _bootstrap() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        packed.writestr(entry, BOOTSTRAP.format(python=sys.executable))
    return archive.getvalue()
