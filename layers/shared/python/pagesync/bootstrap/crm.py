"""The verbs over contacts, Pages, pipelines and the organisation."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from pagesync.adapters.clock import SystemClock
from pagesync.bootstrap import shared
from pagesync.settings import CrmSettings, DatabaseSettings

if TYPE_CHECKING:
    from pagesync.domain.contact_book import ContactDetail
    from pagesync.ports import ContactBook
    from pagesync.use_cases.export_contacts import Exported


@dataclass(frozen=True, slots=True)
class Crm:
    """The verbs of the crm function; where nothing is decided, contacts are read straight from their book."""

    book: "ContactBook"
    edit_contact: "Callable[..., ContactDetail]"
    export_contacts: "Callable[..., Exported]"
    read_pages: Callable[..., Any]
    edit_page: Callable[..., Any]


@cache
def crm() -> Crm:
    from pagesync.adapters.postgres.book import PostgresContactBook
    from pagesync.adapters.s3_exports import SIGNING, S3ExportFiles
    from pagesync.use_cases.edit_contact import edit_contact
    from pagesync.use_cases.edit_page import edit_page
    from pagesync.use_cases.export_contacts import export_contacts
    from pagesync.use_cases.read_pages import read_pages

    settings = CrmSettings()  # pyright: ignore[reportCallIssue]
    book = PostgresContactBook(shared.database(settings))
    contacts, directory = shared.contacts(settings), shared.directory(settings)
    return Crm(
        book=book,
        edit_contact=partial(edit_contact, book=book, directory=directory, clock=SystemClock()),
        export_contacts=partial(
            export_contacts,
            most_contacts=settings.export_contacts,
            book=book,
            files=S3ExportFiles(shared.client("s3", **SIGNING), settings.payload_bucket),
            clock=SystemClock(),
        ),
        read_pages=partial(read_pages, contacts=contacts, directory=directory),
        edit_page=partial(edit_page, contacts=contacts, directory=directory),
    )


@dataclass(frozen=True, slots=True)
class PipelineVerbs:
    """The verbs over pipelines of the crm function."""

    read: Callable[..., Any]
    create: Callable[..., Any]
    edit: Callable[..., Any]
    archive: Callable[..., Any]
    add_stage: Callable[..., Any]
    edit_stage: Callable[..., Any]
    archive_stage: Callable[..., Any]


@cache
def pipelines() -> PipelineVerbs:
    from pagesync.adapters.postgres.pipelines import PostgresPipelines
    from pagesync.use_cases.archive import archive_pipeline, archive_stage
    from pagesync.use_cases.edit_pipelines import add_stage, create_pipeline, edit_pipeline, edit_stage
    from pagesync.use_cases.read_pipelines import read_pipelines

    store, clock = PostgresPipelines(shared.database(DatabaseSettings())), SystemClock()
    return PipelineVerbs(
        read=partial(read_pipelines, pipelines=store, clock=clock),
        create=partial(create_pipeline, pipelines=store),
        edit=partial(edit_pipeline, pipelines=store),
        archive=partial(archive_pipeline, pipelines=store, clock=clock),
        add_stage=partial(add_stage, pipelines=store),
        edit_stage=partial(edit_stage, pipelines=store),
        archive_stage=partial(archive_stage, pipelines=store, clock=clock),
    )


@dataclass(frozen=True, slots=True)
class OrganisationVerbs:
    read: Callable[..., Any]
    edit: Callable[..., Any]


@cache
def organisation() -> OrganisationVerbs:
    from pagesync.adapters.postgres.organisations import PostgresOrganisations
    from pagesync.use_cases.organisation import edit_organisation, read_organisation

    settings = CrmSettings()  # pyright: ignore[reportCallIssue]
    store, budget = PostgresOrganisations(shared.database(settings)), shared.budget(settings)
    return OrganisationVerbs(
        read=partial(read_organisation, organisations=store, budget=budget),
        edit=partial(edit_organisation, organisations=store, budget=budget),
    )
