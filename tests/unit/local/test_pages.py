"""Which Pages are connected."""

import json
from pathlib import Path

import pytest

from local.errors import StackError
from local.pages import PageToConnect, pages_to_connect

PAGE = {"pageId": "123", "name": "Teestube", "accessToken": "page-token", "instagramAccountId": "456"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pages.json"


def test_without_a_file_it_is_the_demo_page() -> None:
    (page,) = pages_to_connect(None)

    assert page.name == "Sunrise Coffee Roasters"
    assert page.access_token


def test_a_file_may_name_several(file: Path) -> None:
    file.write_text(json.dumps([PAGE, {"pageId": "124", "name": "Bäckerei", "accessToken": "other-token"}]))

    assert pages_to_connect(file) == [
        PageToConnect(page_id="123", name="Teestube", access_token="page-token", instagram_account_id="456"),
        PageToConnect(page_id="124", name="Bäckerei", access_token="other-token"),
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("[", "the file: Invalid JSON"),
        ("{}", "the file: Input should be a valid array"),
        ("[]", "has no page in it"),
        (json.dumps([PAGE, {**PAGE, "name": None}]), r"1\.name: Input should be a valid string"),
        (json.dumps([{**PAGE, "pageId": 123}]), r"0\.pageId: Input should be a valid string"),
        (json.dumps([{**PAGE, "token": "page-token"}]), r"0\.token: Extra inputs are not permitted"),
    ],
)
def test_a_file_with_a_mistake_is_refused_with_its_place(file: Path, content: str, complaint: str) -> None:
    file.write_text(content)

    with pytest.raises(StackError, match=complaint):
        pages_to_connect(file)


def test_the_complaint_never_quotes_a_token(file: Path) -> None:
    file.write_text(json.dumps([{**PAGE, "accessToken": ["page-token"]}]))

    with pytest.raises(StackError) as failure:
        pages_to_connect(file)

    assert "page-token" not in str(failure.value)
    assert failure.value.__cause__ is None


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(StackError, match=r"pages\.json cannot be read: No such file"):
        pages_to_connect(file)
