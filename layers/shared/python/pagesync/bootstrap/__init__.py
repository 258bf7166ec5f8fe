"""Composition root: settings choose the adapters, adapters fill the ports, and each verb is ready to be called.

One function a Lambda, run once a container. Adapters are imported inside, so that a function loads no library
it does not use.
"""

from pagesync.bootstrap.accounts import Accounts, accounts, check_tokens
from pagesync.bootstrap.crm import Crm, OrganisationVerbs, PipelineVerbs, crm, organisation, pipelines
from pagesync.bootstrap.schema import migrate
from pagesync.bootstrap.syncing import Control, Status, control, fetch_page, finalize, process_batch, status, sweep

__all__ = [
    "Accounts",
    "Control",
    "Crm",
    "OrganisationVerbs",
    "PipelineVerbs",
    "Status",
    "accounts",
    "check_tokens",
    "control",
    "crm",
    "fetch_page",
    "finalize",
    "migrate",
    "organisation",
    "pipelines",
    "process_batch",
    "status",
    "sweep",
]
