"""The web application on loopback, with the headers it has on AWS: `python -m local.web`."""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import urlsplit

from infra.web_headers import ASSETS_CACHE, HEADERS, OTHER_CACHE, content_security_policy
from local.ports import LOOPBACK
from local.settings import REPOSITORY

BUILT = REPOSITORY / "web" / "dist"
_CONFIG = "/config.json"
_INDEX = "/index.html"
_NOT_BUILT = b"The web application is not built: run `make web`."


class WebServer(ThreadingHTTPServer):
    """Listens on loopback; `config` is what the application reads at run time."""

    def __init__(self, port: int, *, built: Path, config: dict[str, str], headers: dict[str, str]) -> None:
        self.built = built.resolve()
        self.config = json.dumps(config).encode()
        self.headers = headers
        super().__init__((LOOPBACK, port), Web)


class Web(BaseHTTPRequestHandler):
    """A file, or the application itself where the address is one of its views'."""

    server: WebServer  # pyright: ignore[reportIncompatibleVariableOverride] - it is no other
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == _CONFIG:
            self._answer(200, "application/json", self.server.config, OTHER_CACHE)
            return
        # A view's address has no dot; a file's has one.
        name = path if "." in path else _INDEX
        file = (self.server.built / name.lstrip("/")).resolve()
        if file.is_file() and file.is_relative_to(self.server.built):
            kind = guess_type(file.name)[0] or "application/octet-stream"
            self._answer(200, kind, file.read_bytes(), ASSETS_CACHE if name.startswith("/assets/") else OTHER_CACHE)
        else:
            self._answer(404, "text/plain", _NOT_BUILT if name == _INDEX else b"Not found", OTHER_CACHE)

    def _answer(self, status: int, kind: str, content: bytes, cache: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", cache)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Nobody reads it."""


setattr(Web, "do_HEAD", Web.do_GET)  # noqa: B010 - the server wants this spelling, and names here have another


def security_headers(*, services: list[str], pictures: str, downloads: str) -> dict[str, str]:
    """As CloudFront sends them, but for HSTS, which means nothing on loopback."""
    policy = content_security_policy(services=services, pictures=[pictures], downloads=downloads)
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        **HEADERS,
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.web")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--api-url", required=True)
    parser.add_argument("--authority", required=True, help="URL of the OpenID issuer")
    parser.add_argument("--client-id", required=True)
    parser.add_argument("--scope", required=True, help="what to ask the issuer for")
    parser.add_argument("--role-claim", required=True, help="which claim says who is an owner")
    parser.add_argument("--pictures", required=True, help="where the Pages' pictures come from")
    parser.add_argument("--downloads", required=True, help="where exported files come from")
    arguments = parser.parse_args()
    config = {
        "apiUrl": arguments.api_url,
        "authority": arguments.authority,
        "clientId": arguments.client_id,
        "scope": arguments.scope,
        "roleClaim": arguments.role_claim,
    }
    services = sorted({_origin(arguments.api_url), _origin(arguments.authority)})
    pictures, downloads = _origin(arguments.pictures), _origin(arguments.downloads)
    headers = security_headers(services=services, pictures=pictures, downloads=downloads)
    with WebServer(arguments.port, built=BUILT, config=config, headers=headers) as server:
        print(json.dumps({"url": f"http://{LOOPBACK}:{server.server_port}"}), flush=True)
        server.serve_forever()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


if __name__ == "__main__":
    main()
