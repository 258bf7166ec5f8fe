"""Archives that are unpacked once for all workers."""

import shutil
import tempfile
import zipfile
from pathlib import Path

import pytest

from local.run_emulator import SharedArchive


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    return tmp_path / "tmp"


def archive(path: Path, content: str) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("python/module.py", content)
        file.writestr("NOTICE", "ours")
    return path


def unpack(source: Path, target: Path) -> Path:
    target.mkdir()
    with SharedArchive(source) as file:
        assert file.namelist() == []
        file.extractall(target)
    return target


def test_a_worker_finds_what_the_archive_holds(tmp_path: Path) -> None:
    worker = unpack(archive(tmp_path / "layer.zip", "x = 1"), tmp_path / "worker")

    assert (worker / "python" / "module.py").read_text() == "x = 1"
    assert (worker / "NOTICE").read_text() == "ours"


def test_the_same_content_is_unpacked_once_and_other_content_apart(tmp_path: Path) -> None:
    first = unpack(archive(tmp_path / "a.zip", "x = 1"), tmp_path / "first")
    second = unpack(archive(tmp_path / "b.zip", "x = 1"), tmp_path / "second")
    other = unpack(archive(tmp_path / "c.zip", "x = 2"), tmp_path / "other")

    assert (first / "python").samefile(second / "python")
    assert (other / "python" / "module.py").read_text() == "x = 2"


def test_an_unpacking_cut_short_is_done_again(tmp_path: Path, temporary: Path) -> None:
    source = archive(tmp_path / "layer.zip", "x = 1")
    whole = (unpack(source, tmp_path / "first") / "python").resolve().parent
    whole.rename(whole.with_suffix(".new"))
    (whole.with_suffix(".new") / "python" / "module.py").write_text("x = ")

    assert (unpack(source, tmp_path / "second") / "python" / "module.py").read_text() == "x = 1"


def test_removing_a_worker_leaves_the_others_theirs(tmp_path: Path) -> None:
    source = archive(tmp_path / "layer.zip", "x = 1")
    first, second = unpack(source, tmp_path / "first"), unpack(source, tmp_path / "second")

    shutil.rmtree(first)

    assert (second / "python" / "module.py").read_text() == "x = 1"
