"""Who in a conversation is a lead, and whether they wrote anything."""

import pytest

from pagesync.domain.conversation import Conversation, Lead, Message, Person, leads_of

PAGE = Person("100000000000001", "Bean There")
INSTAGRAM = Person("17841400000000002", "bean.there")
MARIA = Person("7000000001", "Maria Santos")
JUAN = Person("7000000002", "Juan de la Cruz")
NAMELESS = Person("7000000003")
WITHOUT_ID = Person(None, "Somebody")
OWN_IDS = frozenset(("100000000000001", "17841400000000002"))


def conversation(*participants: Person, messages: tuple[Message, ...] = ()) -> Conversation:
    return Conversation("t_1", updated_at=None, participants=participants, messages=messages)


def said(sender: Person | None, text: str) -> Message:
    return Message(sent_at=None, sender=sender, text=text)


@pytest.mark.parametrize(
    ("participants", "people"),
    [
        ((MARIA, PAGE), [MARIA]),
        ((PAGE, MARIA), [MARIA]),
        ((INSTAGRAM, JUAN), [JUAN]),
        ((MARIA, PAGE, JUAN, NAMELESS), [MARIA, JUAN, NAMELESS]),
        ((PAGE, WITHOUT_ID), [WITHOUT_ID]),
        ((PAGE, INSTAGRAM), [None]),
        ((PAGE,), [None]),
        ((), [None]),
    ],
)
def test_every_participant_but_the_business_is_a_lead(
    participants: tuple[Person, ...], people: list[Person | None]
) -> None:
    talk = conversation(*participants)

    assert leads_of(talk, OWN_IDS) == [Lead(person, talk, OWN_IDS) for person in people]


@pytest.mark.parametrize(
    ("messages", "has_text"),
    [
        ((), False),
        ((said(MARIA, ""),), False),
        ((said(MARIA, " \n\t "),), False),
        ((said(PAGE, "How can we help?"),), False),
        ((said(INSTAGRAM, "How can we help?"), said(MARIA, "")), False),
        ((said(MARIA, "Hi"),), True),
        ((said(PAGE, "How can we help?"), said(MARIA, ""), said(MARIA, "Price?")), True),
        ((said(None, "The person's name is missing here"),), True),
        ((said(WITHOUT_ID, "Hi"),), True),
    ],
)
def test_a_lead_has_text_once_anybody_but_the_business_wrote_words(
    messages: tuple[Message, ...], has_text: bool
) -> None:
    lead = Lead(MARIA, conversation(MARIA, PAGE, messages=messages), OWN_IDS)

    assert lead.has_text is has_text
