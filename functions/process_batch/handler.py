"""State ProcessBatch."""

from pagesync import bootstrap
from pagesync.messages.flow import BatchTurnMessage, ProcessedMessage
from pagesync.runtime.tasks import task


@task(BatchTurnMessage, done="batch_processed")
def handler(turn: BatchTurnMessage) -> ProcessedMessage:
    return ProcessedMessage.of(bootstrap.process_batch()(turn.to_domain()))
