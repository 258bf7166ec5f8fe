"""What a stack remembers between commands."""

from pathlib import Path

from local.memory import Memory


def test_what_one_command_puts_in_the_next_one_gets_out(tmp_path: Path) -> None:
    file = tmp_path / "memory.json"
    Memory(file).put("port", 4711)
    Memory(file).put("password", "geheim")

    assert Memory(file).get("port") == 4711
    assert Memory(file).get("password") == "geheim"
    assert Memory(file).get("unheard of") is None


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "memory.json"

    Memory(file).put("password", "geheim")

    assert file.stat().st_mode & 0o777 == 0o600


def test_a_write_cut_short_leaves_the_last_whole_one(tmp_path: Path) -> None:
    file = tmp_path / "memory.json"
    Memory(file).put("port", 1)
    file.with_suffix(".new").write_text('{"port": ')

    assert Memory(file).get("port") == 1
    Memory(file).put("port", 2)
    assert Memory(file).get("port") == 2
