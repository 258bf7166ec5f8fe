"""Bytes and headers as the Graph API sends them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field

from simulators.graph.conditions import Usage
from simulators.graph.errors import Json
from simulators.graph.faults import WireFault
from simulators.graph.model import Platform
from simulators.graph.world import FacebookPage

JSON_TYPE = "application/json; charset=UTF-8"
HTML_TYPE = "text/html; charset=utf-8"
OUTAGE_PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><title>Facebook | Error</title></head><body>'
    "<h1>Sorry, something went wrong.</h1><p>We're working on it and we'll get it fixed soon.</p>"
    "</body></html>\n"
)


@dataclass(frozen=True)
class Answer:
    """What goes back. `wire_fault` and `hold_seconds` say how delivery itself goes wrong."""

    status: int
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    wire_fault: WireFault | None = None
    hold_seconds: float = 0.0


def html_answer(page: str, *, status: int = 200) -> Answer:
    return Answer(status, page.encode(), {"Content-Type": HTML_TYPE, "Cache-Control": "no-store"})


def redirect_answer(url: str) -> Answer:
    return Answer(302, b"", {"Location": url, "Content-Type": HTML_TYPE, "Cache-Control": "no-store"})


def encoded(body: Json) -> bytes:
    r"""Non-ASCII as \uXXXX and every slash as \/, the way Meta's encoder writes JSON."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def new_trace_id() -> str:
    """`A` and 22 characters, as in today's `fbtrace_id`."""
    return "A" + base64.urlsafe_b64encode(os.urandom(17)).decode().rstrip("=")[:22]


def graph_headers(*, version: str, trace_id: str, content: bytes) -> dict[str, str]:
    """The headers every answer carries."""
    return {
        "ETag": f'"{hashlib.blake2b(content, digest_size=20).hexdigest()}"',
        "Content-Type": JSON_TYPE,
        "facebook-api-version": version,
        "x-fb-request-id": trace_id,
        "x-fb-trace-id": trace_id,
        "x-fb-rev": "1031407219",
        "x-fb-debug": base64.b64encode(os.urandom(64)).decode(),
        "Cache-Control": "private, no-cache, no-store, must-revalidate",
        "Pragma": "no-cache",
        "Expires": "Sat, 01 Jan 2000 00:00:00 GMT",
        "Access-Control-Allow-Origin": "*",
        "Vary": "Origin, Accept-Encoding",
    }


def usage_headers(usage: Usage, page: FacebookPage, pool: Platform | None) -> dict[str, str]:
    """The business use case header of the pool a call counts against (`None`: the pool for the Page itself).

    Instagram reads are reported under two ids, the second the professional account's; percent and minutes
    (developers.facebook.com/docs/graph-api/overview/rate-limiting).
    """
    if not usage.noticeable:
        return {}
    figures: Json = {
        "type": pool or "pages",
        "call_count": usage.call_count,
        "total_cputime": usage.total_cputime,
        "total_time": usage.total_time,
        "estimated_time_to_regain_access": usage.regain_minutes,
    }
    holders = [page.id, page.instagram.id] if pool == "instagram" and page.instagram else [page.id]
    return {"x-business-use-case-usage": _compact({holder: [figures] for holder in holders})}


def app_usage_header(usage: Usage) -> dict[str, str]:
    """The application-wide header, which has no time to regain access."""
    figures: Json = {
        "call_count": usage.call_count,
        "total_cputime": usage.total_cputime,
        "total_time": usage.total_time,
    }
    return {"x-app-usage": _compact(figures)}


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
