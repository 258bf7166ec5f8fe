"""Exported files in S3, beside the conversations in transit: encrypted by the bucket, and gone after a day."""

import io
import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from boto3.s3.transfer import TransferConfig

from pagesync.domain.page import OrgId

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

URL_SECONDS = 300
SIGNING: dict[str, Any] = {
    "signature_version": "s3v4",
    "s3": {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
}
"""SigV4, as nothing else opens what KMS has encrypted; by the bucket's host in its region, as the global host may
redirect a new bucket's readers, which a signature does not survive.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
"""
PART_BYTES = 8 * 1024**2

# In this thread, which asks for one part after the other: a part and what follows it are all there is in memory.
_ONE_BY_ONE = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False)


class S3ExportFiles:
    """`client` is made with SIGNING. The bucket clears up what broke off."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def write(self, *, org_id: OrgId, name: str, chunks: Iterable[bytes]) -> str:
        key = f"exports/{org_id}/{uuid.uuid4()}.csv"
        about = {
            "ContentType": "text/csv; charset=utf-8",
            "ContentDisposition": f'attachment; filename="{name}"',
        }
        stream: Any = io.BufferedReader(_Stream(iter(chunks)))
        self._client.upload_fileobj(stream, self._bucket, key, ExtraArgs=about, Config=_ONE_BY_ONE)
        asked = {"Bucket": self._bucket, "Key": key}
        return self._client.generate_presigned_url("get_object", Params=asked, ExpiresIn=URL_SECONDS)


class _Stream(io.RawIOBase):
    """Chunks as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken
