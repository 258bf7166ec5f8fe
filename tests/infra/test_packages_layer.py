"""The third-party layer: for the right machine, within Lambda's limits, built once."""

import struct
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra import deps_bundle
from tests.infra.templates import Assembly

MEBIBYTE = 1024 * 1024
UNZIPPED_LIMIT = 250 * MEBIBYTE
"""Of a function and all its layers: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
OWN_LIMIT = 120 * MEBIBYTE
"""Ours: a step below what it took when this was written, 106 MiB, is a change somebody should notice."""
ELF_MACHINE = {"aarch64": 183, "x86_64": 62}
UNCHECKED_HASH = 0b01


@pytest.fixture(scope="session")
def archives(local: Assembly, prod: Assembly) -> dict[str, zipfile.ZipFile]:
    found: dict[str, zipfile.ZipFile] = {}
    for assembly in (local, prod):
        layer = assembly.sync[assembly.function("crm")["Layers"][0]["Ref"]]["Properties"]
        found[assembly.environment] = zipfile.ZipFile(assembly.asset(layer["Content"]))
    return found


@pytest.mark.parametrize("environment", ["local", "prod"])
def test_it_is_well_within_the_limit(archives: dict[str, zipfile.ZipFile], environment: str) -> None:
    size = sum(entry.file_size for entry in archives[environment].infolist())
    assert size < OWN_LIMIT < UNZIPPED_LIMIT


def test_native_code_of_production_is_for_arm64(archives: dict[str, zipfile.ZipFile]) -> None:
    machines = {_elf_machine(archives["prod"], name) for name in archives["prod"].namelist() if _is_native(name)}
    assert machines == {ELF_MACHINE["aarch64"]}


def test_native_code_of_production_is_for_python_3_13(archives: dict[str, zipfile.ZipFile]) -> None:
    extensions = [name for name in archives["prod"].namelist() if ".cpython-" in name and _is_native(name)]
    assert extensions
    assert all("cpython-313-" in name for name in extensions)


def test_native_code_of_the_local_stack_is_for_this_interpreter(archives: dict[str, zipfile.ZipFile]) -> None:
    here = f"cpython-{sys.version_info.major}{sys.version_info.minor}"
    extensions = [name for name in archives["local"].namelist() if ".cpython-" in name]
    assert extensions
    assert all(here in name for name in extensions)


def test_every_module_has_byte_code_that_is_never_checked(archives: dict[str, zipfile.ZipFile]) -> None:
    archive = archives["local"]
    names = set(archive.namelist())
    tag = sys.implementation.cache_tag
    modules = [name for name in names if name.endswith(".py")]
    compiled = [f"{Path(name).parent}/__pycache__/{Path(name).stem}.{tag}.pyc" for name in modules]
    assert len(modules) > 1_000
    assert set(compiled) <= names
    for name in compiled[::100]:
        (flags,) = struct.unpack("<I", archive.read(name)[4:8])
        assert flags == UNCHECKED_HASH


def test_it_has_the_services_we_call_and_no_other(archives: dict[str, zipfile.ZipFile]) -> None:
    folders = {
        name.split("/")[3] for name in archives["prod"].namelist() if name.startswith("python/botocore/data/")
    }
    services = {folder for folder in folders if "." not in folder}
    assert services == deps_bundle.AWS_APIS


def test_it_is_built_once(
    tmp_path: Path, archives: dict[str, zipfile.ZipFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    requirements = tmp_path / "runtime.txt"
    requirements.write_text("anything==1.0 --hash=sha256:00")
    commands: list[list[str]] = []

    def install(command: list[str], **_: Any) -> None:
        commands.append(command)
        if "--target" in command:
            target = Path(command[command.index("--target") + 1])
            target.mkdir()
            (target / "anything.py").write_text("")

    monkeypatch.setattr(deps_bundle.subprocess, "run", install)
    first, second = (_bundle(requirements, tmp_path / "cache", python_version="3.13") for _ in range(2))
    assert first == second
    assert len([command for command in commands if "--target" in command]) == 1
    other = _bundle(requirements, tmp_path / "cache", python_version="3.12")
    assert other.archive != first.archive


def test_the_same_packages_make_the_same_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(command: list[str], **_: Any) -> None:
        if "--target" in command:
            target = Path(command[command.index("--target") + 1])
            (target / "package" / "tests").mkdir(parents=True)
            for name in ("b.py", "a.py", "tests/test_a.py", "types.pyi"):
                (target / "package" / name).write_text(name)

    monkeypatch.setattr(deps_bundle.subprocess, "run", install)
    requirements = tmp_path / "runtime.txt"
    requirements.write_text("")
    archives = [_bundle(requirements, tmp_path / name, python_version="3.9").archive for name in ("one", "two")]
    assert archives[0].read_bytes() == archives[1].read_bytes()
    assert zipfile.ZipFile(archives[0]).namelist() == ["python/package/a.py", "python/package/b.py"]


def test_a_layer_for_another_python_says_that_it_goes_without_byte_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def install(command: list[str], **_: Any) -> None:
        assert "compileall" not in command
        Path(command[command.index("--target") + 1]).mkdir()

    monkeypatch.setattr(deps_bundle.subprocess, "run", install)
    requirements = tmp_path / "runtime.txt"
    requirements.write_text("")
    _bundle(requirements, tmp_path / "cache", python_version="3.9")
    assert "synthesise with Python 3.9" in capsys.readouterr().err


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def install(*_: Any, **__: Any) -> None:
        raise deps_bundle.subprocess.CalledProcessError(1, "uv")

    monkeypatch.setattr(deps_bundle.subprocess, "run", install)
    requirements = tmp_path / "runtime.txt"
    requirements.write_text("")
    with pytest.raises(deps_bundle.subprocess.CalledProcessError):
        _bundle(requirements, tmp_path / "cache", python_version="3.13")
    assert list((tmp_path / "cache").iterdir()) == []


def _bundle(requirements: Path, cache: Path, *, python_version: str) -> deps_bundle.Bundle:
    return deps_bundle.bundle_dependencies(
        requirements, python_version=python_version, wheel_platform="aarch64-manylinux_2_28", cache=cache
    )


def _is_native(name: str) -> bool:
    return name.endswith(".so") or ".so." in name


def _elf_machine(archive: zipfile.ZipFile, name: str) -> int:
    header = archive.read(name)[:20]
    assert header[:4] == b"\x7fELF", name
    return struct.unpack("<H", header[18:20])[0]
