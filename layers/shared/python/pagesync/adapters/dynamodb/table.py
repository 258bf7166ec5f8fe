"""Reading and writing items of the one table: plain Python values in and out, conflicts retried."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type_serializer = TypeSerializer()
type_deserializer = TypeDeserializer()

Item = dict[str, Any]
Key = tuple[str, str]

CONFLICT_ATTEMPTS = 10
"""Up to 40 batches of a page settle at once, all moving one job's counters: 10 tries with full jitter up to 1.6 s
each lose against 39 rivals less than once in 10^6."""


class TransactionRefused(Exception):
    """Conditions of a transaction did not hold; `codes[i]` and `found[i]` are of its ith operation."""

    def __init__(self, codes: Sequence[str], found: Sequence[Item | None]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes
        self.found = found

    def failed(self, index: int) -> bool:
        return self.codes[index] == "ConditionalCheckFailed"


class Table:
    """One DynamoDB table; every read but that of an index is strongly consistent."""

    def __init__(self, client: "DynamoDBClient", name: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._name = name
        self._sleep = sleep

    def get(self, key: Key) -> Item | None:
        answer = self._client.get_item(TableName=self._name, Key=_key(key), ConsistentRead=True)
        return _plain(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key]) -> Iterator[Item]:
        """Those that exist, in no order."""
        for start in range(0, len(keys), 100):
            wanted: Any = {
                self._name: {"Keys": [_key(key) for key in keys[start : start + 100]], "ConsistentRead": True}
            }
            while wanted:
                answer = self._client.batch_get_item(RequestItems=wanted)
                yield from map(_plain, answer["Responses"].get(self._name, []))
                wanted = answer.get("UnprocessedKeys")

    def query(
        self, pk: str, prefix: str, *, newest_first: bool = False, limit: int | None = None
    ) -> Iterator[Item]:
        """Items under `pk` whose sort key starts with `prefix`."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="PK = :pk AND begins_with(SK, :prefix)",
            ExpressionAttributeValues=_values({":pk": pk, ":prefix": prefix}),
            ScanIndexForward=not newest_first,
            ConsistentRead=True,
            PaginationConfig={} if limit is None else {"MaxItems": limit},
        )
        for page in pages:
            yield from map(_plain, page["Items"])

    def query_page(self, pk: str, prefix: str, *, after: str | None, limit: int) -> list[Item]:
        """The next `limit` items under `pk` whose sort key starts with `prefix` and comes after `after`."""
        answer = self._client.query(
            TableName=self._name,
            KeyConditionExpression="PK = :pk AND SK BETWEEN :first AND :last",
            ExpressionAttributeValues=_values(
                {":pk": pk, ":first": prefix if after is None else after + "\0", ":last": prefix + "\uffff"}
            ),
            ConsistentRead=True,
            Limit=limit,
        )
        return [_plain(item) for item in answer["Items"]]

    def scan_index(self, index: str) -> Iterator[Item]:
        """Every item of an index, as its projection has it; an index is a moment behind its table."""
        pages = self._client.get_paginator("scan").paginate(TableName=self._name, IndexName=index)
        for page in pages:
            yield from map(_plain, page["Items"])

    def query_index(self, index: str, name: str, pk: str, *, after: Item | None, limit: int) -> list[Item]:
        """The next `limit` items whose `name` is `pk`, from the last one down; `after` has all keys of one."""
        start: Any = {} if after is None else {"ExclusiveStartKey": _values(after)}
        answer = self._client.query(
            TableName=self._name,
            IndexName=index,
            KeyConditionExpression=f"{name} = :pk",
            ExpressionAttributeValues=_values({":pk": pk}),
            ScanIndexForward=False,
            Limit=limit,
            **start,
        )
        return [_plain(item) for item in answer["Items"]]

    def delete(self, keys: Sequence[Key]) -> None:
        for start in range(0, len(keys), 25):
            wanted: Any = {self._name: [{"DeleteRequest": {"Key": _key(key)}} for key in keys[start : start + 25]]}
            while wanted:
                wanted = self._client.batch_write_item(RequestItems=wanted).get("UnprocessedItems")

    def update(self, key: Key, expression: str, values: Mapping[str, Any], *, condition: str | None = None) -> bool:
        """Whether the condition held, if there is one."""
        request = self._update(key, expression, values, condition)["Update"]
        try:
            self._tried_again(lambda: self._client.update_item(**request))
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def exchange(
        self, key: Key, expression: str, values: Mapping[str, Any], *, condition: str
    ) -> tuple[bool, Item]:
        """Whether the condition held and, either way, the item as the write found it; empty if there was none."""
        request = self._update(key, expression, values, condition)["Update"]
        try:
            answer: Any = self._tried_again(
                lambda: self._client.update_item(
                    **request, ReturnValues="ALL_OLD", ReturnValuesOnConditionCheckFailure="ALL_OLD"
                )
            )
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            found: Any = refused.response
            return False, _plain(found.get("Item", {}))
        return True, _plain(answer.get("Attributes", {}))

    def put_op(self, key: Key, item: Mapping[str, Any]) -> Any:
        """Put an item that must not be there yet."""
        operation = self.replace_op(key, item)
        operation["Put"]["ConditionExpression"] = "attribute_not_exists(PK)"
        return operation

    def replace_op(self, key: Key, item: Mapping[str, Any]) -> Any:
        """Put an item whether or not it is there."""
        return {"Put": {"TableName": self._name, "Item": _values({"PK": key[0], "SK": key[1], **_present(item)})}}

    def delete_op(self, key: Key) -> Any:
        return {"Delete": {"TableName": self._name, "Key": _key(key)}}

    def update_op(
        self, key: Key, expression: str, values: Mapping[str, Any], *, condition: str | None = None
    ) -> Any:
        """`#status` may stand for the reserved word in both expressions."""
        operation = self._update(key, expression, values, condition)
        operation["Update"]["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return operation

    def transact(self, operations: Sequence[Any]) -> None:
        """All or nothing. Raises TransactionRefused; conflicts with other transactions are tried again."""
        try:
            self._tried_again(lambda: self._client.transact_write_items(TransactItems=operations))
        except ClientError as error:
            refused = _refused(error)
            if refused is None:
                raise
            raise refused from None

    def _tried_again(self, write: Callable[[], Any]) -> Any:
        """`write`, repeated while an item of it is in somebody else's transaction."""
        for attempt in range(CONFLICT_ATTEMPTS):
            try:
                return write()
            except ClientError as error:
                if attempt + 1 == CONFLICT_ATTEMPTS or not _is_conflict(error):
                    raise
            self._sleep(random.uniform(0, min(1.6, 0.025 * 2**attempt)))
        raise AssertionError("the last attempt returns or raises")

    def _update(self, key: Key, expression: str, values: Mapping[str, Any], condition: str | None) -> Any:
        update: dict[str, Any] = {"TableName": self._name, "Key": _key(key), "UpdateExpression": expression}
        if condition is not None:
            update["ConditionExpression"] = condition
        if values:
            update["ExpressionAttributeValues"] = _values(values)
        if "#status" in expression + (condition or ""):
            update["ExpressionAttributeNames"] = {"#status": "status"}
        return {"Update": update}


def _is_conflict(error: ClientError) -> bool:
    """A transaction is told of another one in its reasons, a single write in its error."""
    if error.response.get("Error", {}).get("Code") == "TransactionConflictException":
        return True
    told = _reasons(error) - _NO_REASON
    return bool(told) and told <= _RETRYABLE


def _refused(error: ClientError) -> TransactionRefused | None:
    reasons: Any = error.response.get("CancellationReasons")
    told = _reasons(error)
    if "ConditionalCheckFailed" not in told or not told <= _RETRYABLE | _NO_REASON | {"ConditionalCheckFailed"}:
        return None
    return TransactionRefused(
        [reason["Code"] for reason in reasons],
        [_plain(reason["Item"]) if reason.get("Item") else None for reason in reasons],
    )


def _reasons(error: ClientError) -> set[str]:
    reasons: Any = error.response.get("CancellationReasons", [])
    return {reason["Code"] for reason in reasons}


_NO_REASON = {"None"}
_RETRYABLE = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}


def _present(item: Mapping[str, Any]) -> Item:
    return {name: value for name, value in item.items() if value is not None}


def _key(key: Key) -> Any:
    return {"PK": {"S": key[0]}, "SK": {"S": key[1]}}


def _values(plain: Mapping[str, Any]) -> Any:
    return {name: type_serializer.serialize(value) for name, value in plain.items()}


def _plain(item: Mapping[str, Any]) -> Item:
    return {name: type_deserializer.deserialize(value) for name, value in item.items()}
