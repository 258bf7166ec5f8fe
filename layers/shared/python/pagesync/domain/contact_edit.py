"""What a person changes about a contact, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pagesync.domain.contact import ActivityKind, Actor
from pagesync.domain.errors import Conflict, InvalidRequest
from pagesync.domain.page import OrgId
from pagesync.domain.text import fold, printable

MOST_TAGS = 50
LONGEST_TAG = 100


@dataclass(frozen=True, slots=True)
class StageChoice:
    """`stage_id` None takes the contact out of its pipeline."""

    stage_id: str | None


@dataclass(frozen=True, slots=True)
class ContactEdit:
    """None leaves a thing as it is. `version` is the one the person has seen; None edits whichever there is.

    `ai_managed` gives the stage and the name back to the AI, and asks for a new analysis.
    """

    version: int | None = None
    first_name: str | None = None
    last_name: str | None = None
    stage: StageChoice | None = None
    tags: Sequence[str] | None = None
    ai_managed: bool = False


@dataclass(frozen=True, slots=True)
class EditContext:
    """Who edits, and when; `edit_id` is the same when an edit is tried again after a lost answer."""

    org_id: OrgId
    actor_id: str
    edit_id: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class StagePlace:
    """A stage with its names, as sentences need them."""

    pipeline_id: str
    pipeline_name: str
    stage_id: str
    stage_name: str


@dataclass(frozen=True, slots=True)
class Card:
    """What of a contact an edit can change. `is_analysed`: its conversation has been, as it is now."""

    version: int
    first_name: str
    last_name: str
    is_named_by_person: bool
    place: StagePlace | None
    stage_set_by: Actor | None
    has_suggestion: bool
    is_analysed: bool
    tags: Sequence[str]


@dataclass(frozen=True, slots=True)
class Happening:
    """An activity that an edit leaves behind."""

    kind: ActivityKind
    note: str
    from_stage_id: str | None = None
    to_stage_id: str | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """`card` is the same as before where nothing changed."""

    card: Card
    happenings: Sequence[Happening] = ()


def tags_of(given: Sequence[str]) -> Sequence[str]:
    """As they are stored: on one line, each once whatever its case. Raises InvalidRequest."""
    kept: dict[str, str] = {}
    for text in given:
        tag = printable(text)
        if not tag:
            raise InvalidRequest("A tag needs a letter, a digit or a sign.", field="tags")
        if len(tag) > LONGEST_TAG:
            raise InvalidRequest(f"A tag has at most {LONGEST_TAG} characters.", field="tags")
        kept.setdefault(fold(tag), tag)
    if len(kept) > MOST_TAGS:
        raise InvalidRequest(f"A contact has at most {MOST_TAGS} tags.", field="tags")
    return list(kept.values())


def edited(card: Card, edit: ContactEdit, chosen: StagePlace | None) -> Edited:
    """`chosen` is the stage of `edit`, which exists. Raises Conflict VERSION_CONFLICT and InvalidRequest.

    A stage that a person gives is their decision even where the contact is in it: it stays there, and is theirs.
    """
    if edit.version is not None and edit.version != card.version:
        raise Conflict(
            "Somebody else has changed this contact in the meantime. Load it again, then make your change.",
            code="VERSION_CONFLICT",
            current_version=card.version,
        )
    happenings: list[Happening] = []
    after = _renamed(card, edit, happenings)
    after = _placed(after, edit, chosen, happenings)
    after = _tagged(after, edit, happenings)
    after = _given_back(after, edit, happenings)
    return Edited(after, happenings)


def _renamed(card: Card, edit: ContactEdit, happenings: list[Happening]) -> Card:
    first = card.first_name if edit.first_name is None else edit.first_name
    last = card.last_name if edit.last_name is None else edit.last_name
    if (first, last) == (card.first_name, card.last_name):
        return card
    if not first and not last:
        raise InvalidRequest("A contact needs a first or a last name.", field="firstName")
    before, now = _full(card.first_name, card.last_name), _full(first, last)
    happenings.append(Happening(ActivityKind.NAME_CHANGED, f"Renamed from {before} to {now} by a person"))
    return replace(card, first_name=first, last_name=last, is_named_by_person=True)


def _placed(card: Card, edit: ContactEdit, chosen: StagePlace | None, happenings: list[Happening]) -> Card:
    if edit.stage is None:
        return card
    after = replace(card, place=chosen, stage_set_by=Actor.HUMAN, has_suggestion=False)
    if after != card:
        happenings.append(_stage_change(card, after, _placing(card.place, chosen)))
    return after


def _placing(before: StagePlace | None, chosen: StagePlace | None) -> str:
    if chosen is None:
        return "Taken out of the pipeline by a person" if before else "Kept out of the pipeline by a person"
    is_same = before is not None and before.stage_id == chosen.stage_id
    moved = f"Kept in {chosen.stage_name}" if is_same else f"Moved to {chosen.stage_name}"
    return f"{moved} in {chosen.pipeline_name} by a person"


def _tagged(card: Card, edit: ContactEdit, happenings: list[Happening]) -> Card:
    if edit.tags is None:
        return card
    before, wanted = {fold(tag): tag for tag in card.tags}, {fold(tag): tag for tag in edit.tags}
    added = [tag for key, tag in wanted.items() if key not in before]
    removed = [tag for key, tag in before.items() if key not in wanted]
    if not added and not removed:
        return card
    parts = [("added", added), ("removed", removed)]
    what = " and ".join(f"{verb} {', '.join(tags)}" for verb, tags in parts if tags)
    happenings.append(Happening(ActivityKind.TAGS_CHANGED, f"A person {what}"))
    return replace(card, tags=[before.get(key, tag) for key, tag in wanted.items()])


def _given_back(card: Card, edit: ContactEdit, happenings: list[Happening]) -> Card:
    if not edit.ai_managed:
        return card
    after = replace(card, is_named_by_person=False, is_analysed=False)
    if card.stage_set_by is Actor.HUMAN:
        after = replace(after, stage_set_by=None)
        happenings.append(_stage_change(card, after, "The stage was given back to the AI by a person"))
    if card.is_named_by_person:
        happenings.append(Happening(ActivityKind.NAME_CHANGED, "The name was given back to Facebook by a person"))
    return after


def _stage_change(before: Card, after: Card, note: str) -> Happening:
    stages = [card.place.stage_id if card.place else None for card in (before, after)]
    return Happening(ActivityKind.STAGE_CHANGED, note, *stages)


def _full(first: str, last: str) -> str:
    return f"{first} {last}".strip()
