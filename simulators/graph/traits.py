"""The irregularities of real inboxes, and how often each occurs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Literal

Naming = Literal["shown", "facebook_user", "absent_in_participants", "absent"]
Silence = Literal["sticker", "attachment", "media_hidden", "no_messages"]


@dataclass(frozen=True, slots=True)
class Traits:
    """What is unusual about one conversation.

    - `name`, `language`: the customer's exact name and language, None to draw one.
    - `naming`: deleted accounts are named "Facebook User"; some names lack in `participants` or everywhere.
    - `has_id`: False for a participant the API returns without an id.
    - `silence`: a conversation without one word of text, and why.
    - `second_customer`: a group thread.
    - `only_page`: nobody but the Page is listed.
    """

    name: str | None = None
    language: str | None = None
    naming: Naming = "shown"
    has_id: bool = True
    page_first: bool = False
    silence: Silence | None = None
    system_line: bool = False
    attachment: bool = False
    shares_second: bool = False
    visits: int = 1
    second_customer: bool = False
    only_page: bool = False


def drawn(rng: Random) -> Traits:
    """Traits at the rates of an ordinary inbox."""
    return Traits(
        naming=_naming(rng.random()),
        page_first=rng.random() < 0.3,
        silence=_silence(rng.random()),
        system_line=rng.random() < 0.03,
        attachment=rng.random() < 0.10,
        shares_second=rng.random() < 0.02,
        visits=_visits(rng.random()),
    )


def regular(rng: Random) -> Traits:
    """Drawn traits without those that would hide who the customer is."""
    return replace(drawn(rng), naming="shown", silence=None)


def _naming(roll: float) -> Naming:
    if roll < 0.012:
        return "facebook_user"
    if roll < 0.020:
        return "absent_in_participants"
    return "absent" if roll < 0.028 else "shown"


def _silence(roll: float) -> Silence | None:
    if roll < 0.010:
        return "sticker"
    if roll < 0.017:
        return "attachment"
    if roll < 0.020:
        return "media_hidden"
    return "no_messages" if roll < 0.023 else None


def _visits(roll: float) -> int:
    if roll < 0.012:
        return 8
    return 3 if roll < 0.06 else 2 if roll < 0.22 else 1
