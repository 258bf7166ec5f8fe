"""Statements about Pages, pipelines and their stages."""

from collections.abc import Sequence
from typing import Any

from psycopg.errors import UniqueViolation

from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import stored_id
from pagesync.domain.errors import Conflict, NotFound
from pagesync.domain.page import FacebookPageId, OrgId, PageProfile, Playbook, UpdateMode
from pagesync.domain.pipeline import Pipeline, Stage, StageKind
from pagesync.domain.text import fold

_PLAYBOOK = """
SELECT page.name AS page_name, page.update_mode, pipeline.id AS pipeline_id, pipeline.name AS pipeline_name,
       stage.id AS stage_id, stage.name AS stage_name, stage.description, stage.kind
FROM facebook_page AS page
LEFT JOIN pipeline
    ON pipeline.id = page.auto_pipeline_id AND pipeline.org_id = page.org_id AND NOT pipeline.archived
LEFT JOIN stage ON stage.pipeline_id = pipeline.id AND stage.org_id = page.org_id AND NOT stage.archived
WHERE page.id = %s AND page.org_id = %s
ORDER BY stage.position, stage.id
"""

_PAGES = """
SELECT page.id, page.page_id, page.name, page.instagram_username, page.auto_pipeline_id, page.update_mode,
       coalesce(counted.contacts, 0) AS contact_count
FROM facebook_page AS page
LEFT JOIN (
    SELECT facebook_page_id, count(*) AS contacts FROM contact WHERE org_id = %(org_id)s GROUP BY facebook_page_id
) AS counted ON counted.facebook_page_id = page.id
WHERE page.org_id = %(org_id)s
"""

_ADD_PAGE = """
INSERT INTO facebook_page (id, org_id, page_id, name, instagram_username, auto_pipeline_id, update_mode)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, updated_at = now()
WHERE facebook_page.org_id = excluded.org_id AND facebook_page.page_id = excluded.page_id
RETURNING id
"""

_ADD_PIPELINE = (
    "INSERT INTO pipeline (id, org_id, name) VALUES (%s, %s, %s) ON CONFLICT (id) DO NOTHING RETURNING id"
)

_ADD_STAGE = """
INSERT INTO stage (id, org_id, pipeline_id, name, description, kind, position) VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def playbook(cursor: Cursor, org_id: OrgId, facebook_page_id: FacebookPageId) -> Playbook:
    rows = cursor.execute(_PLAYBOOK, (stored_id(facebook_page_id), org_id)).fetchall()
    if not rows:
        raise NotFound("There is no such Page.")
    page = rows[0]
    return Playbook(
        page_name=page["page_name"],
        update_mode=UpdateMode(page["update_mode"]),
        pipeline=_pipeline(rows) if page["pipeline_id"] else None,
    )


def of_organisation(cursor: Cursor, org_id: OrgId) -> Sequence[PageProfile]:
    """Sorted here: the collation of a database is its own, and Aurora DSQL has only the one by code point."""
    profiles = [
        PageProfile(
            facebook_page_id=FacebookPageId(str(row["id"])),
            org_id=org_id,
            page_id=row["page_id"],
            name=row["name"],
            instagram_username=row["instagram_username"],
            auto_pipeline_id=row["auto_pipeline_id"] and str(row["auto_pipeline_id"]),
            update_mode=UpdateMode(row["update_mode"]),
            contact_count=row["contact_count"],
        )
        for row in cursor.execute(_PAGES, {"org_id": org_id})
    ]
    return sorted(profiles, key=lambda profile: (fold(profile.name), profile.facebook_page_id))


def add_page(cursor: Cursor, profile: PageProfile) -> None:
    values = (
        profile.facebook_page_id,
        profile.org_id,
        profile.page_id,
        profile.name,
        profile.instagram_username,
        profile.auto_pipeline_id,
        profile.update_mode,
    )
    try:
        added = cursor.execute(_ADD_PAGE, values).fetchone()
    except UniqueViolation:
        added = None
    if added is None:
        raise Conflict("This Page, or this id of a Page, is taken already.")


def add_pipeline(cursor: Cursor, org_id: OrgId, pipeline: Pipeline) -> None:
    if cursor.execute(_ADD_PIPELINE, (pipeline.pipeline_id, org_id, pipeline.name)).fetchone() is None:
        return
    cursor.executemany(
        _ADD_STAGE,
        [
            (stage.stage_id, org_id, pipeline.pipeline_id, stage.name, stage.description, stage.kind, position)
            for position, stage in enumerate(pipeline.stages)
        ],
    )


def _pipeline(rows: Sequence[dict[str, Any]]) -> Pipeline:
    stages = [
        Stage(str(row["stage_id"]), row["stage_name"], row["description"], StageKind(row["kind"]))
        for row in rows
        if row["stage_id"]
    ]
    return Pipeline(str(rows[0]["pipeline_id"]), rows[0]["pipeline_name"], stages)
