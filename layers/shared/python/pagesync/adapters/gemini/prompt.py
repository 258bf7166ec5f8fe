"""What one analysis asks: instruction, transcript and schema, from prompt files that carry a version."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from string import Template
from typing import Any

from pagesync.adapters.gemini.answer import schema_for
from pagesync.domain.conversation import Lead
from pagesync.domain.page import Playbook
from pagesync.domain.pipeline import Pipeline, Stage, StageKind
from pagesync.domain.text import fold, printable
from pagesync.domain.transcript import transcript_of

ANALYSIS = "analysis.v2"
SUMMARY = "summary.v2"

_MARKER_BYTES = 4
"""Nobody guesses one of four billion before it is made; a longer one would be paid for in every answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """`stages` are the names the answer may choose from; none means that only a summary is asked for.

    `message_ids` are those of the transcript's lines, by number.
    """

    instruction: str
    transcript: str
    stages: Sequence[str]
    marker: str
    message_ids: Mapping[int, str]
    prompt_version: str

    @property
    def schema(self) -> Mapping[str, Any]:
        return schema_for(self.stages, self.marker)

    def corrected(self, problem: str | None) -> "Question":
        """The question with what was wrong with the last answer, if anything was.

        It is told as a rule: the transcript's turn holds nothing but data.
        """
        if problem is None:
            return self
        told = (
            f"# Your last answer\n\nYour last answer to this was refused: {problem}\nAnswer again, by the schema."
        )
        return replace(self, instruction=f"{self.instruction}\n{told}\n")


def ask_about(lead: Lead, playbook: Playbook, *, transcript_tokens: int) -> Question:
    stages = _choosable(playbook.pipeline)
    template, version = _prompt(ANALYSIS if stages else SUMMARY)
    marker = secrets.token_hex(_MARKER_BYTES)
    instruction = template.substitute(
        language=printable(playbook.language),
        page_name=printable(playbook.page_name),
        stages="\n".join(f"- {printable(stage.name)}: {printable(stage.description)}" for stage in stages),
        marker=marker,
    )
    transcript = transcript_of(lead, max_tokens=transcript_tokens)
    return Question(
        instruction=instruction,
        transcript=transcript.between(marker),
        stages=tuple(stage.name for stage in stages),
        marker=marker,
        message_ids=transcript.message_ids,
        prompt_version=version,
    )


def _choosable(pipeline: Pipeline | None) -> Sequence[Stage]:
    """Stages the model may choose: WON and LOST are for people to enter, so it is not even offered them.

    Of two names that fold alike the first stands for both, as in `Pipeline.stage_named`.
    """
    stages: dict[str, Stage] = {}
    for stage in pipeline.stages if pipeline else ():
        stages.setdefault(fold(stage.name), stage)
    return [stage for key, stage in stages.items() if key and stage.kind is StageKind.OPEN]


@cache
def _prompt(name: str) -> tuple[Template, str]:
    """The prompt and its version: name and digest, so an edited prompt is never taken for the old one."""
    text = (resources.files("pagesync.adapters.gemini") / "prompts" / f"{name}.md").read_text("utf-8")
    return Template(text), f"{name}+{hashlib.sha256(text.encode()).hexdigest()[:8]}"
