"""Read and change what an organisation has decided for all of its Pages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pagesync.domain.cost import Spend
from pagesync.domain.organisation import Organisation
from pagesync.domain.page import OrgId
from pagesync.ports import AnalysisBudget, Organisations


@dataclass(frozen=True, slots=True)
class OrganisationReport:
    """`today`: what its analyses cost since midnight, UTC."""

    organisation: Organisation
    today: Spend


def read_organisation(*, org_id: OrgId, organisations: Organisations, budget: AnalysisBudget) -> OrganisationReport:
    return OrganisationReport(organisations.organisation(org_id), budget.today(org_id))


def edit_organisation(
    *, org_id: OrgId, changes: Mapping[str, Any], organisations: Organisations, budget: AnalysisBudget
) -> OrganisationReport:
    """`changes` are new values of an Organisation."""

    def change(organisation: Organisation) -> Organisation:
        return replace(organisation, **changes)

    return OrganisationReport(organisations.edit(org_id, change), budget.today(org_id))
