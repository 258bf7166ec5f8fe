"""ExportFiles behaves alike in memory and on S3; on S3 it takes no more memory than a few parts."""

import io
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from moto import mock_aws

from pagesync.adapters.s3_exports import PART_BYTES, SIGNING, URL_SECONDS, S3ExportFiles
from pagesync.ports import ExportFiles
from tests import samples
from tests.fakes.exports import InMemoryExportFiles

Read = Callable[[str], bytes]
MIB = 1024**2


@pytest.fixture
def bucket() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", config=Config(**SIGNING))
        client.create_bucket(Bucket="payloads")
        yield client


def key_of(url: str) -> str:
    return urlsplit(url).path.lstrip("/").removeprefix("payloads/")


@pytest.fixture(params=["memory", "s3"])
def made(request: pytest.FixtureRequest, bucket: Any) -> tuple[ExportFiles, Read]:
    if request.param == "memory":
        files = InMemoryExportFiles()
        return files, files.files.__getitem__
    return S3ExportFiles(bucket, "payloads"), lambda url: bucket.get_object(Bucket="payloads", Key=key_of(url))[
        "Body"
    ].read()


@pytest.mark.parametrize(
    "chunks",
    [
        [],
        [b""],
        [b"one line\r\n"],
        [b"a", b"", b"b" * 100_000, b"", b"c"],
        [b"x" * (PART_BYTES - 1), b"y"],
        [b"x" * PART_BYTES],
        [b"x" * PART_BYTES, b"y"],
        [bytes([65 + n % 26]) * 300_000 for n in range(80)],
    ],
    ids=[
        "nothing",
        "an empty chunk",
        "a line",
        "odd chunks",
        "a part in two",
        "a part",
        "a part and a bit",
        "parts",
    ],
)
def test_a_file_has_all_chunks_in_their_order(made: tuple[ExportFiles, Read], chunks: list[bytes]) -> None:
    files, read = made
    url = files.write(org_id=samples.ORG, name="contacts.csv", chunks=iter(chunks))
    assert read(url) == b"".join(chunks)


def test_every_file_has_a_url_of_its_own(made: tuple[ExportFiles, Read]) -> None:
    files, read = made
    urls = [files.write(org_id=samples.ORG, name="contacts.csv", chunks=[text]) for text in (b"one", b"two")]
    assert [read(url) for url in urls] == [b"one", b"two"]


def test_what_breaks_while_a_file_is_written_is_told(made: tuple[ExportFiles, Read]) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x" * (PART_BYTES + 1)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        made[0].write(org_id=samples.ORG, name="contacts.csv", chunks=chunks())


def test_a_url_on_s3_is_signed_for_minutes_and_downloads_under_the_name(bucket: Any) -> None:
    url = S3ExportFiles(bucket, "payloads").write(org_id=samples.ORG, name="contacts-2026.csv", chunks=[b"x"])
    signed = parse_qs(urlsplit(url).query)
    assert signed["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert signed["X-Amz-Expires"] == [str(URL_SECONDS)]
    assert key_of(url).startswith(f"exports/{samples.ORG}/")
    stored = bucket.get_object(Bucket="payloads", Key=key_of(url))
    assert stored["ContentDisposition"] == 'attachment; filename="contacts-2026.csv"'
    assert stored["ContentType"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_a_url_on_s3_needs_no_redirect(region: str) -> None:
    client = boto3.client("s3", region_name=region, config=Config(**SIGNING))
    client.meta.events.register("before-send.s3", _answered)
    url = S3ExportFiles(client, "payloads").write(org_id=samples.ORG, name="contacts.csv", chunks=[])
    assert urlsplit(url).hostname == f"payloads.s3.{region}.amazonaws.com"


def test_a_file_of_hundreds_of_mebibytes_takes_the_memory_of_a_few_parts() -> None:
    """Nobody keeps what is sent: only what the upload itself holds is measured."""
    client = boto3.client("s3")
    client.meta.events.register("before-send.s3", _answered)
    tracemalloc.start()
    try:
        chunks = (b"x" * MIB for _ in range(200))
        S3ExportFiles(client, "payloads").write(org_id=samples.ORG, name="contacts.csv", chunks=chunks)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6 * PART_BYTES


def _answered(request: AWSPreparedRequest, **_: object) -> AWSResponse:
    body = b"<Started><UploadId>u</UploadId></Started>" if request.method == "POST" else b""
    return AWSResponse(request.url, 200, {"ETag": '"e"'}, _Body(body))


class _Body(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()
