"""Claim checks in S3: a batch of conversations under a key that says which job and page it is of."""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from pagesync.domain.conversation import Lead

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LEADS = TypeAdapter(list[Lead])


class S3Payloads:
    """The bucket's own settings encrypt the objects and expire them after a day."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, *, prefix: str, leads: Sequence[Lead]) -> str:
        key = f"{prefix}/{uuid.uuid4()}.json"
        self._client.put_object(
            Bucket=self._bucket, Key=key, Body=_LEADS.dump_json(list(leads)), ContentType="application/json"
        )
        return key

    def get(self, key: str) -> Sequence[Lead]:
        return _LEADS.validate_json(self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read())
