"""Where jobs and Pages are kept: in the fakes, or in the real adapters on a table of dicts."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol

from pydantic import TypeAdapter
from pydantic.alias_generators import to_camel, to_snake

from pagesync import ports
from pagesync.adapters.dynamodb import DynamoLedger, DynamoPages, items
from pagesync.adapters.dynamodb.entries import Entries
from pagesync.adapters.dynamodb.table import Table
from pagesync.domain.job import LedgerBatch, SyncJob
from pagesync.ports import Clock, PageDirectory
from tests.fakes.ledger import InMemoryLedger, InMemoryPages, Memory
from tests.torture.items import ConditionFailed, Item, updated
from tests.torture.tiny_dynamo import ConditionalCheckFailedException, TinyDynamo

Bound = dict[str, tuple[type, Any]]
"""Ports by the name that verbs call them: the protocol, and what stands behind it."""
Gated = Callable[[type, Any], Any]
"""Puts the gates of one invocation before a thing's methods."""


class Stores(Protocol):
    pages: PageDirectory

    def ports(self, gated: Gated, pause: Callable[[float], None]) -> Bound:
        """For one invocation."""
        ...

    def jobs(self) -> Sequence[SyncJob]: ...

    def batches(self, job_id: str) -> Sequence[LedgerBatch]: ...

    def update_item(self, request: dict[str, Any]) -> None:
        """What a state of the flow does to the jobs table itself. Raises ConditionFailed."""
        ...


class FakeStores:
    """The fakes: every call of a port is one step."""

    def __init__(self, clock: Clock, ledger: type[InMemoryLedger] = InMemoryLedger) -> None:
        self.memory = Memory()
        self.pages = InMemoryPages(self.memory)
        self._ledger = ledger(self.memory, clock)
        self._unknown: dict[str, Item] = {}

    def ports(self, gated: Gated, pause: Callable[[float], None]) -> Bound:
        return {"ledger": (ports.JobLedger, self._ledger), "directory": (ports.PageDirectory, self.pages)}

    def jobs(self) -> Sequence[SyncJob]:
        return list(self.memory.jobs.values())

    def batches(self, job_id: str) -> Sequence[LedgerBatch]:
        return [batch for batch in list(self.memory.batches.values()) if batch.ref.job_id == job_id]

    def update_item(self, request: dict[str, Any]) -> None:
        job_id = request["Key"]["PK"]["S"].removeprefix("JOB#")
        job = self.memory.jobs.get(job_id)
        if job is None:
            raise ConditionFailed
        fields = {name for name, value in _plain(job).items() if value is not None}
        new = updated(
            {to_camel(name): _plain(job)[name] for name in fields} | self._unknown.get(job_id, {}), request
        )
        known = {name for name in new if to_snake(name) in SyncJob.__dataclass_fields__}
        self._unknown[job_id] = {name: new[name] for name in new.keys() - known}
        self.memory.jobs[job_id] = _jobs.validate_json(json.dumps({to_snake(name): new[name] for name in known}))


_jobs = TypeAdapter(SyncJob)


def _plain(job: SyncJob) -> dict[str, Any]:
    return _jobs.dump_python(job, mode="json")


class TableStores:
    """The adapters: every call of DynamoDB is one step."""

    def __init__(self, clock: Clock) -> None:
        self.dynamo = TinyDynamo()
        self.pages = DynamoPages(Table(self.dynamo, "jobs"))  # type: ignore[arg-type]
        self._clock = clock

    def ports(self, gated: Gated, pause: Callable[[float], None]) -> Bound:
        table = Table(gated(TinyDynamo, self.dynamo), "jobs", sleep=pause)
        entries = Entries(table, self._clock, retention=timedelta(days=90))
        return {
            "ledger": (ports.JobLedger, DynamoLedger(table, entries)),
            "directory": (ports.PageDirectory, DynamoPages(table)),
        }

    def jobs(self) -> Sequence[SyncJob]:
        keys = [pk for pk in self.dynamo.items if pk.startswith("JOB#") and "JOB" in self.dynamo.items[pk]]
        return [items.job_of(self.dynamo.items[pk]["JOB"]) for pk in keys]

    def batches(self, job_id: str) -> Sequence[LedgerBatch]:
        found = self.dynamo.items[f"JOB#{job_id}"]
        return [items.batch_of(found[sk]) for sk in list(found) if sk.startswith("BATCH#")]

    def update_item(self, request: dict[str, Any]) -> None:
        try:
            self.dynamo.update_item(**request)
        except ConditionalCheckFailedException:
            raise ConditionFailed from None
