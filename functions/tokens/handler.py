"""Every day: see dead and dying tokens before a sync needs them."""

from pagesync import bootstrap
from pagesync.messages.flow import CheckedMessage, CheckTokensMessage
from pagesync.runtime.tasks import task


@task(CheckTokensMessage, done="tokens_checked")
def handler(_: CheckTokensMessage) -> CheckedMessage:
    return CheckedMessage.of(bootstrap.check_tokens()())
