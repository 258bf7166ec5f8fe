"""Rows of the contact table as the domain knows them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pagesync.adapters.postgres.identity import told_id
from pagesync.domain.contact import Actor
from pagesync.domain.contact_book import Analysis, Contact, ContactDetail, OpenSuggestion
from pagesync.domain.insight import Evidence, LeadStatus
from pagesync.domain.page import FacebookPageId

Row = Mapping[str, Any]

MICROSECOND = timedelta(microseconds=1)
"""Between activities of one moment, so that they are listed in their order."""


def contact_of(row: Row, tags: Sequence[str]) -> Contact:
    return Contact(**_shown(row, tags))


def detail_of(row: Row, tags: Sequence[str]) -> ContactDetail:
    return ContactDetail(
        **_shown(row, tags),
        name_set_by=actor_of(row["name_set_by"]),
        analysis=_analysis(row),
        suggestion=_suggestion(row),
        not_analysed=row["not_analysed"],
    )


def _shown(row: Row, tags: Sequence[str]) -> dict[str, Any]:
    """What a list shows of a contact."""
    return {
        "contact_id": str(row["id"]),
        "facebook_page_id": FacebookPageId(str(row["facebook_page_id"])),
        "messenger_psid": row["messenger_psid"],
        "instagram_sid": row["instagram_sid"],
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "last_interaction": row["last_interaction"] and utc(row["last_interaction"]),
        "ai_context": row["ai_context"],
        "lead_score": row["lead_score"],
        "lead_status": LeadStatus(row["lead_status"]) if row["lead_status"] else None,
        "pipeline_id": told_id(row["pipeline_id"]),
        "stage_id": told_id(row["stage_id"]),
        "stage_name": row["stage_name"],
        "stage_set_by": actor_of(row["stage_set_by"]),
        "confidence": row["ai_confidence"],
        "suggested_stage_id": told_id(row["suggested_stage_id"]),
        "suggested_stage_name": row["suggested_stage_name"],
        "tags": tags,
        "version": row["version"],
        "created_at": utc(row["created_at"]),
        "updated_at": utc(row["updated_at"]),
    }


def _analysis(row: Row) -> Analysis | None:
    if row["ai_context"] is None:
        return None
    return Analysis(
        summary=row["ai_context"],
        reasoning=row["ai_reasoning"],
        confidence=row["ai_confidence"],
        evidence=evidence_of(row["ai_evidence"]),
        model=row["ai_model"],
        prompt_version=row["ai_prompt_version"],
        analysed_at=utc(row["analysed_at"]),
    )


def _suggestion(row: Row) -> OpenSuggestion | None:
    if row["suggestion_code"] is None:
        return None
    return OpenSuggestion(
        code=row["suggestion_code"],
        reason=row["suggestion_reason"],
        pipeline_id=told_id(row["suggested_pipeline_id"]),
        stage_id=told_id(row["suggested_stage_id"]),
        lead_status=LeadStatus(row["suggested_status"]),
        lead_score=row["suggested_score"],
        confidence=row["suggested_confidence"],
        stage_name=row["suggested_stage_name"],
        suggested_at=utc(row["suggested_at"]),
    )


def evidence_of(stored: str | None) -> Sequence[Evidence]:
    return [Evidence(each["messageId"], each["quote"]) for each in json.loads(stored or "[]")]


def stored_evidence(evidence: Sequence[Evidence]) -> str:
    told = [{"messageId": each.message_id, "quote": each.quote} for each in evidence]
    return json.dumps(told, ensure_ascii=False)


def actor_of(stored: str | None) -> Actor | None:
    """None for NOBODY too: a name that only stands in for one."""
    return Actor(stored) if stored in set(Actor) else None


def utc(moment: datetime) -> datetime:
    """The same instant; the session's time zone, in which the driver tells it, is the server's affair."""
    return moment.astimezone(UTC)
