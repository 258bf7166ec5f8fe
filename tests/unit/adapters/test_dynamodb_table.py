"""Writes that meet somebody else's transaction are repeated, whatever kind of write they are."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from pagesync.adapters.dynamodb.table import CONFLICT_ATTEMPTS, Table, TransactionRefused

Write = Callable[[Table], Any]
KEY = ("JOB#1", "JOB")
ITEM = {"PK": {"S": "JOB#1"}, "status": {"S": "RUNNING"}}
CONFLICT = {"CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]}


def update(table: Table) -> bool:
    return table.update(KEY, "SET seen = :seen", {":seen": 1}, condition="attribute_exists(PK)")


def exchange(table: Table) -> tuple[bool, dict[str, Any]]:
    return table.exchange(KEY, "SET seen = :seen", {":seen": 1}, condition="attribute_exists(PK)")


def transact(table: Table) -> None:
    table.transact([table.delete_op(KEY)])


class Refusing:
    """A table whose server refuses before it answers, and the pauses in between."""

    def __init__(self) -> None:
        client = boto3.client(
            "dynamodb", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        self.pauses: list[float] = []
        self.server = Stubber(client)
        self.server.activate()
        self.table = Table(client, "jobs", sleep=self.pauses.append)

    def refuses(self, write: Write, code: str, *, times: int = 1, **fields: Any) -> None:
        for _ in range(times):
            self.server.add_client_error(_operation(write), code, modeled_fields=fields)

    def conflicts(self, write: Write, *, times: int) -> None:
        if write is transact:
            self.refuses(write, "TransactionCanceledException", times=times, **CONFLICT)
        else:
            self.refuses(write, "TransactionConflictException", times=times)

    def answers(self, write: Write) -> None:
        self.server.add_response(_operation(write), {"Attributes": ITEM} if write is exchange else {})


def _operation(write: Write) -> str:
    return "transact_write_items" if write is transact else "update_item"


@pytest.mark.parametrize(
    ("write", "answer"),
    [(update, True), (exchange, (True, {"PK": "JOB#1", "status": "RUNNING"})), (transact, None)],
)
def test_a_write_that_meets_a_transaction_is_tried_again(write: Write, answer: Any) -> None:
    refusing = Refusing()
    refusing.conflicts(write, times=4)
    refusing.answers(write)
    assert write(refusing.table) == answer
    assert len(refusing.pauses) == 4
    refusing.server.assert_no_pending_responses()


@pytest.mark.parametrize("write", [update, exchange, transact])
def test_a_conflict_without_end_is_told(write: Write) -> None:
    refusing = Refusing()
    refusing.conflicts(write, times=CONFLICT_ATTEMPTS)
    with pytest.raises(ClientError):
        write(refusing.table)
    assert len(refusing.pauses) == CONFLICT_ATTEMPTS - 1


@pytest.mark.parametrize(("write", "answer"), [(update, False), (exchange, (False, {}))])
def test_a_condition_that_did_not_hold_is_an_answer(write: Write, answer: Any) -> None:
    refusing = Refusing()
    refusing.refuses(write, "ConditionalCheckFailedException")
    assert write(refusing.table) == answer
    assert refusing.pauses == []


def test_a_transaction_whose_condition_did_not_hold_tells_which_and_what_was_found() -> None:
    refusing = Refusing()
    reasons = [{"Code": "TransactionConflict"}, {"Code": "ConditionalCheckFailed", "Item": ITEM}]
    refusing.refuses(transact, "TransactionCanceledException", CancellationReasons=reasons)
    with pytest.raises(TransactionRefused) as refused:
        transact(refusing.table)
    assert [refused.value.failed(index) for index in (0, 1)] == [False, True]
    assert refused.value.found == [None, {"PK": "JOB#1", "status": "RUNNING"}]
    assert refusing.pauses == []


@pytest.mark.parametrize("write", [update, exchange, transact])
def test_any_other_error_is_told_at_once(write: Write) -> None:
    refusing = Refusing()
    refusing.refuses(write, "ValidationException")
    with pytest.raises(ClientError, match="ValidationException"):
        write(refusing.table)
    assert refusing.pauses == []


def test_a_transaction_that_cannot_be_valid_is_told_at_once() -> None:
    refusing = Refusing()
    reasons = [{"Code": "TransactionConflict"}, {"Code": "ValidationError"}]
    refusing.refuses(transact, "TransactionCanceledException", CancellationReasons=reasons)
    with pytest.raises(ClientError):
        transact(refusing.table)
    assert refusing.pauses == []
