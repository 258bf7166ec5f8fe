"""Graph's error table and usage headers."""

import json

import pytest

from pagesync.adapters.graph.errors import source_error, told
from pagesync.adapters.graph.usage import usage_of
from pagesync.domain.errors import (
    CursorRejected,
    SourceError,
    SourceForbidden,
    SourceMissing,
    SourceThrottled,
    SourceUnavailable,
    TokenRejected,
    TooMuchData,
)
from pagesync.domain.throttle import Usage


def classified(
    code: object, subcode: object = None, *, http_status: int = 400, with_cursor: bool = False, **more: object
) -> SourceError:
    error = {"message": "(#1) anything in any language", "code": code, "error_subcode": subcode, **more}
    return source_error(error, http_status=http_status, usage=Usage(), with_cursor=with_cursor)


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (190, 463, TokenRejected),
        (190, 460, TokenRejected),
        (190, None, TokenRejected),
        (102, None, TokenRejected),
        (4, None, SourceThrottled),
        (17, 2446079, SourceThrottled),
        (32, None, SourceThrottled),
        (341, None, SourceThrottled),
        (613, 2534040, SourceThrottled),
        (80000, None, SourceThrottled),
        (80001, None, SourceThrottled),
        (80002, None, SourceThrottled),
        (80006, None, SourceThrottled),
        (80014, None, SourceThrottled),
        (368, 1390008, SourceThrottled),
        (1, None, TooMuchData),
        (1, 99, TooMuchData),
        (2, None, SourceUnavailable),
        (960, None, SourceUnavailable),
        (-2, 2534084, SourceForbidden),
        (-2, None, SourceUnavailable),
        (200, 2534048, SourceForbidden),
        (-1, None, SourceUnavailable),
        (3, None, SourceForbidden),
        (10, None, SourceForbidden),
        (200, 2534041, SourceForbidden),
        (230, None, SourceForbidden),
        (299, None, SourceForbidden),
        (100, 33, SourceMissing),
        (100, None, SourceForbidden),
        (2500, None, SourceForbidden),
        (987654, None, SourceForbidden),
        (None, None, SourceForbidden),
        ("190", None, SourceForbidden),
    ],
)
def test_code_and_subcode_decide(code: object, subcode: object, kind: type[SourceError]) -> None:
    assert type(classified(code, subcode)) is kind


def test_an_unknown_code_with_a_server_error_or_marked_transient_is_passing() -> None:
    assert isinstance(classified(987654, http_status=503), SourceUnavailable)
    assert isinstance(classified(987654, is_transient=True), SourceUnavailable)
    assert isinstance(classified(987654, is_transient=False), SourceForbidden)


def test_an_invalid_parameter_in_mid_list_is_the_cursor() -> None:
    assert isinstance(classified(100, with_cursor=True), CursorRejected)
    assert isinstance(classified(2642, with_cursor=True), CursorRejected)
    assert isinstance(classified(100, 33, with_cursor=True), SourceMissing)


def test_a_throttled_call_waits_for_what_the_header_states() -> None:
    header = {
        "x-business-use-case-usage": json.dumps(
            {"1": [{"type": "messenger", "estimated_time_to_regain_access": 47}]}
        )
    }
    error = source_error({"code": 80006}, http_status=400, usage=usage_of(header), with_cursor=False)
    assert isinstance(error, SourceThrottled)
    assert error.retry_after_seconds == 47 * 60


def test_a_policy_block_waits_an_hour() -> None:
    blocked = classified(368)
    assert isinstance(blocked, SourceThrottled)
    assert blocked.retry_after_seconds == 3600


def test_the_tightest_limit_of_all_headers_counts() -> None:
    pools = {
        "1": [{"call_count": 12, "total_time": 118, "estimated_time_to_regain_access": 3}],
        "2": [{"call_count": 40}],
    }
    headers = {"x-app-usage": '{"call_count":97}', "x-business-use-case-usage": json.dumps(pools)}
    assert usage_of(headers) == Usage(percent=118, regain_seconds=180)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{",
        "[]",
        '"x"',
        '{"1": 7}',
        '{"1": [7]}',
        '{"1": [{"call_count": "x"}]}',
        '{"1": [{"call_count": NaN, "total_time": Infinity}]}',
        '{"call_count": NaN}',
    ],
)
def test_a_header_that_cannot_be_read_counts_as_absent(text: str) -> None:
    assert usage_of({"x-business-use-case-usage": text}) == Usage()
    assert usage_of({"x-app-usage": text}) == Usage()


def test_an_access_gate_says_what_to_switch_on() -> None:
    assert "Allow access to messages" in classified(200, 2534041).message
    assert "Advanced Access" in classified(-2, 2534084).message


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"code": 190, "error_subcode": 463, "fbtrace_id": "A12JgDU07Gj"}, "400 190/463 A12JgDU07Gj"),
        ({"code": 4, "message": "Somebody said"}, "400 4/- -"),
        ({"code": "Somebody", "error_subcode": [1], "fbtrace_id": "said this"}, "400 None/- -"),
    ],
)
def test_an_error_is_told_by_its_codes_and_its_trace_and_quotes_nothing(
    error: dict[str, object], expected: str
) -> None:
    assert told(error, http_status=400) == expected
