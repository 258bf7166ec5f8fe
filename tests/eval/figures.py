"""All figures of one run, as the JSON tells them; shares are 0 to 1, and null of nothing."""

import statistics
from collections import Counter
from collections.abc import Callable, Sequence

from pagesync.domain.cost import NANO_USD, Price
from pagesync.domain.insight import TokenUsage
from pagesync.settings import PRICES
from tests.eval.labelled import OPEN_STAGES
from tests.eval.marking import Mark
from tests.eval.shares import Share, Shown

MOVED = "MOVED"


class Accuracy(Shown):
    """How often each part of the answer was right, of those `judged`."""

    judged: int
    stage_accuracy: Share
    lead_status_accuracy: Share
    score_band_accuracy: Share

    @classmethod
    def over(cls, marks: Sequence[Mark]) -> "Accuracy":
        return cls(
            judged=len(marks),
            stage_accuracy=Share.over(marks, lambda mark: mark.stage_is_right),
            lead_status_accuracy=Share.over(marks, lambda mark: mark.status_is_right),
            score_band_accuracy=Share.over(marks, lambda mark: mark.score_is_right),
        )


class Run(Shown):
    """What was asked. `is_meaningful`: by a real model, so that the figures say something about quality."""

    is_meaningful: bool
    model: str
    api_version: str
    thinking_level: str
    wall_seconds: float


class Tokens(Shown):
    input: int
    output: int
    thinking: int


class Figures(Accuracy):
    """A blocked or unusable answer is judged wrong; what was never answered is not judged.

    `exact_stage_accuracy` takes only the first of several right stages. `evidence_validity` is the share of true
    quotes, `answers_with_evidence` that of answers with one; both are null where the analysis gives no evidence.
    `asked_twice` are those whose first answer was of no use. `confusion` has a row for each labelled stage.
    """

    run: Run
    prompt_versions: Sequence[str]
    conversations: int
    unanswered: dict[str, int]
    exact_stage_accuracy: Share
    mean_points_off: float | None
    unsure_as_labelled: Share
    sure_as_labelled: Share
    evidence_validity: Share | None
    answers_with_evidence: Share | None
    asked_twice: int
    schema_failures: int
    blocked: int
    decisions: dict[str, int]
    tokens: Tokens
    cost_usd: float | None
    cost_usd_per_1000: float | None
    median_seconds: float | None
    slowest_seconds: float | None
    by_language: dict[str, Accuracy]
    by_situation: dict[str, Accuracy]
    confusion: dict[str, dict[str, int]]
    misses: Sequence[str]


def figures_of(marks: Sequence[Mark], run: Run) -> Figures:
    judged = [mark for mark in marks if mark.asked.is_judged]
    answered = [mark for mark in judged if mark.asked.insight]
    codes = Counter(mark.asked.failure.code for mark in marks if mark.asked.failure)
    tokens, cost = _tokens(marks), _cost_usd(marks, run.model)
    seconds = [mark.asked.seconds for mark in answered]
    return Figures(
        run=run,
        prompt_versions=sorted({mark.asked.insight.prompt_version for mark in answered if mark.asked.insight}),
        conversations=len(marks),
        unanswered=dict(Counter(mark.asked.failure.code for mark in _unasked(marks) if mark.asked.failure)),
        **dict(Accuracy.over(judged)),
        exact_stage_accuracy=Share.over(judged, lambda mark: mark.stage_is_exact),
        mean_points_off=round(statistics.mean(mark.points_off for mark in answered), 1) if answered else None,
        unsure_as_labelled=Share.over(_placed(judged, unsure=True), lambda mark: mark.is_unsure),
        sure_as_labelled=Share.over(_placed(judged, unsure=False), lambda mark: not mark.is_unsure),
        evidence_validity=_evidence_validity(answered),
        answers_with_evidence=_answers_with_evidence(answered),
        asked_twice=sum(_usage(mark).calls > 1 for mark in judged),
        schema_failures=codes["BAD_OUTPUT"],
        blocked=codes["BLOCKED"],
        decisions=_decisions(answered),
        tokens=tokens,
        cost_usd=cost,
        cost_usd_per_1000=round(1000 * cost / len(judged), 4) if cost is not None and judged else None,
        median_seconds=round(statistics.median(seconds), 2) if seconds else None,
        slowest_seconds=round(max(seconds), 2) if seconds else None,
        by_language=_grouped(judged, lambda mark: mark.asked.labelled.language),
        by_situation=_grouped(judged, lambda mark: mark.asked.labelled.situation.value),
        confusion=_confusion(answered),
        misses=[mark.id for mark in misses(marks)],
    )


def misses(marks: Sequence[Mark]) -> list[Mark]:
    """What was judged and is not all right, the worst first."""
    wrong = [mark for mark in marks if mark.asked.is_judged and not mark.is_all_right]
    return sorted(wrong, key=lambda mark: (-mark.badness, mark.id))


def _unasked(marks: Sequence[Mark]) -> list[Mark]:
    return [mark for mark in marks if not mark.asked.is_judged]


def _placed(marks: Sequence[Mark], *, unsure: bool) -> list[Mark]:
    return [mark for mark in marks if mark.placement and mark.labels.expects_suggestion is unsure]


def _evidence_validity(marks: Sequence[Mark]) -> Share | None:
    quotes = [mark.asked.quotes for mark in marks if mark.asked.quotes]
    return Share(right=sum(each.true for each in quotes), of=sum(each.given for each in quotes)) if quotes else None


def _answers_with_evidence(marks: Sequence[Mark]) -> Share | None:
    quotes = [mark.asked.quotes for mark in marks if mark.asked.quotes]
    return Share(right=sum(each.true > 0 for each in quotes), of=len(quotes)) if quotes else None


def _decisions(marks: Sequence[Mark]) -> dict[str, int]:
    """What the assignment policy did with the answers: moves, and reasons against one."""
    made = (mark.asked.decision for mark in marks)
    return dict(Counter(MOVED if each.move else str(each.reason) for each in made if each))


def _tokens(marks: Sequence[Mark]) -> Tokens:
    used = [_usage(mark) for mark in marks]
    return Tokens(
        input=sum(each.input for each in used),
        output=sum(each.output for each in used),
        thinking=sum(each.thinking for each in used),
    )


def _cost_usd(marks: Sequence[Mark], model: str) -> float | None:
    if model not in PRICES:
        return None
    price = Price.per_million(*PRICES[model])
    return round(sum(price.of(_usage(mark)) for mark in marks) / NANO_USD, 6)


def _usage(mark: Mark) -> TokenUsage:
    """A failed analysis is billed for what it used."""
    told = mark.asked.insight or mark.asked.failure
    return told.usage if told else TokenUsage()


def _grouped(marks: Sequence[Mark], key: Callable[[Mark], str]) -> dict[str, Accuracy]:
    groups: dict[str, list[Mark]] = {}
    for mark in marks:
        groups.setdefault(key(mark), []).append(mark)
    return {name: Accuracy.over(group) for name, group in sorted(groups.items())}


def _confusion(marks: Sequence[Mark]) -> dict[str, dict[str, int]]:
    pairs = Counter((mark.labelled_stage, mark.placement.stage_name) for mark in marks if mark.placement)
    return {label: {answer: pairs[label, answer] for answer in OPEN_STAGES} for label in OPEN_STAGES}
