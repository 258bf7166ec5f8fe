"""Real databases for tests: an embedded PostgreSQL, and the same server behind Aurora DSQL's rules."""

import asyncio
import itertools
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from ministack.core import pgproxy
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from local.postgres import EmbeddedPostgres
from pagesync.adapters.postgres.connection import Database, Dialect, postgresql

_BEHIND_PROXY = "dsql"


@dataclass(frozen=True)
class Engine:
    """A database, to open as often as a test has containers."""

    url: str
    dialect: Dialect

    def open(self) -> Database:
        return Database(postgresql(self.url).connect, self.dialect)


class Databases:
    """Makes new databases on one server, reached directly or through the proxy."""

    def __init__(self, server_url: str, proxy_url: str) -> None:
        self._server_url, self._proxy_url = server_url, proxy_url
        self._numbers = itertools.count(1)

    def new(self, dialect: Dialect) -> Engine:
        """Empty. Behind the proxy a transaction reads one snapshot, as in Aurora DSQL, so that whoever writes
        second is told so with 40001."""
        behind_proxy = dialect is Dialect.AURORA_DSQL
        name = f"{_BEHIND_PROXY if behind_proxy else 'plain'}_{next(self._numbers)}"
        isolation = "repeatable read" if behind_proxy else "read committed"
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation TO '{isolation}'".encode())
        return Engine(make_conninfo(self._proxy_url if behind_proxy else self._server_url, dbname=name), dialect)


@contextmanager
def databases(data_dir: Path) -> Iterator[Databases]:
    """An embedded server and the proxy before it, which live as long as the block."""
    server = EmbeddedPostgres(data_dir)
    url = server.start()
    try:
        _prepare(server.hba_file, url)
        with _dsql_rules(url) as proxy_url:
            yield Databases(url, proxy_url)
    finally:
        server.stop()


@contextmanager
def _dsql_rules(server_url: str) -> Iterator[str]:
    """A URL through a proxy that refuses what Aurora DSQL refuses."""
    backend = conninfo_to_dict(server_url)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def on_loop(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(timeout=30)

    async def serve() -> asyncio.Server:
        # `pgproxy.start_proxy` listens on every interface; this is its handler on loopback alone.
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await pgproxy._handle_client("tests", backend["host"], backend["port"], reader, writer)

        return await asyncio.start_server(handle, "127.0.0.1", 0)

    server = on_loop(serve())
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        on_loop(_stop(server))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=30)
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _prepare(hba_file: Path, url: str) -> None:
    """The proxy checks no password of its clients and knows none for the server; and these rows need no disk."""
    rule = f'host "/^{_BEHIND_PROXY}_" postgres 127.0.0.1/32 trust\n'
    hba_file.write_text(rule + hba_file.read_text())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync TO off")
        connection.execute("SELECT pg_reload_conf()")
