"""Which Pages a stack starts with, and connecting them through the product's own code."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from local.aws import Aws
from local.deploy import Deployment
from local.errors import StackError
from pagesync.adapters.clock import SystemClock
from pagesync.adapters.dynamodb import DynamoLedger, DynamoPages
from pagesync.adapters.dynamodb.entries import Entries
from pagesync.adapters.dynamodb.table import Table
from pagesync.adapters.kms import KmsCipher
from pagesync.adapters.postgres.connection import postgresql
from pagesync.adapters.postgres.pipelines import PostgresPipelines
from pagesync.adapters.postgres.store import PostgresContacts
from pagesync.domain.page import OrgId
from pagesync.use_cases.connect_page import connect_page
from simulators.graph import demo_world


class PageToConnect(BaseModel):
    """An entry of the file in LOCAL_PAGES."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, frozen=True, extra="forbid")

    page_id: str
    name: str
    access_token: str
    instagram_account_id: str | None = None


@dataclass(frozen=True, slots=True)
class ConnectedPage:
    """`facebook_page_id` is our id of the Page, `page_id` is Meta's."""

    facebook_page_id: str
    page_id: str
    name: str
    org_id: str


def pages_to_connect(pages_file: Path | None) -> list[PageToConnect]:
    """Those in the file, or the demo Page. Raises StackError with the first thing wrong in the file."""
    if pages_file is None:
        return [
            PageToConnect(page_id=page.id, name=page.name, access_token=page.access_token)
            for page in demo_world().pages
        ]
    try:
        pages = TypeAdapter(list[PageToConnect]).validate_json(pages_file.read_bytes())
    except OSError as error:
        raise StackError(f"LOCAL_PAGES: {pages_file} cannot be read: {error.strerror}.") from None
    except ValidationError as error:
        # The value may be a token, so it is left out.
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise StackError(f"LOCAL_PAGES: in {pages_file}, {place}: {first['msg']}.") from None
    if not pages:
        raise StackError(f"LOCAL_PAGES: {pages_file} has no page in it.")
    return pages


def connect_pages(
    pages: Sequence[PageToConnect], *, org_id: str, aws: Aws, deployment: Deployment, database_url: str
) -> list[ConnectedPage]:
    """Connect them for the organisation; a Page connected before keeps its id, settings and history."""
    jobs = Table(aws.client("dynamodb"), deployment.jobs_table)
    with closing(postgresql(database_url)) as database:
        connect = partial(
            connect_page,
            org_id=OrgId(org_id),
            ledger=DynamoLedger(jobs, Entries(jobs, SystemClock(), retention=timedelta(days=90))),
            directory=DynamoPages(jobs),
            cipher=KmsCipher(aws.client("kms"), deployment.token_key_arn),
            contacts=PostgresContacts(database),
            pipelines=PostgresPipelines(database),
        )
        ids = [
            connect(
                page_id=page.page_id,
                name=page.name,
                token=page.access_token,
                instagram_account_id=page.instagram_account_id,
            )
            for page in pages
        ]
    return [
        ConnectedPage(facebook_page_id, page.page_id, page.name, org_id)
        for facebook_page_id, page in zip(ids, pages, strict=True)
    ]
