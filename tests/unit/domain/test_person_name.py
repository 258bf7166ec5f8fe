"""What people are called, from the names Facebook and Instagram display."""

# ruff: noqa: RUF001 - letters of other scripts that look like Latin ones are the point here

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagesync.domain.conversation import Conversation, Lead, Message, Person
from pagesync.domain.person_name import MAX_PART_CHARACTERS, PersonName, name_of, split_name
from pagesync.domain.text import printable

PSID = "6543210987654321"
PAGE = Person("100000000000001", "Bean There")

any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=250)
# Characters that names turn on: letters of several scripts, marks, joiners, emoji, commas, controls.
telling_text = st.text("aB1 ,.&-'\u0301\u200d\u200c\ufe0f\u20e3❤👩🇵🇭日가م\u0d28\u0d4d\u202e\x00\ud800", max_size=40)
telling_words = (
    *("Maria", "Ana", "Santos", "Santos,", ",", "van", "der", "de", "e", "&", "Jr.", "PhD", "Dr.", "Mr."),
    *("Facebook", "User", "❤️", "-", "1️⃣", "山田", "محمد", "بن"),
)
lexical_text = st.lists(st.sampled_from(telling_words), max_size=9).map(" ".join)
names = any_text | telling_text | lexical_text


@pytest.mark.parametrize(
    ("displayed", "first", "last"),
    [
        # one name
        ("Madonna", "Madonna", ""),
        ("O'Brien", "O'Brien", ""),
        ("Jean-Luc", "Jean-Luc", ""),
        # first and last, several given names, initials
        ("Maria Santos", "Maria", "Santos"),
        ("Maria Clara Santos", "Maria Clara", "Santos"),
        ("Ana Lucía Fernanda Gómez", "Ana Lucía Fernanda", "Gómez"),
        ("John F. Kennedy", "John F.", "Kennedy"),
        ("Anna-Lena Müller-Lüdenscheidt", "Anna-Lena", "Müller-Lüdenscheidt"),
        ("Иван Иванович Петров", "Иван Иванович", "Петров"),
        ("maria santos", "maria", "santos"),
        # particles
        ("Vincent van Gogh", "Vincent", "van Gogh"),
        ("Vincent Van Gogh", "Vincent", "Van Gogh"),
        ("Ludwig van der Berg", "Ludwig", "van der Berg"),
        ("Maria Clara de los Santos", "Maria Clara", "de los Santos"),
        ("Juan de la Cruz", "Juan", "de la Cruz"),
        ("Juan dela Cruz", "Juan", "dela Cruz"),
        ("Ursula von der Leyen", "Ursula", "von der Leyen"),
        ("Karl-Theodor von und zu Guttenberg", "Karl-Theodor", "von und zu Guttenberg"),
        ("João da Silva", "João", "da Silva"),
        ("Ana Paula dos Santos Silva", "Ana Paula", "dos Santos Silva"),
        ("Leonardo di Caprio", "Leonardo", "di Caprio"),
        ("Benicio del Toro", "Benicio", "del Toro"),
        ("Marine Le Pen", "Marine", "Le Pen"),
        ("Erik ten Hag", "Erik", "ten Hag"),
        ("Hilma af Klint", "Hilma", "af Klint"),
        ("Gerard 't Hooft", "Gerard", "'t Hooft"),
        ("John St. Clair", "John", "St. Clair"),
        ("Mohamed Al Fayed", "Mohamed", "Al Fayed"),
        ("Abdullah bin Abdulaziz Al Saud", "Abdullah", "bin Abdulaziz Al Saud"),
        ("Nawal El-Saadawi", "Nawal", "El-Saadawi"),
        # a particle that is the first word, or has nothing after it, is a name
        ("Van Nguyen", "Van", "Nguyen"),
        ("Al Pacino", "Al", "Pacino"),
        ("Al", "Al", ""),
        ("Anh Do", "Anh", "Do"),
        ("Van Van Dyke", "Van", "Van Dyke"),
        # linked names, and couples
        ("Maria Costa e Silva", "Maria", "Costa e Silva"),
        ("José Ortega y Gasset", "José", "Ortega y Gasset"),
        ("Anna & Ben Müller", "Anna & Ben", "Müller"),
        ("Anna und Ben", "Anna und Ben", ""),
        ("Ann & Bob & Van der Meer", "Ann & Bob & Van", "der Meer"),
        ("Maria I Santos", "Maria I", "Santos"),
        ("Maria Santos e", "Maria Santos", "e"),
        # suffixes stay with the last name
        ("John Smith Jr.", "John", "Smith Jr."),
        ("John Smith jr", "John", "Smith jr"),
        ("John Q. Smith III", "John Q.", "Smith III"),
        ("Juan de la Cruz II", "Juan", "de la Cruz II"),
        ("Carlos Silva Neto", "Carlos", "Silva Neto"),
        ("Ana Reyes MD PhD", "Ana", "Reyes MD PhD"),
        ("Ana Reyes, Ph.D.", "Ana", "Reyes Ph.D."),
        ("John Smith, Jr.", "John", "Smith Jr."),
        # companies keep their order
        ("Acme, Inc.", "Acme", "Inc."),
        ("Blue Harbor Coffee, LLC", "Blue Harbor Coffee", "LLC"),
        ("Carlos Junior", "Carlos", "Junior"),
        ("Md Rahim Uddin", "Md Rahim", "Uddin"),
        # an honorific goes with the name after it, and is never all of a first name
        ("Dr. Ana Cruz", "Dr. Ana", "Cruz"),
        ("Prof. Dr. Hans von Weber", "Prof. Dr. Hans", "von Weber"),
        ("Mr. Smith", "Mr. Smith", ""),
        ("Frau Müller", "Frau Müller", ""),
        ("Mr. Smith Jr.", "Mr. Smith Jr.", ""),
        ("Sr. Juan de la Cruz", "Sr. Juan", "de la Cruz"),
        ("Dr.", "Dr.", ""),
        # last name first
        ("Santos, Maria", "Maria", "Santos"),
        ("Santos,Maria Clara", "Maria Clara", "Santos"),
        ("van der Berg, Johan", "Johan", "van der Berg"),
        ("Smith, John, Jr.", "John", "Smith Jr."),
        ("Smith Jr., John", "John", "Smith Jr."),
        ("Smith, John, Jr., PhD", "John", "Smith Jr. PhD"),
        ("山田\uff0c太郎", "太郎", "山田"),
        ("Santos,", "Santos", ""),
        (", Maria Santos", "Maria", "Santos"),
        ("Ana, Ben, Carla", "Ana Ben", "Carla"),
        # Instagram usernames
        ("coffee.lover_88", "coffee.lover_88", ""),
        ("_maria_", "_maria_", ""),
        ("12345", "12345", ""),
        # scripts without spaces, or with another order: display order is kept
        ("山田太郎", "山田太郎", ""),
        ("山田 太郎", "山田", "太郎"),
        ("김민준", "김민준", ""),
        ("김 민준", "김", "민준"),
        ("สมชาย", "สมชาย", ""),
        ("สมชาย ใจดี", "สมชาย", "ใจดี"),
        ("Nguyễn Văn An", "Nguyễn Văn", "An"),
        ("葛\U000e0100城 花子", "葛\U000e0100城", "花子"),
        # right to left
        ("محمد صلاح", "محمد", "صلاح"),
        ("محمد بن سلمان آل سعود", "محمد", "بن سلمان آل سعود"),
        ("דוד בן גוריון", "דוד", "בן גוריון"),
        ("\u202eMaria Santos\u202c", "Maria", "Santos"),
        ("\u2067שרה\u2069 כהן\u200f", "שרה", "כהן"),
        # emoji and symbols go from the ends of words, and stay inside them
        ("❤️ Maria Santos 🔥🔥", "Maria", "Santos"),
        ("Maria ❤️ Santos", "Maria", "Santos"),
        ("👩\u200d👧Maria Santos👍🏽", "Maria", "Santos"),
        ("🇵🇭 Maria Santos 🇵🇭", "Maria", "Santos"),
        ("Maria Santos 1️⃣", "Maria", "Santos"),
        ("★彡 Maria Santos 彡★", "彡 Maria Santos", "彡"),
        ("Ma❤ria Santos", "Ma❤ria", "Santos"),
        ("Maria\uf8ff \U0001faffSantos", "Maria", "Santos"),
        ("Maria - Santos !!!", "Maria", "Santos"),
        ("Ke$ha", "Ke$ha", ""),
        ("$avage", "$avage", ""),
        # marks and joiners
        ("Zoe\u0308 Dvor\u030ca\u0301k", "Zoe\u0308", "Dvor\u030ca\u0301k"),
        ("❤\u0301\u0301Maria", "Maria", ""),
        ("❤\u200cMaria\u200c", "Maria", ""),
        ("\u0d4d\u200cMaria", "Maria", ""),
        ("കുമാര\u0d4d❤️", "കുമാര\u0d4d", ""),
        ("മോഹന\u0d4d\u200d ലാല\u0d4d\u200d", "മോഹന\u0d4d\u200d", "ലാല\u0d4d\u200d"),
        ("علی\u200cرضا احمدی", "علی\u200cرضا", "احمدی"),
        # spacing and junk
        ("  Maria \u00a0\t Santos\n", "Maria", "Santos"),
        ("Mar\u200bia\x00Santos", "Maria", "Santos"),
        ("Ma\ud83dria \udc00Santos", "Maria", "Santos"),
        ("\u3164Maria\u3164", "Maria", ""),
        # nearly, but not, the name of a deleted account
        ("Facebook", "Facebook", ""),
        ("Facebook User Santos", "Facebook User", "Santos"),
    ],
)
def test_a_displayed_name_is_split_into_first_and_last(displayed: str, first: str, last: str) -> None:
    assert split_name(displayed) == PersonName(first, last)


@pytest.mark.parametrize(
    "displayed",
    [
        "",
        "   ",
        ".",
        "!!! ???",
        "-_-",
        "&",
        ",,,",
        "❤️",
        "👩\u200d👩\u200d👧 🔥",
        "🇵🇭",
        "1️⃣ #️⃣",
        "ℹ️",  # which Unicode counts as a letter
        "\u0301\u0301",
        "\u3164\u3164",
        "\u2800",
        "\u200b\u200d\u202e",
        "\x00\x01",
        "\ud83d",
        "\ufffd\ufffd",
        "Facebook User",
        "facebook user",
        " FACEBOOK\u00a0 USER ",
        "Facebook\u200b User",
        "🙂 Facebook User",
        "Ｆａｃｅｂｏｏｋ Ｕｓｅｒ",
    ],
)
def test_what_names_nobody_gives_no_name(displayed: str) -> None:
    assert split_name(displayed) is None


def test_each_part_of_a_very_long_name_is_bounded() -> None:
    assert split_name(f"{'M' * 5000} {'S' * 5000}") == PersonName("M" * 100, "S" * 100)
    assert split_name("Maria " * 1000) == PersonName(("Maria " * 17)[:100].rstrip(), "Maria")


def test_a_very_long_name_is_not_cut_inside_a_character() -> None:
    assert split_name("M" * 99 + "e\u0308" * 50) == PersonName("M" * 99)
    assert split_name("M" * 98 + "👩\u200d👧" + "M" * 50) == PersonName("M" * 98)


@given(names)
def test_any_text_gives_a_clean_bounded_name_or_none(displayed: str) -> None:
    name = split_name(displayed)

    if name is None:
        return
    assert name.first
    for part in (name.first, name.last):
        assert len(part) <= MAX_PART_CHARACTERS
        assert printable(part) == part
        part.encode()


@given(telling_text | lexical_text)
def test_a_first_name_has_a_letter_or_digit(displayed: str) -> None:
    name = split_name(displayed)

    if name is None:
        return
    assert any(map(str.isalnum, name.first))


@given(names)
def test_a_name_is_made_of_the_displayed_characters(displayed: str) -> None:
    name = split_name(displayed)

    if name is None:
        return
    assert set(name.first + name.last) <= {*displayed, " "}


@given(names)
def test_without_a_comma_the_parts_joined_are_in_display_order(displayed: str) -> None:
    name = split_name(displayed.replace(",", " "))

    if name is None:
        return
    rest = iter(displayed)
    assert all(char in rest for char in (name.first + name.last).replace(" ", ""))


@given(lexical_text.map(lambda text: text.replace(",", " ")))
def test_splitting_the_joined_parts_again_gives_the_same_name(displayed: str) -> None:
    name = split_name(displayed)

    if name is None:
        return
    assert split_name(f"{name.first} {name.last}") == name


def lead(person: Person | None, *senders: Person | None) -> Lead:
    """A lead whose conversation has one message of each of `senders`, newest first."""
    messages = tuple(Message(sent_at=None, sender=sender, text="Hi") for sender in senders)
    participants = (PAGE,) if person is None else (PAGE, person)
    return Lead(person, Conversation("t_1", None, participants, messages), frozenset(("100000000000001",)))


def test_the_name_comes_from_the_persons_messages_before_the_participant() -> None:
    maria = lead(Person(PSID, "Maria S."), Person(PSID, "Maria Santos"))

    assert name_of(maria) == PersonName("Maria", "Santos")


def test_the_newest_message_with_a_usable_name_counts() -> None:
    unusable = (None, Person(PSID), Person(PSID, "Facebook User"))
    senders = (*unusable, Person(PSID, "Maria New"), Person(PSID, "Maria Old"))

    assert name_of(lead(Person(PSID, "Maria Santos"), *senders)) == PersonName("Maria", "New")


def test_names_of_other_senders_are_not_taken() -> None:
    senders = (PAGE, Person("7000000009", "Juan Cruz"), Person(None, "Somebody Else"))

    assert name_of(lead(Person(PSID, "Maria Santos"), *senders)) == PersonName("Maria", "Santos")


@pytest.mark.parametrize("person_id", [None, ""])
def test_somebody_without_an_id_is_not_taken_for_a_sender_without_one(person_id: str | None) -> None:
    nameless = lead(Person(person_id), Person(person_id, "Somebody Else"))

    assert name_of(nameless) == PersonName("User", is_placeholder=True)


def test_somebody_without_an_id_keeps_their_own_name() -> None:
    assert name_of(lead(Person(None, "Maria Santos"))) == PersonName("Maria", "Santos")


@pytest.mark.parametrize(
    ("person_id", "last"),
    [
        ("6543210987654321", "654321"),
        ("6543210987000021", "000021"),
        ("123456", "123456"),
        ("42", "42"),
        ("ig-abcdefgh", "cdefgh"),
        ("70 12345", "12345"),
        ("12 34\x00\ud800", "12 34"),
        (None, ""),
    ],
)
@pytest.mark.parametrize("name", [None, "", "❤️", "Facebook User"])
def test_without_a_usable_name_the_end_of_the_id_stands_in(
    name: str | None, person_id: str | None, last: str
) -> None:
    person = Person(person_id, name)

    assert name_of(lead(person, person)) == PersonName("User", last, is_placeholder=True)


def test_a_name_like_a_placeholder_that_facebook_shows_is_a_name() -> None:
    assert name_of(lead(Person(PSID, "User 654321"))) == PersonName("User", "654321", is_placeholder=False)


def test_a_conversation_with_nobody_but_the_business_has_a_name_too() -> None:
    assert name_of(lead(None, PAGE)) == PersonName("User", is_placeholder=True)


@given(person_id=st.none() | any_text, participant_name=st.none() | names, sender_name=st.none() | names)
def test_everybody_gets_a_first_name(
    person_id: str | None, participant_name: str | None, sender_name: str | None
) -> None:
    name = name_of(lead(Person(person_id, participant_name), Person(person_id, sender_name)))

    assert name.first
    assert (name.first + name.last).encode()
