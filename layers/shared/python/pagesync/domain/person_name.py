"""What to call somebody: a first and a last name made of the one name Facebook displays.

Words stay in display order, so that a wrong guess only moves the boundary between first and last:

- the last word is the last name, together with the particles before it ("van der Berg"), a word linked to it
  ("Costa e Silva") and the suffixes after it ("Smith Jr.");
- the first word belongs to the first name, particle or not ("Van" Nguyen), with a word linked to it
  ("Anna & Ben" Cruz); an honorific never is all of it ("Dr. Ana" Cruz, "Mr. Smith");
- "Santos, Maria" is read as last name first;
- one word ("Madonna", "coffee.lover_88", "山田太郎") stays whole. East Asian names written with a space keep
  display order too: nothing in the text says which part is the family's.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pagesync.domain.conversation import Lead
from pagesync.domain.text import clipped, fold, follows_virama, printable

MAX_PART_CHARACTERS = 100


def _lexicon(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_PARTICLES = _lexicon(
    "af av de dem den der 't te ten ter op van vande vander vom von zu zum zur",
    "da dal dalla das de degli dei del dela della delle delos di do dos du la las le los san santa st",
    "abu al bin bint binti el ibn mac mc",
    "ابن ابو أبو آل بن بنت בן בת",
)
_LINKS = _lexicon("& + and e et i und y")
_SUFFIXES = _lexicon("jr jnr junior júnior sr snr senior ii iii iv filho neto phd md mba cpa esq")
_COMPANIES = _lexicon("inc llc llp ltd limited plc corp gmbh bv nv srl ltda pty")
_HONORIFICS = _lexicon("mr mrs ms mx miss dr dra prof sir rev engr atty herr frau mme mlle sr sra srta")

# What Graph calls people whose account is deleted or out of reach. Meta documents no such name: this is what
# answers are seen to hold.
_NOBODY = fold("Facebook User")

_COMMA = re.compile("[,\uff0c\u060c]")
_LETTERLIKE_EMOJI = re.compile("[0-9#*]\ufe0f?\u20e3|\u2139")
_ORNAMENT_CATEGORIES = frozenset(("So", "Co", "Cn"))
_JOINERS = frozenset("\u200c\u200d")
_EMOJI_PARTS = _JOINERS | frozenset("\ufe0e\ufe0f\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_FIRST_AND_LAST = 2


@dataclass(frozen=True, slots=True)
class PersonName:
    """`first` is never "" in a name made here; `last` is "" for somebody with a single name.

    `is_placeholder`: Facebook gave no name, and this one must not replace a real one.
    """

    first: str
    last: str = ""
    is_placeholder: bool = False


def name_of(lead: Lead) -> PersonName:
    """The name the person last wrote under, else the participant's own, else "User" and their id's end."""
    for displayed in _displayed_names(lead):
        name = split_name(displayed)
        if name is not None:
            return name
    person_id = lead.person.person_id if lead.person else None
    return PersonName("User", printable(person_id or "")[-6:].strip(), is_placeholder=True)


def split_name(displayed: str) -> PersonName | None:
    """First and last name, or None where `displayed` names nobody: no letter or digit, or "Facebook User"."""
    cleaned = _LETTERLIKE_EMOJI.sub(" ", printable(displayed))
    pieces = [words for piece in _COMMA.split(cleaned) if (words := _words(piece))]
    suffixes: list[str] = []
    while len(pieces) > 1 and all(map(_is_suffix, pieces[-1])):
        suffixes = pieces.pop() + suffixes
    if len(pieces) == _FIRST_AND_LAST and not all(map(_is_company, pieces[-1])):
        last, first = pieces
        return _name(first, last + suffixes)
    words = [word for piece in pieces for word in piece] + suffixes
    if not words or fold(" ".join(words)) == _NOBODY:
        return None
    start = _last_name_start(words)
    return _name(words[:start], words[start:])


def _displayed_names(lead: Lead) -> Iterator[str]:
    person = lead.person
    if person is None:
        return
    if person.person_id:
        senders = [message.sender for message in lead.conversation.messages if message.sender]
        yield from (sender.name or "" for sender in senders if sender.person_id == person.person_id)
    yield person.name or ""


def _words(piece: str) -> list[str]:
    """The words of `piece`, without emoji around them: those with a letter or digit, and links inside."""
    words = [_without_ornaments(word) for word in piece.split()]
    kept = [word for word in words if word in _LINKS or _is_named(word)]
    named = [index for index, word in enumerate(kept) if _is_named(word)]
    return kept[named[0] : named[-1] + 1] if named else []


def _is_named(word: str) -> bool:
    return any(map(str.isalnum, word))


def _without_ornaments(word: str) -> str:
    start, end = 0, len(word)
    # A mark without a letter before it is what is left of an emoji, or would hang on the space.
    while start < end and (_is_ornament(word[start]) or unicodedata.category(word[start]).startswith("M")):
        start += 1
    while start < end and _is_ornament(word[end - 1]) and not _is_shaping_joiner(word, end - 1):
        end -= 1
    return word[start:end]


def _is_ornament(char: str) -> bool:
    """Whether `char` is a symbol or part of an emoji; an unassigned one may be a newer emoji."""
    return char in _EMOJI_PARTS or unicodedata.category(char) in _ORNAMENT_CATEGORIES


def _is_shaping_joiner(word: str, index: int) -> bool:
    return word[index] in _JOINERS and follows_virama(word, index)


def _last_name_start(words: Sequence[str]) -> int:
    """Index of the last name's first word; `len(words)` where all of it is the first name."""
    end = _suffix_start(words)
    given = next((index for index, word in enumerate(words) if _key(word) not in _HONORIFICS), end)
    for index in range(given + 1, end - 1):
        if index == given:  # a link has just joined this word to the given name
            continue
        if _key(words[index]) in _PARTICLES:
            return index
        if words[index] in _LINKS:
            if index > given + 1:
                return index - 1
            given = index + 1
    return end - 1 if end - 1 > given else len(words)


def _suffix_start(words: Sequence[str]) -> int:
    end = len(words)
    while end > _FIRST_AND_LAST and _is_suffix(words[end - 1]):
        end -= 1
    return end


def _is_company(word: str) -> bool:
    return _key(word) in _COMPANIES


def _is_suffix(word: str) -> bool:
    return _key(word) in _SUFFIXES


def _key(word: str) -> str:
    """What `word` is looked up by: "Ph.D." and "PhD" are one."""
    return fold(word).replace(".", "")


def _name(first: Sequence[str], last: Sequence[str]) -> PersonName:
    first_part, last_part = (clipped(" ".join(part), MAX_PART_CHARACTERS) for part in (first, last))
    return PersonName(first_part, last_part)
