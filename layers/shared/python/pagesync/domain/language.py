"""The languages in which an organisation can read what the analyst writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """`code` is a BCP 47 tag, `name` what its speakers call it, `english_name` what the analyst is told."""

    code: str
    english_name: str
    name: str


LANGUAGES: Sequence[Language] = tuple(
    Language(*each)
    for each in (
        ("ar", "Arabic", "العربية"),
        ("bg", "Bulgarian", "Български"),
        ("bn", "Bengali", "বাংলা"),
        ("ca", "Catalan", "Català"),
        ("cs", "Czech", "Čeština"),
        ("da", "Danish", "Dansk"),
        ("de", "German", "Deutsch"),
        ("el", "Greek", "Ελληνικά"),
        ("en", "English", "English"),
        ("es", "Spanish", "Español"),
        ("et", "Estonian", "Eesti"),
        ("fa", "Persian", "فارسی"),
        ("fi", "Finnish", "Suomi"),
        ("fil", "Filipino", "Filipino"),
        ("fr", "French", "Français"),
        ("he", "Hebrew", "עברית"),
        ("hi", "Hindi", "हिन्दी"),
        ("hr", "Croatian", "Hrvatski"),
        ("hu", "Hungarian", "Magyar"),
        ("id", "Indonesian", "Bahasa Indonesia"),
        ("it", "Italian", "Italiano"),
        ("ja", "Japanese", "日本語"),
        ("ko", "Korean", "한국어"),
        ("lt", "Lithuanian", "Lietuvių"),
        ("lv", "Latvian", "Latviešu"),
        ("ms", "Malay", "Bahasa Melayu"),
        ("nb", "Norwegian Bokmål", "Norsk bokmål"),
        ("nl", "Dutch", "Nederlands"),
        ("pl", "Polish", "Polski"),
        ("pt-BR", "Brazilian Portuguese", "Português (Brasil)"),
        ("pt-PT", "European Portuguese", "Português (Portugal)"),
        ("ro", "Romanian", "Română"),
        ("ru", "Russian", "Русский"),
        ("sk", "Slovak", "Slovenčina"),
        ("sl", "Slovenian", "Slovenščina"),
        ("sr", "Serbian", "Српски"),
        ("sv", "Swedish", "Svenska"),
        ("sw", "Swahili", "Kiswahili"),
        ("ta", "Tamil", "தமிழ்"),
        ("th", "Thai", "ไทย"),
        ("tr", "Turkish", "Türkçe"),
        ("uk", "Ukrainian", "Українська"),
        ("ur", "Urdu", "اردو"),
        ("vi", "Vietnamese", "Tiếng Việt"),
        ("zh-Hans", "Simplified Chinese", "简体中文"),
        ("zh-Hant", "Traditional Chinese", "繁體中文"),
    )
)
"""By code."""

_BY_TAG: Mapping[str, Language] = {each.code.casefold(): each for each in LANGUAGES}
ENGLISH = _BY_TAG["en"]


def language_of(code: str) -> Language | None:
    """Tags mean the same in any case (RFC 5646, 2.1.1)."""
    return _BY_TAG.get(code.casefold())
