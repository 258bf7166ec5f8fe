"""State ProcessBatch."""

from pagesync import bootstrap
from pagesync.messages import BatchRefMessage, TallyMessage
from pagesync.runtime import task


@task(BatchRefMessage, done="batch_processed")
def handler(ref: BatchRefMessage) -> TallyMessage:
    return TallyMessage.of(bootstrap.process_batch()(ref.to_domain()))
