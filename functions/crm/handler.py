"""Routes over Pages, contacts, pipelines and the organisation, one module a topic."""

import contacts
import organisation
import pages
import pipelines
from pagesync.runtime.http import HttpApi

handler = HttpApi()
handler.include_router(pages.routes)
handler.include_router(contacts.routes)
handler.include_router(pipelines.routes)
handler.include_router(organisation.routes)
