"""Calls Gemini once a conversation, at most twice, and turns its answer into an Insight."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx2
from google import genai
from google.genai import errors, types

from pagesync.adapters.gemini.answer import Answer, read_answer
from pagesync.adapters.gemini.prompt import Question, ask_about
from pagesync.adapters.gemini.trouble import (
    AT_ONCE,
    Trouble,
    blocked,
    keyless,
    refused,
    timed_out,
    unfinished,
    unreachable,
    wrong_answer,
)
from pagesync.domain.conversation import Lead
from pagesync.domain.errors import AnalysisFailed
from pagesync.domain.insight import Evidence, Insight, TokenUsage
from pagesync.domain.page import Playbook

_LONGEST_PAUSE_SECONDS = 2.0
"""Longer waits belong to the workflow, where waiting costs nothing."""
_NOTHING = TokenUsage()


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One call's answer, or the trouble there was; a wrong answer is billed too."""

    outcome: Answer | Trouble
    usage: TokenUsage = _NOTHING
    model: str = ""


class GeminiAnalyst:
    """ConversationAnalyst over one shared client: safe for as many threads as it has `connections`.

    `api_key` is asked for at each call, so a rotated key takes effect without a new container. `base_url` None is
    Google's. `thinking_level` is one the model knows (another makes every analysis MISCONFIGURED); None leaves the
    model's default. Thinking counts against `max_output_tokens`. `transcript_tokens` is what a conversation may
    take of the question. `timeout_seconds` bounds the wait for an answer.
    """

    def __init__(
        self,
        *,
        api_key: Callable[[], str],
        model: str,
        base_url: str | None = None,
        api_version: str = "v1",
        thinking_level: str | None = "minimal",
        max_output_tokens: int = 2048,
        transcript_tokens: int = 4000,
        timeout_seconds: float = 45.0,
        connect_timeout_seconds: float = 3.0,
        connections: int = 10,
        pause: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._api_key = api_key
        self._model = model
        level = types.ThinkingLevel(thinking_level.upper()) if thinking_level else None
        self._thinking = types.ThinkingConfig(thinking_level=level) if level else None
        self._max_output_tokens = max_output_tokens
        self._transcript_tokens = transcript_tokens
        self._pause = pause
        self._jitter = jitter
        self._client = genai.Client(
            enterprise=False,
            api_key="given-with-each-call",
            http_options=types.HttpOptions(
                base_url=base_url,
                api_version=api_version,
                # Milliseconds. The SDK waits for ever without it, and retries nothing without retry_options.
                timeout=int(timeout_seconds * 1000),
                client_args={
                    "limits": httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
                    "event_hooks": {"request": [_connecting_within(connect_timeout_seconds)]},
                },
            ),
        )

    def analyse(self, lead: Lead, playbook: Playbook) -> Insight:
        """Two calls at most, and no pause over two seconds between them."""
        question = ask_about(lead, playbook, transcript_tokens=self._transcript_tokens)
        first = self._attempt(question)
        if isinstance(first.outcome, Answer):
            return self._insight(question, first, first.outcome, first.usage)
        self._pause_for(first.outcome, first.usage)
        second = self._attempt(question.corrected(first.outcome.correction))
        if isinstance(second.outcome, Answer):
            return self._insight(question, second, second.outcome, first.usage + second.usage)
        raise _failure(second.outcome, first.usage + second.usage)

    def _insight(self, question: Question, attempt: _Attempt, answer: Answer, usage: TokenUsage) -> Insight:
        return Insight(
            summary=answer.summary,
            placement=answer.placement,
            evidence=_evidence(question, answer),
            model=attempt.model or self._model,
            prompt_version=question.prompt_version,
            usage=usage,
        )

    def _pause_for(self, trouble: Trouble, usage: TokenUsage) -> None:
        """Wait as long as `trouble` asks, or raise it if another try is of no use."""
        seconds = trouble.retry_after_seconds
        if seconds is None or seconds > _LONGEST_PAUSE_SECONDS:
            raise _failure(trouble, usage)
        if seconds > AT_ONCE:
            self._pause(seconds + (_LONGEST_PAUSE_SECONDS - seconds) * self._jitter())

    def _attempt(self, question: Question) -> _Attempt:
        """One call. What the SDK raises ends here: its exceptions repeat bodies, and so keys and conversations."""
        try:
            key = self._api_key()
        except Exception as error:  # noqa: BLE001 - whatever keeps the key from us, the contact is saved without it
            return _Attempt(keyless(error))
        try:
            response = self._client.models.generate_content(
                model=self._model,
                contents=types.Content(role="user", parts=[types.Part(text=question.transcript)]),
                config=self._config(question, key),
            )
        except errors.APIError as error:
            return _Attempt(refused(error.code, error.details))
        except httpx2.ReadTimeout:
            return _Attempt(timed_out())
        except httpx2.HTTPError:
            return _Attempt(unreachable())
        except (ValueError, TypeError, AttributeError):
            return _Attempt(wrong_answer("it is not an answer of this API"))
        return _Attempt(_outcome(response, question), _usage(response), response.model_version or "")

    def _config(self, question: Question, key: str) -> types.GenerateContentConfig:
        return types.GenerateContentConfig(
            system_instruction=question.instruction,
            response_mime_type="application/json",
            response_json_schema=question.schema,
            max_output_tokens=self._max_output_tokens,
            thinking_config=self._thinking,
            # Both would let the SDK send more requests than we count.
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            automatic_continuation=False,
            http_options=types.HttpOptions(headers={"x-goog-api-key": key}),
        )


def _connecting_within(seconds: float) -> Callable[[httpx2.Request], None]:
    """The SDK has one time-out for everything; a host that is not there need not be waited for that long."""

    def limit(request: httpx2.Request) -> None:
        request.extensions["timeout"]["connect"] = seconds

    return limit


def _evidence(question: Question, answer: Answer) -> tuple[Evidence, ...]:
    """The quotes of messages that the model was shown, by the ids of these messages."""
    ids = question.message_ids
    return tuple(Evidence(ids[quote.line], quote.words) for quote in answer.quotes if quote.line in ids)


def _outcome(response: types.GenerateContentResponse, question: Question) -> Answer | Trouble:
    feedback = response.prompt_feedback
    if feedback is not None and feedback.block_reason is not None:
        return blocked(feedback.block_reason.value)
    candidate = next(iter(response.candidates or ()), None)
    if candidate is None:
        return wrong_answer("it is empty")
    reason = candidate.finish_reason
    if reason is not types.FinishReason.STOP:
        return unfinished(reason.value if reason is not None else "")
    parts = (candidate.content and candidate.content.parts) or ()
    text = "".join(part.text for part in parts if part.text and not part.thought)
    return read_answer(text, question.stages, question.marker)


def _usage(response: types.GenerateContentResponse) -> TokenUsage:
    counts = response.usage_metadata
    if counts is None:
        return _NOTHING
    return TokenUsage(
        input=counts.prompt_token_count or 0,
        output=counts.candidates_token_count or 0,
        thinking=counts.thoughts_token_count or 0,
        calls=1,
    )


def _failure(trouble: Trouble, usage: TokenUsage) -> AnalysisFailed:
    return AnalysisFailed(
        trouble.message, code=trouble.code, retry_after_seconds=trouble.retry_after_seconds, usage=usage
    )
