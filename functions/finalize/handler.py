"""State Finalize."""

from pagesync import bootstrap
from pagesync.messages.flow import FinalizedMessage, FinalizeMessage
from pagesync.runtime.tasks import task


@task(FinalizeMessage, done="job_finalized")
def handler(end: FinalizeMessage) -> FinalizedMessage:
    return FinalizedMessage.of(bootstrap.finalize()(**end.to_domain()))
