"""Every night: close the jobs that nobody works on any more."""

from pagesync import bootstrap
from pagesync.messages.flow import SweepMessage, SweptMessage
from pagesync.runtime.tasks import task


@task(SweepMessage, done="jobs_swept")
def handler(_: SweepMessage) -> SweptMessage:
    return SweptMessage.of(bootstrap.sweep()())
