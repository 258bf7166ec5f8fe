"""Claim checks in S3: a batch of conversations under a key that says which job and page it is of."""

import uuid
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from pagesync.domain.conversation import Lead

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from pagesync.ports import PayloadWriter

_LEADS = TypeAdapter(list[Lead])
_AT_ONCE = 4
"""Objects on their way: those of one of Facebook's pages, while the next one is asked for."""


class S3Payloads:
    """The bucket's own settings encrypt the objects and expire them after a day."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    @contextmanager
    def writing(self) -> "Generator[PayloadWriter]":
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            writer = _Writer(self._store, pool)
            yield writer
            writer.wait()

    def get(self, key: str) -> Sequence[Lead]:
        return _LEADS.validate_json(self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read())

    def _store(self, key: str, leads: Sequence[Lead]) -> None:
        self._client.put_object(
            Bucket=self._bucket, Key=key, Body=_LEADS.dump_json(list(leads)), ContentType="application/json"
        )


class _Writer:
    def __init__(self, store: Callable[[str, Sequence[Lead]], None], pool: ThreadPoolExecutor) -> None:
        self._store = store
        self._pool = pool
        self._under_way: list[Future[None]] = []

    def put(self, *, prefix: str, leads: Sequence[Lead]) -> str:
        key = f"{prefix}/{uuid.uuid4()}.json"
        self._under_way.append(self._pool.submit(self._store, key, leads))
        return key

    def wait(self) -> None:
        for each in self._under_way:
            each.result()
