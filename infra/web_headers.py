"""The HTTP headers that the web application comes with: from CloudFront, and from the server of the local stack."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
)
ASSETS_CACHE = "public, max-age=31536000, immutable"
"""The name of an asset changes with its content."""
OTHER_CACHE = "no-cache"
"""Kept, but asked after every time: the start page and the configuration are always those of the latest release."""


def content_security_policy(*, services: Sequence[str], pictures: Sequence[str], downloads: str) -> str:
    """What the application may load: scripts of its own files alone, calls to `services` and files of `downloads`.

    Mantine writes its theme and its breakpoints into style elements, and a file has no nonce for them:
    hence 'unsafe-inline' for styles, and for nothing else.
    """
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:", *pictures],
        "connect-src": ["'self'", *services],
        "frame-src": [downloads],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())
