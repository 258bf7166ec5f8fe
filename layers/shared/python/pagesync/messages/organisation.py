"""Bodies and answers of the routes over an organisation's own settings."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, WithJsonSchema

from pagesync.domain.language import LANGUAGES, language_of
from pagesync.messages.base import Message, example, may_be_left_out
from pagesync.use_cases.organisation import OrganisationReport


def _known_code(given: str) -> str:
    language = language_of(given)
    if language is None:
        raise ValueError("Choose one of the codes in languages")
    return language.code


_Code = Annotated[
    str,
    AfterValidator(_known_code),
    WithJsonSchema({"type": "string", "enum": [language.code for language in LANGUAGES]}),
]

_Dollars = Annotated[
    Decimal,
    Field(gt=0, le=100_000, decimal_places=2),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 100_000, "multipleOf": 0.01}),
]


class EditOrganisationBody(Message):
    """`dailyBudgetUsd` null is the default of the environment."""

    model_config = example(language="pt-BR", dailyBudgetUsd=12.5)

    language: _Code = may_be_left_out()
    daily_budget_usd: _Dollars | None = may_be_left_out()

    def changes(self) -> dict[str, Any]:
        """New values of an Organisation."""
        given = self.given()
        return given | ({"language": language_of(self.language)} if "language" in given else {})


class LanguageView(Message):
    """`name` is what its speakers call it."""

    code: str
    name: str


class OrganisationView(Message):
    """`language` is that of summaries and reasons. Today is UTC's; what running analyses may cost is in it."""

    language: str
    languages: Sequence[LanguageView]
    daily_budget_usd: float | None
    spent_today_usd: float
    input_tokens_today: int
    output_tokens_today: int
    thinking_tokens_today: int

    @classmethod
    def of(cls, report: OrganisationReport) -> Self:
        organisation, today = report.organisation, report.today
        budget = organisation.daily_budget_usd
        return cls(
            language=organisation.language.code,
            languages=[LanguageView(code=each.code, name=each.name) for each in LANGUAGES],
            daily_budget_usd=None if budget is None else float(budget),
            spent_today_usd=today.usd,
            input_tokens_today=today.usage.input,
            output_tokens_today=today.usage.output,
            thinking_tokens_today=today.usage.thinking,
        )
