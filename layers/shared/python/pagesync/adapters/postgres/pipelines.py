"""`Pipelines` on PostgreSQL."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pagesync.adapters.postgres.connection import Cursor, Database
from pagesync.adapters.postgres.identity import stored_id
from pagesync.adapters.postgres.organisations import lock
from pagesync.domain.contact import ActivityKind, Actor
from pagesync.domain.errors import Conflict
from pagesync.domain.page import OrgId
from pagesync.domain.pipeline import Pipeline, Stage, StageKind

# Each contact moved writes two rows, itself and an activity. A transaction of Aurora DSQL takes 3,000 and 10 MiB:
# https://docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html
_CONTACTS_IN_A_TRANSACTION = 1_000

_PIPELINES = """
SELECT pipeline.id AS pipeline_id, pipeline.name AS pipeline_name,
       stage.id AS stage_id, stage.name AS stage_name, stage.description, stage.kind
FROM pipeline
LEFT JOIN stage ON stage.pipeline_id = pipeline.id AND stage.org_id = pipeline.org_id AND NOT stage.archived
WHERE pipeline.org_id = %s AND NOT pipeline.archived
ORDER BY pipeline.created_at, pipeline.id, stage.position, stage.id
"""

_ADD_PIPELINE = "INSERT INTO pipeline (id, org_id, name) VALUES (%s, %s, %s)"
_RENAME_PIPELINE = "UPDATE pipeline SET name = %s WHERE id = %s AND org_id = %s"
_ARCHIVE_PIPELINES = "UPDATE pipeline SET archived = true WHERE org_id = %s AND id = ANY(%s)"

_ADD_STAGE = """
INSERT INTO stage (pipeline_id, position, name, description, kind, id, org_id) VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_CHANGE_STAGE = """
UPDATE stage SET pipeline_id = %s, position = %s, name = %s, description = %s, kind = %s
WHERE id = %s AND org_id = %s
"""
_ARCHIVE_STAGES = "UPDATE stage SET archived = true, successor_id = %s WHERE org_id = %s AND id = ANY(%s)"
# Who was on the way to a stage that is archived now goes on from there.
_REDIRECT = """
UPDATE stage SET successor_id = %s
WHERE org_id = %s AND successor_id = ANY(%s) AND pipeline_id IN (SELECT id FROM pipeline WHERE org_id = %s)
"""
_HAS_CONTACTS = "SELECT 1 FROM contact WHERE org_id = %s AND stage_id = ANY(%s) LIMIT 1"
_CHANGE_PAGES = """
UPDATE facebook_page SET auto_pipeline_id = %s, updated_at = now() WHERE org_id = %s AND auto_pipeline_id = ANY(%s)
"""

_ARCHIVED_PIPELINE = "SELECT 1 FROM pipeline WHERE id = %s AND org_id = %s AND archived"
_ARCHIVED_STAGE = "SELECT 1 FROM stage WHERE id = %s AND org_id = %s AND pipeline_id = %s AND archived"

_CONTACT_COUNTS = """
SELECT stage_id, count(*) AS contacts FROM contact WHERE org_id = %s AND stage_id IS NOT NULL GROUP BY stage_id
"""

_STAGE_TO_LEAVE = """
SELECT stage.id, stage.name, target.id AS target_id, target.pipeline_id AS target_pipeline_id
FROM pipeline
JOIN stage ON stage.pipeline_id = pipeline.id AND stage.org_id = pipeline.org_id AND stage.archived
LEFT JOIN stage AS target
    ON target.id = stage.successor_id AND target.org_id = pipeline.org_id AND NOT target.archived
WHERE pipeline.org_id = %s
    AND EXISTS (SELECT 1 FROM contact WHERE contact.org_id = pipeline.org_id AND contact.stage_id = stage.id)
LIMIT 1
"""
_MOVE = """
UPDATE contact SET stage_id = %s, pipeline_id = %s, version = version + 1, updated_at = %s
WHERE org_id = %s AND stage_id = %s
    AND id IN (SELECT id FROM contact WHERE org_id = %s AND stage_id = %s ORDER BY id LIMIT %s)
RETURNING id
"""
_TELL = """
INSERT INTO contact_activity (id, org_id, contact_id, kind, actor, note, from_stage_id, to_stage_id, created_at)
SELECT gen_random_uuid(), org_id, id, %s, %s, %s, %s, %s, %s FROM contact WHERE org_id = %s AND id = ANY(%s)
"""


class PostgresPipelines:
    def __init__(self, database: Database) -> None:
        self._database = database

    def pipelines(self, org_id: OrgId) -> Sequence[Pipeline]:
        return self._database.read(lambda cursor: _pipelines(cursor, org_id))

    def edit(
        self,
        org_id: OrgId,
        change: Callable[[Sequence[Pipeline]], Sequence[Pipeline]],
        *,
        contacts_to: str | None = None,
    ) -> Sequence[Pipeline]:
        def work(cursor: Cursor) -> Sequence[Pipeline]:
            lock(cursor, org_id)
            before = _pipelines(cursor, org_id)
            after = change(before)
            _write(cursor, org_id, before, after)
            _archive(cursor, org_id, before, after, contacts_to)
            return after

        return self._database.run(work)

    def is_archived(self, org_id: OrgId, pipeline_id: str, stage_id: str | None = None) -> bool:
        pipeline = stored_id(pipeline_id)
        if stage_id is None:
            statement, values = _ARCHIVED_PIPELINE, (pipeline, org_id)
        else:
            statement, values = _ARCHIVED_STAGE, (stored_id(stage_id), org_id, pipeline)
        return self._database.read(lambda cursor: cursor.execute(statement, values).fetchone()) is not None

    def contact_counts(self, org_id: OrgId) -> Mapping[str, int]:
        rows = self._database.read(lambda cursor: cursor.execute(_CONTACT_COUNTS, (org_id,)).fetchall())
        return {str(row["stage_id"]): row["contacts"] for row in rows}

    def move_on(self, org_id: OrgId, *, at: datetime) -> bool:
        return self._database.run(lambda cursor: _move_on(cursor, org_id, at))


class _Place(NamedTuple):
    """A stage where it stands: all there is to store of it."""

    pipeline_id: str
    position: int
    stage: Stage


def _pipelines(cursor: Cursor, org_id: OrgId) -> Sequence[Pipeline]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in cursor.execute(_PIPELINES, (org_id,)):
        found.setdefault(str(row["pipeline_id"]), []).append(row)
    return [Pipeline(pipeline_id, rows[0]["pipeline_name"], stages_of(rows)) for pipeline_id, rows in found.items()]


def stages_of(rows: Sequence[dict[str, Any]]) -> Sequence[Stage]:
    return [
        Stage(str(row["stage_id"]), row["stage_name"], row["description"], StageKind(row["kind"]))
        for row in rows
        if row["stage_id"]
    ]


def _places(pipelines: Sequence[Pipeline]) -> dict[str, _Place]:
    return {
        stage.stage_id: _Place(pipeline.pipeline_id, position, stage)
        for pipeline in pipelines
        for position, stage in enumerate(pipeline.stages)
    }


def _write(cursor: Cursor, org_id: OrgId, before: Sequence[Pipeline], after: Sequence[Pipeline]) -> None:
    """What is new or other than it was."""
    names = {pipeline.pipeline_id: pipeline.name for pipeline in before}
    for pipeline in after:
        if pipeline.pipeline_id not in names:
            cursor.execute(_ADD_PIPELINE, (pipeline.pipeline_id, org_id, pipeline.name))
        elif pipeline.name != names[pipeline.pipeline_id]:
            cursor.execute(_RENAME_PIPELINE, (pipeline.name, pipeline.pipeline_id, org_id))
    known = _places(before)
    for stage_id, place in _places(after).items():
        if place != known.get(stage_id):
            stage = place.stage
            values = (place.pipeline_id, place.position, stage.name, stage.description, stage.kind)
            cursor.execute(_CHANGE_STAGE if stage_id in known else _ADD_STAGE, (*values, stage_id, org_id))


def _archive(
    cursor: Cursor, org_id: OrgId, before: Sequence[Pipeline], after: Sequence[Pipeline], contacts_to: str | None
) -> None:
    """What is left out."""
    places = _places(after)
    stages = [stored_id(stage_id) for stage_id in _places(before).keys() - places.keys()]
    if not stages:
        return
    # First: it waits for whoever is placing a contact there at this moment, who is then seen.
    cursor.execute(_ARCHIVE_STAGES, (contacts_to, org_id, stages))
    if contacts_to is None and cursor.execute(_HAS_CONTACTS, (org_id, stages)).fetchone():
        raise Conflict("There are contacts here. Say which stage they move to.", code="HAS_CONTACTS")
    cursor.execute(_REDIRECT, (contacts_to, org_id, stages, org_id))
    kept = {pipeline.pipeline_id for pipeline in after}
    pipelines = [stored_id(each.pipeline_id) for each in before if each.pipeline_id not in kept]
    if pipelines:
        target = places[contacts_to].pipeline_id if contacts_to else None
        cursor.execute(_ARCHIVE_PIPELINES, (org_id, pipelines))
        cursor.execute(_CHANGE_PAGES, (target, org_id, pipelines))


def _move_on(cursor: Cursor, org_id: OrgId, at: datetime) -> bool:
    stage = cursor.execute(_STAGE_TO_LEAVE, (org_id,)).fetchone()
    if stage is None:
        return False
    origin, target = stage["id"], stage["target_id"]
    chosen = (org_id, origin, org_id, origin, _CONTACTS_IN_A_TRANSACTION)
    moved = cursor.execute(_MOVE, (target, stage["target_pipeline_id"], at, *chosen)).fetchall()
    told = (ActivityKind.STAGE_CHANGED, Actor.HUMAN, f"Stage {stage['name']} was archived", origin, target, at)
    cursor.execute(_TELL, (*told, org_id, [row["id"] for row in moved]))
    return True
