"""The Graph API simulator's worlds: deterministic, believable, irregular where real inboxes are, and lazy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise

import pytest

from simulators.graph import DEMO_PAGE_ID, World, big_world, demo_world, instagram_world, odd_world, world_named
from simulators.graph.identity import Identifiers
from simulators.graph.material import mix, phrasebook
from simulators.graph.model import Conversation, Platform

LATIN_SCRIPTS_ASIDE = {"ar": "ARABIC", "ja": "CJK|HIRAGANA|KATAKANA", "ko": "HANGUL"}


def inbox(world: World, platform: Platform = "messenger") -> list[Conversation]:
    listing = world.pages[0].inboxes[platform]
    return [conversation for _, conversation in listing.following(None, len(listing))]


@cache
def demo() -> tuple[Conversation, ...]:
    return tuple(inbox(demo_world()))


def customers(conversation: Conversation, owner_id: str = DEMO_PAGE_ID) -> list[str | None]:
    return [one.name for one in conversation.participants if one.id != owner_id]


def test_the_same_seed_gives_the_same_world_in_another_process() -> None:
    script = (
        "from simulators.graph import demo_world, instagram_world, odd_world\n"
        "import hashlib\n"
        "rows = [str(row) for world in (demo_world(), instagram_world(), odd_world())"
        " for box in world.pages[0].inboxes.values() for row in box.following(None, 1000)]\n"
        "print(hashlib.sha256('\\n'.join(rows).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


def test_another_seed_gives_other_people_and_other_ids() -> None:
    first, second = inbox(big_world(50, seed=1)), inbox(big_world(50, seed=2))
    assert not {one.id for one in first} & {one.id for one in second}
    assert [customers(one) for one in first] != [customers(one) for one in second]


def test_the_demo_has_352_conversations_of_which_5_customers_have_a_name_but_no_id() -> None:
    without_id = [one for row in demo() for one in row.participants if one.id is None]
    assert len(demo()) == 352
    assert len(without_id) == 5
    assert all(one.name for one in without_id)
    ids = [one.id for row in demo() for one in row.participants if one.id not in (None, DEMO_PAGE_ID)]
    assert len(set(ids)) == len(ids) == 347


def test_every_demo_thread_has_the_page_and_one_customer() -> None:
    assert all(len(row.participants) == 2 for row in demo())
    assert all(DEMO_PAGE_ID in {one.id for one in row.participants} for row in demo())


def test_the_demo_holds_the_irregularities_of_real_inboxes() -> None:
    names = [name for row in demo() for name in customers(row)]
    assert names.count("Facebook User") >= 3
    assert names.count(None) >= 3
    assert sum(1 for name in names if name and len(name.split()) == 1) >= 5
    assert {"Ludwig van der Berg", "Jenny 🌸", "Kofi", "山田 太郎", "Ὀδυσσέας"} <= set(names)
    messages = [message for row in demo() for message in row.messages]
    assert sum(1 for message in messages if message.sender is None) >= 3
    assert sum(1 for message in messages if message.text == "") >= 20
    assert sum(1 for message in messages if message.text is None) >= 1
    wordless = [row for row in demo() if not any(message.text for message in row.messages)]
    assert 6 <= len(wordless) <= 30
    assert sum(1 for row in wordless if not row.messages) >= 2
    assert sum(first.updated_at == second.updated_at for first, second in pairwise(demo())) >= 2


def test_a_name_missing_among_the_participants_may_stand_in_the_messages() -> None:
    nameless = [row for row in demo() if None in customers(row) and row.messages]
    from_names = [
        any(m.sender and m.sender.id != DEMO_PAGE_ID and m.sender.name for m in row.messages) for row in nameless
    ]
    assert set(from_names) == {True, False}


def test_conversations_hardly_repeat_each_other() -> None:
    texts = Counter(tuple(message.text for message in row.messages) for row in demo() if len(row.messages) > 1)
    assert max(texts.values()) <= 2
    openings = Counter(row.messages[-1].text for row in demo() if row.messages)
    assert max(count for text, count in openings.items() if text) <= 8


def test_the_demo_speaks_many_languages_about_many_things() -> None:
    languages = Counter(row.language for row in demo())
    kinds = Counter(row.kind for row in demo())
    assert set(languages) == set(mix().languages.names)
    assert languages["en"] < 352 * 0.65
    wanted = {"price_question", "order", "complaint", "spam", "one_word", "wholesale_ready", "wrong_number", "lost"}
    assert wanted <= {kind for kind, count in kinds.items() if count >= 5}


def test_the_page_answers_what_was_asked() -> None:
    expected = {
        "do you have parking": "spots",
        "is the café dog friendly?": "bowl",
        "do you have oat milk": "Oat",
        "refund please": "refund",
        "send me the link, i'll pay right now": "Sent!",
    }
    seen: Counter[str] = Counter()
    for row in inbox(big_world(3000, seed=8)):
        talk = row.messages[::-1]
        for asked, answered in pairwise(talk):
            question = (asked.text or "").lower().replace("??", "?")
            by_page = answered.sender is not None and answered.sender.id == DEMO_PAGE_ID
            if question in expected and by_page:
                assert expected[question] in (answered.text or "")
                seen[question] += 1
    assert all(seen[question] >= 5 for question in expected)


@pytest.mark.parametrize("language", sorted(LATIN_SCRIPTS_ASIDE))
def test_other_scripts_are_written_in_their_own_letters(language: str) -> None:
    script = re.compile(LATIN_SCRIPTS_ASIDE[language])
    spoken = [m.text for row in demo() if row.language == language for m in row.messages if m.text]
    native = [text for text in spoken if any(script.search(unicodedata.name(letter, "")) for letter in text)]
    assert len(native) > 0.7 * len(spoken)


def test_no_line_is_left_with_an_open_slot() -> None:
    worlds = (demo(), inbox(big_world(1500, seed=4)), inbox(instagram_world(), "instagram"))
    texts = [message.text for world in worlds for row in world for message in row.messages if message.text]
    assert [text for text in texts if re.search(r"\{\w*\}|\bNone\b", text)] == []
    assert [text for text in texts if text != text.strip()] == []


def test_every_language_answers_the_everyday_questions() -> None:
    for language in mix().languages.names:
        assert {"price_question", "order", "wholesale_ready", "complaint", "one_word"} <= set(
            phrasebook(language).scripts
        )


def test_messages_run_newest_first_and_end_when_the_thread_was_updated() -> None:
    for row in (*demo(), *inbox(odd_world())):
        times = [message.created_at for message in row.messages]
        assert times == sorted(times, reverse=True)
        assert not times or times[0] == row.updated_at


def test_threads_and_messages_have_ids_of_their_own() -> None:
    rows = (*demo(), *inbox(instagram_world(), "instagram"))
    message_ids = [message.id for row in rows for message in row.messages]
    assert len(set(message_ids)) == len(message_ids)
    assert all(re.fullmatch(r"t_\d{17}", row.id) for row in demo())
    assert all(re.fullmatch(r"m_[\w-]{60,90}", message.id) for row in demo() for message in row.messages)


@pytest.mark.parametrize("platform", ["messenger", "instagram"])
def test_ids_lead_back_to_where_they_came_from(platform: Platform) -> None:
    ids = Identifiers(seed=9, owner_id="17841400000000500", platform=platform)
    other = Identifiers(seed=10, owner_id="17841400000000500", platform=platform)
    for index in (0, 1, 77, 999_999):
        assert ids.thread_index(ids.thread_id(index)) == index
        assert ids.person_index(ids.person_id(index)) == index
        assert ids.message_place(ids.message_id(index, 3)) == (index, 3)
        assert other.message_place(ids.message_id(index, 3)) is None
    for nonsense in ("", "t_1", "m_", "t_" + "9" * 40, "aWdfZAG06", "٣٣٣", "x" * 5000):
        assert ids.thread_index(nonsense) is None
        assert ids.person_index(nonsense) is None
        assert ids.message_place(nonsense) is None


def test_a_large_world_costs_nothing_until_asked() -> None:
    started = time.process_time()
    listing = big_world(1_000_000).pages[0].inboxes["messenger"]
    page = listing.following(900_000, 100)
    assert time.process_time() - started < 1.0
    assert [place for place, _ in page] == list(range(900_001, 900_101))
    assert len({row.id for _, row in page}) == 100
    times = [row.updated_at for _, row in page]
    assert times == sorted(times, reverse=True)


def test_every_customer_of_a_large_world_can_be_saved() -> None:
    for row in inbox(big_world(400)):
        people = [one for one in row.participants if one.id != DEMO_PAGE_ID]
        assert all(one.id and one.name and one.name != "Facebook User" for one in people)
        assert row.messages


def test_the_odd_world_holds_groups_and_threads_without_a_customer() -> None:
    sizes = [len(row.participants) for row in inbox(odd_world())]
    assert sizes[:2] == [3, 1]


@pytest.mark.parametrize("name", ["demo", "instagram", "two-pages", "many-pages", "odd", "big:10"])
def test_worlds_are_found_by_name(name: str) -> None:
    assert world_named(name).pages


@pytest.mark.parametrize("name", ["", "big", "big:", "big:-1", "Demo"])
def test_other_names_are_no_worlds(name: str) -> None:
    with pytest.raises(ValueError, match="unknown world"):
        world_named(name)
