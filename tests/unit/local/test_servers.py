"""How a server says where it is."""

from pathlib import Path

import pytest

from local.servers import announced_url


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("", None),
        ('{"url": "http://127.0.0.1:8080"}\n', "http://127.0.0.1:8080"),
        ('{"url": "http://127.0.0.1:8080/"}\n', "http://127.0.0.1:8080"),
        ('Warning: hot.\n{"level": "INFO"}\n[1]\n{"url": "http://127.0.0.1:1"}\nmore\n', "http://127.0.0.1:1"),
        ('{"url": "http://127.0', None),
        ('{"url": 8080}\n', None),
        ("Traceback (most recent call last):\n", None),
    ],
)
def test_the_first_line_that_is_an_object_with_a_url_counts(tmp_path: Path, said: str, url: str | None) -> None:
    log = tmp_path / "server.log"
    log.write_text(said)

    assert announced_url(log) == url
