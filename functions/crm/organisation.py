"""Routes over the organisation's own settings."""

from pagesync import bootstrap
from pagesync.messages.organisation import EditOrganisationBody, OrganisationView
from pagesync.runtime.callers import OWNERS_ONLY, Routes

routes = Routes()


@routes.get("/api/organisation", summary="Language, budget, and what analyses cost today")
def organisation() -> OrganisationView:
    return OrganisationView.of(bootstrap.organisation().read(org_id=routes.org_id))


@routes.patch("/api/organisation", summary="Change language or budget", **OWNERS_ONLY)
def edit_organisation(body: EditOrganisationBody) -> OrganisationView:
    return OrganisationView.of(bootstrap.organisation().edit(org_id=routes.org_id, changes=body.changes()))
