"""GeminiAnalyst against everything the API can do to it."""

import json
import logging
import socket
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pagesync.adapters.gemini import GeminiAnalyst
from pagesync.domain.conversation import Lead
from pagesync.domain.errors import AnalysisFailed
from pagesync.domain.insight import Evidence, Insight, TokenUsage
from pagesync.domain.page import Playbook
from pagesync.domain.pipeline import Pipeline
from simulators.gemini import GeminiSimulator
from tests.talks import SALES, talk

MODEL = "gemini-3.5-flash-lite"
KEY = "a-key-nobody-may-read"
PAGE_NAME = "Corner Bean Bakery"
LEAD = talk("How much is the Zanzibar blend?", "$29, Anastazja!", "Great, I want to order two bags")
PRIVATE_WORDS = ("Zanzibar", "Anastazja", PAGE_NAME, KEY)


@pytest.fixture(scope="module")
def simulator() -> Iterator[GeminiSimulator]:
    with GeminiSimulator() as running:
        yield running


@pytest.fixture
def gemini(simulator: GeminiSimulator) -> GeminiSimulator:
    simulator.control.change({"reset": True})
    return simulator


class Pauses(list[float]):
    """Remembers instead of waiting."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


def analyst_at(url: str, pauses: Callable[[float], None] = lambda _: None, **changes: Any) -> GeminiAnalyst:
    values: dict[str, Any] = {"api_key": lambda: KEY, "model": MODEL, "jitter": lambda: 0.5}
    return GeminiAnalyst(base_url=url, pause=pauses, **{**values, **changes})


def analyse(analyst: GeminiAnalyst, pipeline: Pipeline | None = SALES) -> Insight:
    return analyst.analyse(LEAD, Playbook(PAGE_NAME, pipeline=pipeline))


def failure_of(analyst: GeminiAnalyst) -> AnalysisFailed:
    with pytest.raises(AnalysisFailed) as failed:
        analyse(analyst)
    return failed.value


def calls(gemini: GeminiSimulator) -> list[dict[str, Any]]:
    return gemini.control.log()["calls"]


FOR_EVER = [
    ({"kind": "429_retry_info", "retryAfterSeconds": 1.5}, "THROTTLED", 2),
    ({"kind": "429_retry_info", "retryAfterSeconds": 38.2}, "THROTTLED", 1),
    ({"kind": "429_bare"}, "THROTTLED", 2),
    ({"kind": "429_per_day"}, "QUOTA_EXHAUSTED", 1),
    ({"kind": "503"}, "UNAVAILABLE", 2),
    ({"kind": "500"}, "UNAVAILABLE", 2),
    ({"kind": "html_502"}, "UNAVAILABLE", 2),
    ({"kind": "reset"}, "UNAVAILABLE", 2),
    ({"kind": "hang"}, "UNAVAILABLE", 1),
    ({"kind": "blocked_prompt"}, "BLOCKED", 1),
    ({"kind": "safety"}, "BLOCKED", 1),
    ({"kind": "recitation"}, "BLOCKED", 1),
    ({"kind": "max_tokens"}, "BAD_OUTPUT", 2),
    ({"kind": "malformed_json"}, "BAD_OUTPUT", 2),
    ({"kind": "fenced_json"}, "BAD_OUTPUT", 2),
    ({"kind": "wrong_schema"}, "BAD_OUTPUT", 2),
    ({"kind": "unknown_finish"}, "BAD_OUTPUT", 2),
]
NAMES = ["-".join(str(value) for value in fault.values()) for fault, _, _ in FOR_EVER]


def patience(fault: dict[str, Any]) -> float:
    """Seconds: short where nothing will come."""
    return 0.5 if fault["kind"] == "hang" else 30.0


# The SDK warns of a finish reason that it does not know; nothing of ours does.
ignore_unknown_reason = pytest.mark.filterwarnings("ignore:GUARDRAIL_OF_THE_FUTURE")


@ignore_unknown_reason
@pytest.mark.parametrize(("fault", "code", "most_calls"), FOR_EVER, ids=NAMES)
def test_every_lasting_fault_has_its_code_and_few_calls(
    gemini: GeminiSimulator, pauses: Pauses, fault: dict[str, Any], code: str, most_calls: int
) -> None:
    gemini.control.change({"faults": [{**fault, "times": None}]})
    failed = failure_of(analyst_at(gemini.url, pauses, timeout_seconds=patience(fault)))
    assert failed.code == code
    assert len(calls(gemini)) == most_calls
    assert all(0 < seconds <= 2 for seconds in pauses)


@ignore_unknown_reason
@pytest.mark.parametrize("fault", [fault for fault, _, count in FOR_EVER if count == 2], ids=str)
def test_a_fault_that_passes_costs_one_more_call(
    gemini: GeminiSimulator, pauses: Pauses, fault: dict[str, Any]
) -> None:
    gemini.control.change({"faults": [fault]})
    assert analyse(analyst_at(gemini.url, pauses)).placement is not None
    assert len(calls(gemini)) == 2


@ignore_unknown_reason
@pytest.mark.parametrize(("fault", "code", "most_calls"), FOR_EVER, ids=NAMES)
def test_no_failure_and_no_log_line_says_a_private_word(
    gemini: GeminiSimulator,
    caplog: pytest.LogCaptureFixture,
    fault: dict[str, Any],
    code: str,
    most_calls: int,
) -> None:
    gemini.control.change({"faults": [{**fault, "times": None}]})
    with caplog.at_level(logging.INFO):
        failed = failure_of(analyst_at(gemini.url, timeout_seconds=patience(fault)))
    told = "".join(traceback.format_exception(failed)) + caplog.text
    assert not [word for word in PRIVATE_WORDS if word in told]
    assert failed.__context__ is None


@pytest.mark.parametrize("jitter", [0.0, 1.0])
@pytest.mark.parametrize(("stated", "least"), [(1.5, 1.5), (0.1, 0.5), (2.0, 2.0)])
def test_a_stated_delay_is_kept_and_never_stretched_past_two_seconds(
    gemini: GeminiSimulator, pauses: Pauses, jitter: float, stated: float, least: float
) -> None:
    gemini.control.change({"faults": [{"kind": "429_retry_info", "retryAfterSeconds": stated}]})
    analyse(analyst_at(gemini.url, pauses, jitter=lambda: jitter))
    assert pauses == [least if jitter == 0 else 2.0]


def test_a_wrong_answer_is_asked_again_at_once_with_what_was_wrong(gemini: GeminiSimulator, pauses: Pauses) -> None:
    gemini.control.change({"faults": [{"kind": "wrong_schema"}]})
    insight = analyse(analyst_at(gemini.url, pauses))
    first, second = calls(gemini)
    assert pauses == []
    assert 0 < second["promptTokens"] - first["promptTokens"] < 120
    assert insight.usage.input == first["promptTokens"] + second["promptTokens"]
    assert insight.usage.output == first["outputTokens"] + second["outputTokens"]


def test_two_wrong_answers_are_bad_output_and_both_are_paid_for(gemini: GeminiSimulator) -> None:
    gemini.control.change({"faults": [{"kind": "wrong_schema"}, {"kind": "malformed_json"}]})
    failed = failure_of(analyst_at(gemini.url))
    first, second = calls(gemini)
    assert failed.code == "BAD_OUTPUT"
    assert failed.usage == TokenUsage(
        input=first["promptTokens"] + second["promptTokens"],
        output=first["outputTokens"] + second["outputTokens"],
        calls=2,
    )


def test_a_key_that_is_gone_before_the_second_call_does_not_lose_the_bill_of_the_first(
    gemini: GeminiSimulator,
) -> None:
    gemini.control.change({"faults": [{"kind": "wrong_schema"}]})
    keys = [KEY]
    failed = failure_of(analyst_at(gemini.url, api_key=keys.pop))
    assert failed.code == "MISCONFIGURED"
    assert failed.usage.calls == 1
    assert failed.usage.input == calls(gemini)[0]["promptTokens"]


@pytest.mark.parametrize("kind", ["stage_outside", "score_out_of_range"])
def test_a_stage_that_was_not_offered_and_a_score_off_the_scale_are_refused(
    gemini: GeminiSimulator, kind: str
) -> None:
    gemini.control.change({"faults": [{"kind": kind, "times": None}]})
    assert failure_of(analyst_at(gemini.url)).code == "BAD_OUTPUT"
    assert len(calls(gemini)) == 2


def test_an_answer_to_another_question_is_refused(gemini: GeminiSimulator) -> None:
    gemini.control.change({"faults": [{"kind": "swapped", "times": None}]})
    analyst = analyst_at(gemini.url)
    leads = [talk("How much is the Zanzibar blend?", number=1), talk("Do you sell tea?", number=2)]

    def outcome_of(lead: Lead) -> str:
        with pytest.raises(AnalysisFailed) as failed:
            analyst.analyse(lead, Playbook(PAGE_NAME, pipeline=SALES))
        return failed.value.code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(outcome_of, leads)) == ["BAD_OUTPUT", "BAD_OUTPUT"]


def answer_quoting(*evidence: object) -> bytes:
    answer = {"summary": "Asks for a price.", "evidence": evidence, "marker": MARKER.decode()}
    return candidate(content={"parts": [{"text": json.dumps(answer)}]}, finishReason="STOP")


def test_a_quote_leads_to_the_message_of_its_line() -> None:
    body = answer_quoting(
        {"messageId": 3, "quote": "two bags"}, {"messageId": "[1]", "quote": "the Zanzibar blend"}
    )
    with answering(body) as (url, _):
        insight = analyse(analyst_at(url), pipeline=None)
    assert insight.evidence == (Evidence("m_1_3", "two bags"), Evidence("m_1_1", "the Zanzibar blend"))


def test_a_message_that_was_not_shown_cannot_be_quoted() -> None:
    lead = talk(*(f"word {n} {'x' * 200}" for n in range(1, 21)))
    body = answer_quoting({"messageId": 1, "quote": "word 1"}, {"messageId": 19, "quote": "word 19"})
    with answering(body) as (url, asked):
        insight = analyst_at(url, transcript_tokens=500).analyse(lead, Playbook(PAGE_NAME))
    assert "word 1 " not in asked[0]["contents"][0]["parts"][0]["text"]
    assert [each.message_id for each in insight.evidence] == ["m_1_19"]


def test_the_budget_of_the_transcript_and_the_cap_of_the_answer_are_settings() -> None:
    long = talk(*(f"word {n} {'x' * 200}" for n in range(1, 21)))
    sizes: list[int] = []
    for tokens in (300, 600):
        with answering(b"{}") as (url, asked), pytest.raises(AnalysisFailed):
            analyst_at(url, transcript_tokens=tokens, max_output_tokens=tokens).analyse(long, Playbook(PAGE_NAME))
        sizes.append(len(asked[0]["contents"][0]["parts"][0]["text"]))
        assert asked[0]["generationConfig"]["maxOutputTokens"] == tokens
    assert sizes[1] > 1.5 * sizes[0]


def test_a_second_kind_of_trouble_does_not_buy_a_third_call(gemini: GeminiSimulator) -> None:
    gemini.control.change({"faults": [{"kind": "503"}, {"kind": "malformed_json", "times": None}]})
    assert failure_of(analyst_at(gemini.url)).code == "BAD_OUTPUT"
    assert len(calls(gemini)) == 2


def test_usage_is_what_the_api_counted(gemini: GeminiSimulator) -> None:
    insight = analyse(analyst_at(gemini.url, thinking_level="low"))
    (call,) = calls(gemini)
    assert (insight.usage.input, insight.usage.output) == (call["promptTokens"], call["outputTokens"])
    assert insight.usage.thinking == 120


def test_minimal_thinking_costs_none(gemini: GeminiSimulator) -> None:
    assert analyse(analyst_at(gemini.url)).usage.thinking == 0


def test_the_model_that_answered_is_recorded_not_the_alias(gemini: GeminiSimulator) -> None:
    insight = analyse(analyst_at(gemini.url, model="gemini-flash-lite-latest", api_version="v1beta"))
    assert insight.model == MODEL


def test_each_prompt_has_its_own_version(gemini: GeminiSimulator) -> None:
    analyst = analyst_at(gemini.url)
    full, brief = analyse(analyst), analyse(analyst, pipeline=None)
    assert full.prompt_version.startswith("analysis.v2+")
    assert brief.prompt_version.startswith("summary.v2+")
    assert brief.usage.input < full.usage.input


def test_ten_threads_wait_side_by_side(gemini: GeminiSimulator) -> None:
    gemini.control.change({"latencySeconds": 1.0})
    analyst = analyst_at(gemini.url)
    with ThreadPoolExecutor(10) as pool:
        insights = list(pool.map(lambda _: analyse(analyst), range(10)))
    assert len({insight.summary for insight in insights}) == 1
    assert gemini.control.log()["maxInFlight"] == 10


def test_connections_are_bounded(gemini: GeminiSimulator) -> None:
    gemini.control.change({"latencySeconds": 0.2})
    analyst = analyst_at(gemini.url, connections=3)
    with ThreadPoolExecutor(9) as pool:
        list(pool.map(lambda _: analyse(analyst), range(9)))
    assert 1 < gemini.control.log()["maxInFlight"] <= 3


def test_a_rotated_key_takes_effect_at_the_next_call(gemini: GeminiSimulator) -> None:
    keys = ["old-key"]
    analyst = analyst_at(gemini.url, api_key=lambda: keys[-1])
    gemini.control.change({"apiKey": "old-key"})
    assert analyse(analyst).summary
    gemini.control.change({"apiKey": "new-key"})
    assert failure_of(analyst).code == "MISCONFIGURED"
    keys.append("new-key")
    assert analyse(analyst).summary


def test_a_bad_key_is_named_as_the_cause_and_not_quoted(gemini: GeminiSimulator) -> None:
    gemini.control.change({"apiKey": "another"})
    failed = failure_of(analyst_at(gemini.url))
    assert failed.code == "MISCONFIGURED"
    assert "API_KEY_INVALID" in failed.message
    assert KEY not in "".join(traceback.format_exception(failed))
    assert len(calls(gemini)) == 1


def test_a_key_that_cannot_be_read_is_a_misconfiguration(gemini: GeminiSimulator) -> None:
    def denied() -> str:
        raise PermissionError(KEY)

    failed = failure_of(analyst_at(gemini.url, api_key=denied))
    assert failed.code == "MISCONFIGURED"
    assert failed.message == "Gemini's API key could not be read (PermissionError)."
    assert KEY not in "".join(traceback.format_exception(failed))


@pytest.mark.filterwarnings("ignore:A LOT is not a valid ThinkingLevel")
@pytest.mark.parametrize(
    "changes",
    [
        {"model": "gemini-2.0-flash"},
        {"model": "gemini-flash-lite-latest", "api_version": "v1"},
        {"model": "gemini-3.8-flash", "thinking_level": "minimal"},
        {"api_version": "v9"},
        {"thinking_level": "xhigh"},
        {"thinking_level": "a lot"},
    ],
    ids=str,
)
def test_settings_the_api_refuses_are_a_misconfiguration(gemini: GeminiSimulator, changes: dict[str, Any]) -> None:
    failed = failure_of(analyst_at(gemini.url, **changes))
    assert failed.code == "MISCONFIGURED"
    assert "check key, model, API version and thinking level" in failed.message
    assert len(calls(gemini)) <= 1


def test_a_model_without_thinking_levels_is_asked_without_one(gemini: GeminiSimulator) -> None:
    insight = analyse(analyst_at(gemini.url, model="gemini-2.5-flash-lite", thinking_level=None))
    assert insight.placement is not None


def test_an_output_cap_that_is_too_small_is_bad_output(gemini: GeminiSimulator) -> None:
    assert failure_of(analyst_at(gemini.url, max_output_tokens=12)).code == "BAD_OUTPUT"


def test_a_host_that_is_not_there_is_unavailable(pauses: Pauses) -> None:
    with GeminiSimulator() as gone:
        url = gone.url
    assert failure_of(analyst_at(url, pauses)).code == "UNAVAILABLE"
    assert len(pauses) == 1


def test_a_host_that_takes_no_connections_is_not_waited_for_long(pauses: Pauses) -> None:
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for filler in (first, second):  # the queue of a listener that accepts nobody is full after one or two
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        began = time.monotonic()
        failed = failure_of(analyst_at(url, pauses, connect_timeout_seconds=0.2, timeout_seconds=30.0))
    assert failed.code == "UNAVAILABLE"
    assert len(pauses) == 1
    assert time.monotonic() - began < 15


MARKER = b"@marker@"


class _Fixed(BaseHTTPRequestHandler):
    """Answers with each of `bodies` in turn, then with the last for good; remembers what it was asked.

    MARKER in a body becomes the marker of the question.
    """

    bodies: tuple[bytes, ...]
    asked: list[dict[str, Any]]

    def do_POST(self) -> None:
        self.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        body = self.bodies[min(len(self.asked), len(self.bodies)) - 1]
        schema = self.asked[-1]["generationConfig"]["responseJsonSchema"]
        body = body.replace(MARKER, schema["properties"]["marker"]["enum"][0].encode())
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def answering(*bodies: bytes) -> Generator[tuple[str, list[dict[str, Any]]]]:
    asked: list[dict[str, Any]] = []
    handler = type("Handler", (_Fixed,), {"bodies": bodies, "asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def candidate(**fields: Any) -> bytes:
    return json.dumps({"candidates": [fields]}).encode()


STRANGE = [
    b"",
    b"Zanzibar",
    b"[]",
    b'"Zanzibar"',
    b"null",
    b"{}",
    b'{"candidates": "Zanzibar"}',
    b'{"candidates": []}',
    candidate(finishReason="STOP"),
    candidate(content={"parts": []}, finishReason="STOP"),
    candidate(content={"parts": [{"text": "Zanzibar"}]}),
    candidate(content={"parts": [{"text": '{"summary": "a thought"}', "thought": True}]}, finishReason="STOP"),
    b"\xff\xfe",
]


@pytest.mark.parametrize("body", STRANGE, ids=str)
def test_an_answer_that_is_none_is_bad_output(body: bytes) -> None:
    with answering(body) as (url, asked):
        failed = failure_of(analyst_at(url))
    assert failed.code == "BAD_OUTPUT"
    assert len(asked) == 2
    assert "Zanzibar" not in "".join(traceback.format_exception(failed))


def test_an_answer_that_wants_to_go_on_for_ever_is_asked_twice_at_most() -> None:
    unending = candidate(
        content={"parts": [{"text": "{"}]}, finishReason="CONTINUATION", continuationToken="bW9yZQ=="
    )
    with answering(unending, unending, unending, unending, candidate(finishReason="STOP")) as (url, asked):
        assert failure_of(analyst_at(url)).code == "BAD_OUTPUT"
    assert len(asked) == 2


def test_the_request_keeps_rules_and_data_apart() -> None:
    answer = json.dumps({"summary": "Asks for a price.", "marker": MARKER.decode()})
    body = candidate(
        content={"parts": [{"text": "thinking", "thought": True}, {"text": answer[:9]}, {"text": answer[9:]}]},
        finishReason="STOP",
    )
    with answering(body) as (url, asked):
        insight = analyse(analyst_at(url), pipeline=None)
        analyse(analyst_at(url), pipeline=None)
    assert insight.summary == "Asks for a price."
    request = asked[0]
    instruction = request["systemInstruction"]["parts"][0]["text"]
    ((turn,), part) = request["contents"], request["contents"][0]["parts"]
    lines = part[0]["text"].splitlines()
    marker = lines[0].removeprefix("BEGIN ")
    assert turn["role"] == "user"
    assert len(part) == 1
    assert lines[-1] == f"END {marker}"
    assert f"`BEGIN {marker}`" in instruction
    assert "Zanzibar" not in instruction
    assert PAGE_NAME in instruction
    assert marker not in json.dumps(asked[1])
    assert set(request) == {"contents", "systemInstruction", "generationConfig"}
    assert request["generationConfig"]["maxOutputTokens"] == 2048


def test_the_schema_offers_open_stages_once_in_pipeline_order_and_evidence_first() -> None:
    with answering(b"{}") as (url, asked):
        failure_of(analyst_at(url))
    config = asked[0]["generationConfig"]
    schema = config["responseJsonSchema"]
    assert config["responseMimeType"] == "application/json"
    assert schema["properties"]["recommendedStage"]["enum"] == [
        "New Lead",
        "Contacted",
        "Qualified",
        "Proposal",
        "Customer Care",
    ]
    assert schema["required"] == [
        "summary",
        "evidence",
        "reasoning",
        "recommendedStage",
        "leadStatus",
        "leadScore",
        "confidence",
        "marker",
    ]
