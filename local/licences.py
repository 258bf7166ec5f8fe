"""Writes docs/licences.md, the licences of what ships, from the locks and what is installed: `make licences`."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "licences.md"

Licences = dict[str, str]
"""SPDX expression by package."""

_ABOUT = """\
# Licences

Of the packages that leave this repository: in the functions' layer (`requirements/runtime.txt`) and in the web
application's files. Versions stand in the locks. Tools and tests ship nothing. Written by `make licences` from the
packages' own metadata.
"""
_LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==\S+(?: ; (.+?))? \\$", re.MULTILINE)
_ELSEWHERE = ("win32", "emscripten")
"""Platforms that a function never runs on; their packages are locked, and not in the layer."""
_SPDX = (
    ("MIT License", "MIT"),
    ("Apache Software License", "Apache-2.0"),
    ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
    ("BSD License", "BSD-3-Clause"),
)
"""Classifiers that older metadata tell a licence by."""


def of_functions() -> Licences:
    """Raises PackageNotFoundError where the layer's packages are not installed here."""
    locked = _LOCKED.findall((ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8"))
    names = [name for name, marker in locked if not any(f"== '{each}'" in marker for each in _ELSEWHERE)]
    return {name: _licence(metadata(name).json) for name in names}


def of_web() -> Licences:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    shipped = {path: package for path, package in lock["packages"].items() if path and not package.get("dev")}
    return {
        path.rpartition("node_modules/")[2]: package["license"].strip("()") for path, package in shipped.items()
    }


def _licence(package: Mapping[str, Any]) -> str:
    """`package` is metadata in JSON's form: https://peps.python.org/pep-0566/#json-compatible-metadata."""
    classifiers = {each.rpartition(" :: ")[2] for each in package.get("classifier", [])}
    told = [spdx for classifier, spdx in _SPDX if classifier in classifiers]
    short = package.get("license", "").partition("\n")[0]
    return package.get("license_expression") or " OR ".join(told) or short or "UNKNOWN"


def rendered() -> str:
    parts = [_ABOUT, *_table("In the functions", of_functions()), *_table("In the web application", of_web())]
    return "\n".join(parts)


def _table(title: str, licences: Licences) -> Iterator[str]:
    yield f"## {title}\n\n| package | licence |\n|---|---|"
    yield from (f"| {name} | {licence} |" for name, licence in sorted(licences.items()))
    yield ""


if __name__ == "__main__":
    FILE.write_text(rendered(), encoding="utf-8")
