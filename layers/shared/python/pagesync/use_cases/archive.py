"""Archive pipelines and stages, and move their contacts to a stage that stays."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from pagesync.domain.errors import Conflict, NotFound
from pagesync.domain.page import OrgId
from pagesync.domain.pipeline import Pipeline, check_target, with_changed_pipeline, without_pipeline
from pagesync.ports import Clock, Pipelines
from pagesync.use_cases.read_pipelines import CountedPipeline, read_pipeline

LONGEST_MOVE = timedelta(seconds=18)
"""The gateway waits 30 s for an answer, and a last transaction may need a few more."""


def archive_stage(
    *,
    org_id: OrgId,
    pipeline_id: str,
    stage_id: str,
    contacts_to: str | None,
    pipelines: Pipelines,
    clock: Clock,
) -> CountedPipeline:
    """Raises NotFound, InvalidRequest for a target that does not stay, and Conflict: HAS_CONTACTS without a target,
    LAST_OPEN_STAGE, STILL_MOVING.

    Nobody enters the stage any more once its archiving is committed. Contacts follow in as many transactions as
    they need; repeating the call, with whatever target, goes on with what an earlier one left.
    """

    def leave(found: Sequence[Pipeline]) -> Sequence[Pipeline]:
        return with_changed_pipeline(found, pipeline_id, lambda pipeline: pipeline.without_stage(stage_id))

    _archive(org_id, (pipeline_id, stage_id), leave, contacts_to, pipelines)
    _move_all(org_id, pipelines, clock)
    return read_pipeline(org_id, pipeline_id, pipelines)


def archive_pipeline(
    *, org_id: OrgId, pipeline_id: str, contacts_to: str | None, pipelines: Pipelines, clock: Clock
) -> None:
    """As `archive_stage`, with all its stages. Pages that used it get the target's pipeline, or none."""

    def leave(found: Sequence[Pipeline]) -> Sequence[Pipeline]:
        return without_pipeline(found, pipeline_id)

    _archive(org_id, (pipeline_id, None), leave, contacts_to, pipelines)
    _move_all(org_id, pipelines, clock)


def _archive(
    org_id: OrgId,
    what: tuple[str, str | None],
    leave: Callable[[Sequence[Pipeline]], Sequence[Pipeline]],
    contacts_to: str | None,
    pipelines: Pipelines,
) -> None:
    def change(found: Sequence[Pipeline]) -> Sequence[Pipeline]:
        kept = leave(found)
        check_target(kept, contacts_to)
        return kept

    try:
        pipelines.edit(org_id, change, contacts_to=contacts_to)
    except NotFound:
        if not pipelines.is_archived(org_id, *what):
            raise


def _move_all(org_id: OrgId, pipelines: Pipelines, clock: Clock) -> None:
    end = clock.now() + LONGEST_MOVE
    while pipelines.move_on(org_id, at=clock.now()):
        if clock.now() > end:
            raise Conflict(
                "It is archived, and its contacts are still being moved. Repeat the call to go on.",
                code="STILL_MOVING",
            )
