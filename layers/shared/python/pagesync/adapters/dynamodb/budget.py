"""AnalysisBudget on DynamoDB: one item a day for an organisation, and one for what each job cost."""

from datetime import timedelta
from typing import Any

from pagesync.adapters.dynamodb.table import Item, Key, Table
from pagesync.domain.cost import Spend
from pagesync.domain.insight import TokenUsage
from pagesync.domain.page import OrgId
from pagesync.ports import Clock

_TOKENS = "inputTokens :input, outputTokens :output, thinkingTokens :thinking, calls :calls"


class DynamoBudget:
    """Days are UTC's. `nanoUsd` of a day holds what is set aside beside what is spent."""

    def __init__(self, table: Table, clock: Clock, *, retention: timedelta) -> None:
        self._table = table
        self._clock = clock
        self._retention = retention

    def set_aside(self, org_id: OrgId, *, nano_usd: int, limit_nano_usd: int | None) -> bool:
        if limit_nano_usd is not None and nano_usd > limit_nano_usd:
            return False
        values: Item = {":amount": nano_usd, ":expires": self._expires_at()}
        condition = None
        if limit_nano_usd is not None:
            values[":most"] = limit_nano_usd - nano_usd
            condition = "attribute_not_exists(nanoUsd) OR nanoUsd <= :most"
        return self._table.update(
            self._day_key(org_id), "SET expiresAt = :expires ADD nanoUsd :amount", values, condition=condition
        )

    def account(self, org_id: OrgId, job_id: str, *, set_aside_nano_usd: int, spend: Spend) -> None:
        operations = [self._add(self._day_key(org_id), spend, spend.nano_usd - set_aside_nano_usd)]
        if spend.usage.calls:
            operations.append(self._add(_job_key(job_id), spend, spend.nano_usd))
        self._table.transact(operations)

    def today(self, org_id: OrgId) -> Spend:
        return _spend(self._table.get(self._day_key(org_id)))

    def of_job(self, job_id: str) -> Spend:
        return _spend(self._table.get(_job_key(job_id)))

    def _add(self, key: Key, spend: Spend, nano_usd: int) -> Any:
        usage = spend.usage
        values = {
            ":amount": nano_usd,
            ":input": usage.input,
            ":output": usage.output,
            ":thinking": usage.thinking,
            ":calls": usage.calls,
            ":expires": self._expires_at(),
        }
        return self._table.update_op(key, f"SET expiresAt = :expires ADD nanoUsd :amount, {_TOKENS}", values)

    def _day_key(self, org_id: OrgId) -> Key:
        return f"ORG#{org_id}", f"SPEND#{self._clock.now():%Y-%m-%d}"

    def _expires_at(self) -> int:
        return int((self._clock.now() + self._retention).timestamp())


def _job_key(job_id: str) -> Key:
    return f"JOB#{job_id}", "COST"


def _spend(item: Item | None) -> Spend:
    found = {} if item is None else item
    usage = TokenUsage(
        input=int(found.get("inputTokens", 0)),
        output=int(found.get("outputTokens", 0)),
        thinking=int(found.get("thinkingTokens", 0)),
        calls=int(found.get("calls", 0)),
    )
    return Spend(int(found.get("nanoUsd", 0)), usage)
