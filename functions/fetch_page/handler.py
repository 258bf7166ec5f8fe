"""States FetchPage and FetchNextPage."""

from pagesync import bootstrap
from pagesync.messages.flow import FetchedMessage, PageRequestMessage
from pagesync.runtime.tasks import task


@task(PageRequestMessage, done="page_fetched")
def handler(request: PageRequestMessage) -> FetchedMessage:
    return FetchedMessage.of(bootstrap.fetch_page()(request.to_domain()))
