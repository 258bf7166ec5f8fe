"""Pipelines and organisations in memory, beside the contacts in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pagesync.domain.contact import ActivityKind, Actor
from pagesync.domain.errors import Conflict
from pagesync.domain.organisation import Organisation
from pagesync.domain.page import OrgId
from pagesync.domain.pipeline import Pipeline
from tests.fakes.contacts import InMemoryContacts, Row, activity_at, placed

CHUNK = 10
"""Contacts moved at once; few, so that tests see several turns."""


class InMemoryPipelines:
    def __init__(self, contacts: InMemoryContacts) -> None:
        self._memory = contacts
        self._successors: dict[str, str | None] = {}

    def pipelines(self, org_id: OrgId) -> Sequence[Pipeline]:
        return self._memory.pipelines_of(org_id)

    def edit(
        self,
        org_id: OrgId,
        change: Callable[[Sequence[Pipeline]], Sequence[Pipeline]],
        *,
        contacts_to: str | None = None,
    ) -> Sequence[Pipeline]:
        with self._memory.lock:
            before = self.pipelines(org_id)
            after = change(before)
            gone = _stage_ids(before) - _stage_ids(after)
            if contacts_to is None and gone & self.contact_counts(org_id).keys():
                raise Conflict("There are contacts here. Say which stage they move to.", code="HAS_CONTACTS")
            self._archive(org_id, gone, before, after, contacts_to)
            for pipeline in after:
                _, stored = self._memory.stored_pipelines.get(pipeline.pipeline_id, (org_id, pipeline))
                kept = [stage for stage in stored.stages if stage.stage_id in self._memory.archived]
                both = replace(pipeline, stages=[*pipeline.stages, *kept])
                self._memory.stored_pipelines[pipeline.pipeline_id] = (org_id, both)
            return after

    def is_archived(self, org_id: OrgId, pipeline_id: str, stage_id: str | None = None) -> bool:
        owner, pipeline = self._memory.stored_pipelines.get(pipeline_id, (None, None))
        if pipeline is None or owner != org_id:
            return False
        known = stage_id is None or pipeline.stage(stage_id) is not None
        return known and (stage_id or pipeline_id) in self._memory.archived

    def contact_counts(self, org_id: OrgId) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for row in self._memory.rows(org_id):
            if row.contact.stage_id is not None:
                counts[row.contact.stage_id] = counts.get(row.contact.stage_id, 0) + 1
        return counts

    def move_on(self, org_id: OrgId, *, at: datetime) -> bool:
        with self._memory.lock:
            waiting = [row for row in self._memory.rows(org_id) if row.contact.stage_id in self._memory.archived]
            for row in waiting[:CHUNK]:
                self._move(row, at)
            return bool(waiting)

    def _archive(
        self,
        org_id: OrgId,
        gone: set[str],
        before: Sequence[Pipeline],
        after: Sequence[Pipeline],
        contacts_to: str | None,
    ) -> None:
        pipelines = {each.pipeline_id for each in before} - {each.pipeline_id for each in after}
        self._memory.archived |= gone | pipelines
        redirected = {origin for origin, target in self._successors.items() if target in gone}
        self._successors |= dict.fromkeys(gone | redirected, contacts_to)
        target = next((each.pipeline_id for each in after if contacts_to and each.stage(contacts_to)), None)
        for page in self._memory.pages(org_id):
            if page.auto_pipeline_id in pipelines:
                self._memory.store_page(replace(page, auto_pipeline_id=target))

    def _move(self, row: Row, at: datetime) -> None:
        contact, origin = row.contact, self._memory.place(row.org_id, row.contact.stage_id)
        assert origin is not None
        target = self._memory.place(row.org_id, self._successors.get(origin.stage_id))
        row.contact = placed(replace(contact, version=contact.version + 1, updated_at=at), target)
        activity = activity_at(
            at,
            ActivityKind.STAGE_CHANGED,
            Actor.HUMAN,
            f"Stage {origin.stage_name} was archived",
            from_stage_id=origin.stage_id,
            to_stage_id=row.contact.stage_id,
        )
        row.add(f"archived {origin.stage_id} {contact.version}", activity)


class InMemoryOrganisations:
    def __init__(self, contacts: InMemoryContacts) -> None:
        self._memory = contacts

    def organisation(self, org_id: OrgId) -> Organisation:
        return self._memory.stored_organisations.get(org_id, Organisation())

    def edit(self, org_id: OrgId, change: Callable[[Organisation], Organisation]) -> Organisation:
        with self._memory.lock:
            changed = self._memory.stored_organisations[org_id] = change(self.organisation(org_id))
            return changed


def _stage_ids(pipelines: Sequence[Pipeline]) -> set[str]:
    return {stage.stage_id for pipeline in pipelines for stage in pipeline.stages}
