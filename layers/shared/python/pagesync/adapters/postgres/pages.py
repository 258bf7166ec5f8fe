"""Statements about Pages and their settings."""

from collections.abc import Callable, Sequence
from typing import Any

from psycopg.errors import UniqueViolation

from pagesync.adapters.postgres.connection import Cursor
from pagesync.adapters.postgres.identity import stored_id
from pagesync.adapters.postgres.organisations import lock, organisation_of
from pagesync.adapters.postgres.pipelines import stages_of
from pagesync.domain.errors import Conflict, InvalidRequest, NotFound
from pagesync.domain.page import (
    DEFAULT_CONFIDENCE_THRESHOLD,
    FacebookPageId,
    OrgId,
    PageProfile,
    Playbook,
    UpdateMode,
)
from pagesync.domain.pipeline import Pipeline
from pagesync.domain.text import fold

_PLAYBOOK = """
SELECT page.name AS page_name, page.update_mode, page.confidence_threshold, organisation.language,
       organisation.daily_budget_usd, pipeline.id AS pipeline_id, pipeline.name AS pipeline_name,
       stage.id AS stage_id, stage.name AS stage_name, stage.description, stage.kind
FROM facebook_page AS page
LEFT JOIN organisation ON organisation.org_id = page.org_id
LEFT JOIN pipeline
    ON pipeline.id = page.auto_pipeline_id AND pipeline.org_id = page.org_id AND NOT pipeline.archived
LEFT JOIN stage ON stage.pipeline_id = pipeline.id AND stage.org_id = page.org_id AND NOT stage.archived
WHERE page.id = %s AND page.org_id = %s
ORDER BY stage.position, stage.id
"""

_PAGES = """
SELECT page.id, page.page_id, page.name, page.picture_url, page.instagram_username, page.auto_pipeline_id,
       page.update_mode, page.confidence_threshold, coalesce(counted.contacts, 0) AS contact_count
FROM facebook_page AS page
LEFT JOIN (
    SELECT facebook_page_id, count(*) AS contacts FROM contact WHERE org_id = %(org_id)s GROUP BY facebook_page_id
) AS counted ON counted.facebook_page_id = page.id
WHERE page.org_id = %(org_id)s
"""

_ADD_PAGE = """
INSERT INTO facebook_page (
    id, org_id, page_id, name, picture_url, instagram_username, auto_pipeline_id, update_mode, confidence_threshold
)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, updated_at = now(),
    picture_url = coalesce(excluded.picture_url, facebook_page.picture_url),
    instagram_username = coalesce(excluded.instagram_username, facebook_page.instagram_username)
WHERE facebook_page.org_id = excluded.org_id AND facebook_page.page_id = excluded.page_id
RETURNING id
"""

_SAVE_SETTINGS = """
UPDATE facebook_page SET auto_pipeline_id = %s, update_mode = %s, confidence_threshold = %s, updated_at = now()
WHERE id = %s AND org_id = %s
"""

_IS_PIPELINE = "SELECT 1 FROM pipeline WHERE id = %s AND org_id = %s AND NOT archived"


def playbook(cursor: Cursor, org_id: OrgId, facebook_page_id: FacebookPageId) -> Playbook:
    rows = cursor.execute(_PLAYBOOK, (stored_id(facebook_page_id), org_id)).fetchall()
    if not rows:
        raise NotFound("There is no such Page.")
    page, organisation = rows[0], organisation_of(rows[0])
    return Playbook(
        page_name=page["page_name"],
        update_mode=UpdateMode(page["update_mode"]),
        pipeline=_pipeline(rows) if page["pipeline_id"] else None,
        confidence_threshold=_threshold(page),
        language=organisation.language.english_name,
        daily_budget_nano_usd=organisation.daily_budget_nano_usd,
    )


def of_organisation(cursor: Cursor, org_id: OrgId) -> Sequence[PageProfile]:
    """Sorted here: the collation of a database is its own, and Aurora DSQL has only the one by code point."""
    profiles = [
        PageProfile(
            facebook_page_id=FacebookPageId(str(row["id"])),
            org_id=org_id,
            page_id=row["page_id"],
            name=row["name"],
            picture_url=row["picture_url"],
            instagram_username=row["instagram_username"],
            auto_pipeline_id=row["auto_pipeline_id"] and str(row["auto_pipeline_id"]),
            update_mode=UpdateMode(row["update_mode"]),
            confidence_threshold=_threshold(row),
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
        profile.picture_url,
        profile.instagram_username,
        profile.auto_pipeline_id,
        profile.update_mode,
        profile.confidence_threshold,
    )
    try:
        added = cursor.execute(_ADD_PAGE, values).fetchone()
    except UniqueViolation:
        added = None
    if added is None:
        raise Conflict("This Page, or this id of a Page, is taken already.")


def edit(
    cursor: Cursor,
    org_id: OrgId,
    facebook_page_id: FacebookPageId,
    change: Callable[[PageProfile], PageProfile],
) -> PageProfile:
    """Under the organisation's lock, so that no pipeline is archived while a Page takes it."""
    lock(cursor, org_id)
    known = of_organisation(cursor, org_id)
    before = next((each for each in known if each.facebook_page_id == facebook_page_id), None)
    if before is None:
        raise NotFound("There is no such Page.")
    after = change(before)
    pipeline_id = after.auto_pipeline_id
    if pipeline_id not in (None, before.auto_pipeline_id):
        found = cursor.execute(_IS_PIPELINE, (stored_id(pipeline_id), org_id)).fetchone()
        if found is None:
            raise InvalidRequest("There is no such pipeline, or it is archived.", field="autoPipelineId")
    settings = (pipeline_id, after.update_mode, after.confidence_threshold)
    cursor.execute(_SAVE_SETTINGS, (*settings, facebook_page_id, org_id))
    return after


def _threshold(row: dict[str, Any]) -> int:
    found = row["confidence_threshold"]
    return DEFAULT_CONFIDENCE_THRESHOLD if found is None else found


def _pipeline(rows: Sequence[dict[str, Any]]) -> Pipeline:
    return Pipeline(str(rows[0]["pipeline_id"]), rows[0]["pipeline_name"], stages_of(rows))
