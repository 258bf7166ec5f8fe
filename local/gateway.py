"""A loopback proxy that gives the deployed HTTP API an origin of its own.

The emulator tells APIs apart by the Host header, and not every client can set one or resolve `*.localhost`. This
server sets it, and changes nothing else, so `apiUrl` is used exactly as the URL of an API on AWS.
"""

import argparse
import json
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from local.ports import LOOPBACK

_OF_ONE_CONNECTION = frozenset(
    ("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding")
)
_WRITTEN_ANEW = frozenset(("content-length", "date", "host", "server", "upgrade"))
_NOT_PASSED_ON = _OF_ONE_CONNECTION | _WRITTEN_ANEW
_TIMEOUT_SECONDS = 60


class GatewayServer(ThreadingHTTPServer):
    """Listens on loopback; `target` is the emulator's URL and `api_id` the API's id there."""

    # The default of 5 makes a burst of clients wait for a second attempt to connect.
    request_queue_size = 128

    def __init__(self, port: int, *, target: str, api_id: str) -> None:
        self.target = urlsplit(target).netloc
        self.api_host = f"{api_id}.execute-api.localhost"
        super().__init__((LOOPBACK, port), Gateway)


class Gateway(BaseHTTPRequestHandler):
    """One client's connection, and the one to the emulator that goes with it."""

    server: GatewayServer  # pyright: ignore[reportIncompatibleVariableOverride] - it is no other
    protocol_version = "HTTP/1.1"
    # Without it the answer's body waits for the client's delayed acknowledgement of its headers: 40 ms a request.
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self._emulator = HTTPConnection(self.server.target, timeout=_TIMEOUT_SECONDS)

    def finish(self) -> None:
        self._emulator.close()
        super().finish()

    def __getattr__(self, name: str) -> Any:
        """The base class looks for do_GET and so on. Which methods there are is the API's business."""
        if name.startswith("do_"):
            return self.pass_on
        raise AttributeError(name)

    def pass_on(self) -> None:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            self.close_connection = True
            self._refuse(411, "Length Required")
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            answer = self._ask_emulator(body)
            content = answer.read()
        except (OSError, HTTPException):
            self._emulator.close()
            self._refuse(502, "Bad Gateway")
            return
        self._answer(answer.status, answer.getheaders(), content)

    def _ask_emulator(self, body: bytes) -> HTTPResponse:
        """The emulator may have closed the connection since the last request; then it is opened again, once."""
        try:
            return self._send(body)
        except ConnectionError:
            self._emulator.close()
            return self._send(body)

    def _send(self, body: bytes) -> HTTPResponse:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _NOT_PASSED_ON}
        self._emulator.request(self.command, self.path, body or None, {**headers, "Host": self.server.api_host})
        return self._emulator.getresponse()

    def _refuse(self, status: int, message: str) -> None:
        self._answer(status, [("Content-Type", "application/json")], json.dumps({"message": message}).encode())

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _NOT_PASSED_ON:
                self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """The emulator logs the same requests."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.gateway")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--target", required=True, help="URL of the emulator")
    parser.add_argument("--api-id", required=True, help="id of the API in the emulator")
    arguments = parser.parse_args()
    with GatewayServer(arguments.port, target=arguments.target, api_id=arguments.api_id) as server:
        print(json.dumps({"url": f"http://{LOOPBACK}:{server.server_port}"}), flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
