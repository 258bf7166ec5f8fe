"""Deletions on DynamoDB: who asks for their status has the confirmation code and nothing else."""

from datetime import datetime, timedelta

from pagesync.adapters.dynamodb.table import Key, Table
from pagesync.adapters.dynamodb.times import as_text
from pagesync.domain.connecting import Deletion
from pagesync.domain.errors import NotFound

_KEPT = timedelta(days=400)


class DynamoDeletions:
    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, deletion: Deletion) -> None:
        item = {
            "requestedAt": as_text(deletion.requested_at),
            "pages": deletion.pages,
            "expiresAt": int((deletion.requested_at + _KEPT).timestamp()),
        }
        self._table.transact([self._table.put_op(_key(deletion.confirmation_code), item)])

    def deletion(self, confirmation_code: str) -> Deletion:
        item = self._table.get(_key(confirmation_code))
        if item is None:
            raise NotFound("There is no such deletion.")
        return Deletion(confirmation_code, datetime.fromisoformat(item["requestedAt"]), int(item["pages"]))


def _key(confirmation_code: str) -> Key:
    return f"DELETION#{confirmation_code}", "DELETION"
