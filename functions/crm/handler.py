"""Routes over Pages and contacts, one module a topic."""

import contacts
import pages
from pagesync.runtime import HttpApi

handler = HttpApi()
handler.include_router(pages.routes)
handler.include_router(contacts.routes)
