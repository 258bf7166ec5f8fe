"""What makes a conversation worth another analysis."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from pagesync.domain.conversation import Lead, Message, Person
from pagesync.domain.fingerprint import fingerprint
from pagesync.domain.page import Playbook, UpdateMode
from pagesync.domain.pipeline import Pipeline, Stage, StageKind
from tests.samples import NOON
from tests.talks import SALES, talk

LEAD = talk("How much is it?", "$29")
PLAYBOOK = Playbook("Sunrise", pipeline=SALES)


def changed(**changes: object) -> Lead:
    """The lead with its newest message changed."""
    newest, *rest = LEAD.conversation.messages
    messages = [replace(newest, **changes), *rest]  # type: ignore[arg-type]
    return replace(LEAD, conversation=replace(LEAD.conversation, messages=messages))


@pytest.mark.parametrize(
    "change",
    [
        {"text": "$30"},
        {"sent_at": NOON + timedelta(hours=1)},
        {"sender": Person("77", "Friend")},
        {"attachments": ("image",)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_sent_when_and_by_whom_counts(change: dict[str, object]) -> None:
    assert fingerprint(changed(**change), PLAYBOOK) != fingerprint(LEAD, PLAYBOOK)


def test_another_kind_of_attachment_counts() -> None:
    one, other = changed(attachments=("image",)), changed(attachments=("file offer.pdf",))
    assert fingerprint(one, PLAYBOOK) != fingerprint(other, PLAYBOOK)


def test_the_id_of_a_message_does_not_count() -> None:
    assert fingerprint(changed(message_id="m_other"), PLAYBOOK) == fingerprint(LEAD, PLAYBOOK)


def test_a_new_message_and_a_new_stage_count() -> None:
    conversation = LEAD.conversation
    longer = replace(conversation, messages=[Message(NOON, None, "And now?"), *conversation.messages])
    renamed = Playbook("Sunrise", pipeline=Pipeline("pipe-1", "Sales", [Stage("stage-1", "Brand new")]))
    assert fingerprint(replace(LEAD, conversation=longer), PLAYBOOK) != fingerprint(LEAD, PLAYBOOK)
    assert fingerprint(LEAD, renamed) != fingerprint(LEAD, PLAYBOOK)


# What the Page and its organisation decide


def with_stages(change: Callable[[list[Stage]], list[Stage]]) -> Playbook:
    return replace(PLAYBOOK, pipeline=replace(SALES, stages=change(list(SALES.stages))))


def with_stage(place: int, **values: object) -> Playbook:
    return with_stages(
        lambda stages: [*stages[:place], replace(stages[place], **values), *stages[place + 1 :]]  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "playbook",
    [
        with_stage(0, name="Fresh"),
        with_stage(0, description="Anybody."),
        with_stage(0, stage_id="another"),
        with_stage(0, kind=StageKind.LOST),
        with_stages(lambda stages: stages[1:]),
        with_stages(lambda stages: [stages[1], stages[0], *stages[2:]]),
        replace(PLAYBOOK, pipeline=None),
        replace(PLAYBOOK, language="French"),
    ],
    ids=["name", "description", "stage", "kind", "fewer", "order", "none", "language"],
)
def test_what_the_analyst_is_told_of_stages_and_language_makes_another_analysis(playbook: Playbook) -> None:
    assert fingerprint(LEAD, playbook) != fingerprint(LEAD, PLAYBOOK)


@pytest.mark.parametrize(
    "playbook",
    [
        with_stage(-2, name="Sold", description="Paid in full."),
        with_stages(lambda stages: [*stages[:-2], stages[-1], stages[-2]]),
        with_stages(lambda stages: stages[:-2]),
        replace(PLAYBOOK, pipeline=replace(SALES, name="Deals")),
        replace(PLAYBOOK, page_name="Sunset Coffee"),
        replace(PLAYBOOK, update_mode=UpdateMode.UPDATE_EXISTING),
        replace(PLAYBOOK, confidence_threshold=90),
        replace(PLAYBOOK, daily_budget_nano_usd=1),
    ],
    ids=[
        "won stage",
        "closed stages' order",
        "no closed stages",
        "pipeline",
        "page",
        "mode",
        "threshold",
        "budget",
    ],
)
def test_what_the_analyst_is_not_told_or_does_not_judge_by_makes_no_other_analysis(playbook: Playbook) -> None:
    assert fingerprint(LEAD, playbook) == fingerprint(LEAD, PLAYBOOK)


def test_a_pipeline_of_closed_stages_is_as_none() -> None:
    closed = Pipeline("pipe-9", "Closed", [Stage("won", "Won", kind=StageKind.WON)])
    none = replace(PLAYBOOK, pipeline=None)
    assert fingerprint(LEAD, replace(PLAYBOOK, pipeline=closed)) == fingerprint(LEAD, none)
