"""What is installed is what was locked, and what ships may be shipped."""

import json
import re
from pathlib import Path

import pytest

from local import licences

ROOT = Path(__file__).parents[2]
MAY_SHIP = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "PSF-2.0",
}
"""Licences that ask nothing of the program beside them."""
USED_AS_A_LIBRARY = {"psycopg", "psycopg-binary", "psycopg-pool"}
"""LGPL: used as they are, from files of their own that anybody can replace in the layer."""
LOCKS = sorted(each.name for each in (ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_python_package_is_pinned_with_hashes(lock: str) -> None:
    entries = re.split(r"^(?=\S)", (ROOT / "requirements" / lock).read_text(), flags=re.MULTILINE)
    packages = [entry for entry in entries if entry and not entry.startswith("#")]
    assert len(packages) > 10
    assert [entry for entry in packages if not re.match(r"\S+==\d\S*.*\n\s+--hash=sha256:", entry)] == []


@pytest.mark.parametrize("folder", [".", "web"])
def test_every_node_package_is_pinned_with_a_hash_and_comes_from_no_host_of_its_own(folder: str) -> None:
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    locked = {path: each for path, each in packages.items() if path}
    assert len(locked) > 10
    assert [path for path, each in locked.items() if not each["integrity"].startswith("sha512-")] == []
    assert [path for path, each in locked.items() if "resolved" in each] == []


def test_what_ships_has_a_licence_that_lets_it() -> None:
    shipped = licences.of_functions() | licences.of_web()
    assert len(shipped) > 50
    refused = {name: text for name, text in shipped.items() if not set(re.split(" OR | AND ", text)) <= MAY_SHIP}
    assert refused.keys() == USED_AS_A_LIBRARY
    assert {refused[name] for name in USED_AS_A_LIBRARY} == {"LGPL-3.0-only"}


def test_the_list_of_licences_is_that_of_the_locks() -> None:
    assert licences.FILE.read_text(encoding="utf-8") == licences.rendered(), "make licences"
