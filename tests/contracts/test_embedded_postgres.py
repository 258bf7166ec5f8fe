"""The embedded PostgreSQL starts for whoever runs the stack, keeps its data and leaves nothing behind."""

import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from local.postgres import EmbeddedPostgres


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A name with a space and digits: what a path may be."""
    return tmp_path_factory.mktemp("my project 2026") / "data"


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    """One cluster for all tests, which stop and start it as they like."""
    made = EmbeddedPostgres(home)
    yield made
    made.stop()


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row and row[0]


def port_of(url: str) -> int:
    return int(str(conninfo_to_dict(url)["port"]))


def test_it_listens_on_loopback_alone_and_asks_for_its_password(server: EmbeddedPostgres) -> None:
    url = server.start()
    assert ask(url, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(url, "SHOW unix_socket_directories") == ""
    with pytest.raises(psycopg.OperationalError, match="password"):
        ask(make_conninfo(url, password="wrong"), "SELECT 1")


def test_its_data_and_port_are_there_after_a_stop(server: EmbeddedPostgres) -> None:
    url = server.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    server.stop()
    with pytest.raises(psycopg.OperationalError):
        ask(url, "SELECT 1")
    assert server.start() == url
    assert ask(url, "SELECT number FROM kept") == 7


def test_starting_it_again_finds_it_running(server: EmbeddedPostgres, home: Path) -> None:
    url = server.start()
    started = ask(url, "SELECT pg_postmaster_start_time()")
    assert EmbeddedPostgres(home).start() == url
    assert ask(url, "SELECT pg_postmaster_start_time()") == started


def test_anybody_may_stop_it_and_stopping_it_again_is_no_error(server: EmbeddedPostgres, home: Path) -> None:
    url = server.start()
    EmbeddedPostgres(home).stop()
    server.stop()
    with pytest.raises(psycopg.OperationalError):
        ask(url, "SELECT 1")


def test_stopping_what_was_never_started_is_no_error(tmp_path: Path) -> None:
    EmbeddedPostgres(tmp_path / "nothing").stop()
    assert list(tmp_path.iterdir()) == []


def test_a_port_taken_since_the_last_start_is_left_to_its_owner(server: EmbeddedPostgres) -> None:
    port = port_of(server.start())
    server.stop()
    with socket.create_server(("127.0.0.1", port)):
        url = server.start()
        assert port_of(url) != port
        assert ask(url, "SELECT 1") == 1


def test_a_cluster_whose_making_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    half_made = tmp_path / "data" / "cluster.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(tmp_path / "data")
    try:
        assert ask(server.start(), "SELECT 1") == 1
    finally:
        server.stop()
