"""A DynamoDB client without DynamoDB: one table as dicts, every call atomic, as fast as dicts are."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ClientError

from tests.torture.definition import Unsupported
from tests.torture.items import ConditionFailed, Item, holds, plain, updated

_wire = TypeSerializer().serialize


class ConditionalCheckFailedException(ClientError):
    """As the client's own."""


class TinyDynamo:
    """What adapters call, with the arguments they use."""

    exceptions = SimpleNamespace(ConditionalCheckFailedException=ConditionalCheckFailedException)

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Item]] = defaultdict(dict)

    def get_item(self, *, Key: Any, TableName: str, ConsistentRead: bool) -> Any:  # noqa: N803
        found = self._at(Key)
        return {} if found is None else {"Item": _wired(found)}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> Any:  # noqa: N803
        ((name, wanted),) = RequestItems.items()
        found = [self._at(key) for key in wanted["Keys"]]
        return {"Responses": {name: [_wired(item) for item in found if item is not None]}}

    def query(self, *, Limit: int | None = None, **request: Any) -> Any:  # noqa: N803
        pk = plain(request["ExpressionAttributeValues"][":pk"])
        condition = request["KeyConditionExpression"]
        keys = sorted(self.items[pk], reverse=not request.get("ScanIndexForward", True))
        found = [self.items[pk][sk] for sk in keys if holds(condition, self.items[pk][sk], request)]
        return {"Items": [_wired(item) for item in found[:Limit]]}

    def get_paginator(self, name: str) -> Any:
        match name:
            case "query":
                return SimpleNamespace(paginate=self._pages)
            case "scan":
                return SimpleNamespace(paginate=self._open_jobs)
            case _:
                raise Unsupported(name)

    def update_item(self, **request: Any) -> Any:
        old = self._at(request["Key"])
        try:
            self._put(updated(old, request))
        except ConditionFailed:
            kept = {"Item": _wired(old)} if old and "ReturnValuesOnConditionCheckFailure" in request else {}
            code = {"Code": "ConditionalCheckFailedException"}
            raise ConditionalCheckFailedException({"Error": code, **kept}, "UpdateItem") from None
        return {"Attributes": _wired(old or {})} if request.get("ReturnValues") == "ALL_OLD" else {}

    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> Any:  # noqa: N803
        ((_, requests),) = RequestItems.items()
        for request in requests:
            self._drop(request["DeleteRequest"]["Key"])
        return {}

    def transact_write_items(self, *, TransactItems: list[Any]) -> Any:  # noqa: N803
        operations = [next(iter(each.items())) for each in TransactItems]
        written = {_key(request) for _, request in operations}
        if len(written) < len(operations):
            raise Unsupported("Transaction request cannot include multiple operations on one item")
        reasons = [self._reason(request) for _, request in operations]
        if any(reason["Code"] != "None" for reason in reasons):
            told = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(told, "TransactWriteItems")  # pyright: ignore[reportArgumentType]
        for kind, request in operations:
            match kind:
                case "Put":
                    self._put({name: plain(value) for name, value in request["Item"].items()})
                case "Update":
                    self._put(updated(self._at(request["Key"]), request))
                case "Delete":
                    self._drop(request["Key"])
                case _:
                    raise Unsupported(kind)
        return {}

    def _pages(self, *, PaginationConfig: Mapping[str, Any], **request: Any) -> Iterator[Any]:  # noqa: N803
        yield self.query(Limit=PaginationConfig.get("MaxItems"), **request)

    def _open_jobs(self, *, TableName: str, IndexName: str) -> Iterator[Any]:  # noqa: N803
        if IndexName != "open":
            raise Unsupported(IndexName)
        found = [item for items in self.items.values() for item in items.values() if "openSince" in item]
        yield {"Items": [_wired({name: item[name] for name in ("PK", "SK", "openSince")}) for item in found]}

    def _reason(self, request: Mapping[str, Any]) -> dict[str, Any]:
        found = self._at(_place(request))
        if "ConditionExpression" not in request or holds(request["ConditionExpression"], found, request):
            return {"Code": "None"}
        kept = {"Item": _wired(found)} if found and "ReturnValuesOnConditionCheckFailure" in request else {}
        return {"Code": "ConditionalCheckFailed", **kept}

    def _at(self, key: Mapping[str, Any]) -> Item | None:
        return self.items[key["PK"]["S"]].get(key["SK"]["S"])

    def _put(self, item: Item) -> None:
        self.items[item["PK"]][item["SK"]] = item

    def _drop(self, key: Mapping[str, Any]) -> None:
        self.items[key["PK"]["S"]].pop(key["SK"]["S"], None)


def _place(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where the key is: of a Put in the item itself."""
    return request.get("Key") or request["Item"]


def _key(request: Mapping[str, Any]) -> tuple[str, str]:
    place = _place(request)
    return place["PK"]["S"], place["SK"]["S"]


def _wired(item: Item) -> Any:
    return {name: _wire(value) for name, value in item.items()}
