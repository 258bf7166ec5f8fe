"""A generateContent answer, sound or spoilt in one of the ways the real one can be."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulators.gemini.conversation import conversation_in
from simulators.gemini.diagnosis import Reading
from simulators.gemini.lies import LIES, Liar
from simulators.gemini.prose import summary_of
from simulators.gemini.request import GenerateRequest
from simulators.gemini.schema import fill, spoil

_THOUGHT_TOKENS: Mapping[str | None, int] = {None: 180, "minimal": 0, "low": 120, "medium": 400, "high": 1_100}


@dataclass(frozen=True)
class Reply:
    """`text` None: the API gives no content."""

    text: str | None
    finish_reason: str | None = "STOP"
    block_reason: str | None = None


def compose(
    request: GenerateRequest, fault: str | None = None, other: GenerateRequest | None = None
) -> Mapping[str, Any]:
    """The body of a 200; `fault` is one of CONTENT_FAULTS. `other` asked about another conversation."""
    reply = _reply(request, fault, other)
    usage = _usage(request, reply)
    body: dict[str, Any] = {
        "usageMetadata": usage,
        "modelVersion": request.model,
        "responseId": uuid.uuid4().hex[:22],
    }
    if reply.block_reason is not None:
        return {"promptFeedback": {"blockReason": reply.block_reason}, **body}
    candidate: dict[str, Any] = {"finishReason": reply.finish_reason, "index": 0}
    if reply.text is not None:
        candidate = {"content": {"parts": [{"text": reply.text}], "role": "model"}, **candidate}
    return {"candidates": [candidate], **body}


def tokens_in(text: str) -> int:
    """About four letters of Latin script a token, and one and a half of Chinese."""
    return max(1, round(len(text.encode("utf-8", "replace")) / 4))


def _reply(request: GenerateRequest, fault: str | None, other: GenerateRequest | None) -> Reply:
    if fault is None:
        return _answer(request)
    if fault == SWAPPED:
        return _answer(other or request)
    return _lie(fault, request, other) if fault in LIES else _BROKEN[fault](request)


def _lie(fault: str, request: GenerateRequest, other: GenerateRequest | None) -> Reply:
    if request.schema is None:
        return _answer(request)
    lines, elsewhere = conversation_in(request.prompt), conversation_in(other.prompt) if other else []
    answer = LIES[fault](Liar(json.loads(_sound(request)), lines, elsewhere))
    return Reply(json.dumps(answer, ensure_ascii=False))


def _answer(request: GenerateRequest) -> Reply:
    text = _sound(request)
    room = request.max_output_tokens - _THOUGHT_TOKENS.get(request.thinking_level, 0)
    if tokens_in(text) <= room:
        return Reply(text)
    return Reply(text[: max(0, room) * 4] or None, "MAX_TOKENS")


def _sound(request: GenerateRequest) -> str:
    reading = Reading(conversation_in(request.prompt))
    if request.schema is None:
        return summary_of(reading)
    return json.dumps(fill(request.schema, reading, request.instruction), ensure_ascii=False)


def _cut(request: GenerateRequest) -> str:
    text = _sound(request)
    return text[: len(text) * 2 // 3]


def _misfit(request: GenerateRequest) -> Reply:
    reading = Reading(conversation_in(request.prompt))
    schema = request.schema or {}
    return Reply(json.dumps(spoil(schema, fill(schema, reading, request.instruction)), ensure_ascii=False))


_BROKEN: Mapping[str, Callable[[GenerateRequest], Reply]] = {
    "blocked_prompt": lambda _: Reply(None, None, "PROHIBITED_CONTENT"),
    "safety": lambda _: Reply(None, "SAFETY"),
    "recitation": lambda _: Reply(None, "RECITATION"),
    "max_tokens": lambda request: Reply(_cut(request), "MAX_TOKENS"),
    "malformed_json": lambda request: Reply(_cut(request)),
    "fenced_json": lambda request: Reply(f"```json\n{_sound(request)}\n```"),
    "wrong_schema": _misfit,
    "unknown_finish": lambda request: Reply(_sound(request), "GUARDRAIL_OF_THE_FUTURE"),
}
SWAPPED = "swapped"
MIXING_FAULTS = frozenset({SWAPPED, "obeys"})
"""Those that need another conversation."""
CONTENT_FAULTS = frozenset({SWAPPED, *LIES, *_BROKEN})


def _usage(request: GenerateRequest, reply: Reply) -> Mapping[str, int]:
    schema = json.dumps(request.schema, ensure_ascii=False) if request.schema else ""
    prompt = sum(tokens_in(text) for text in (request.instruction, request.prompt, schema) if text)
    usage = {"promptTokenCount": prompt}
    thoughts = 0 if reply.block_reason else _THOUGHT_TOKENS.get(request.thinking_level, 0)
    written = tokens_in(reply.text) if reply.text else 0
    if written:
        usage["candidatesTokenCount"] = written
    if thoughts:
        usage["thoughtsTokenCount"] = thoughts
    return {**usage, "totalTokenCount": prompt + written + thoughts}
