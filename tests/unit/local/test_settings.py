"""What the environment may say about the local stack."""

from pathlib import Path

import pytest

from local.errors import StackError
from local.settings import REPOSITORY, LocalSettings


def test_nothing_set_means_the_simulators_the_demo_page_and_a_folder_in_the_repository() -> None:
    settings = LocalSettings.from_environ({})

    assert settings.state_dir == REPOSITORY / ".local"
    assert settings.graph_api_url is None
    assert settings.gemini_api_url is None
    assert settings.gemini_api_key
    assert settings.pages_file is None
    assert settings.is_demo_world


def test_an_empty_value_counts_as_unset() -> None:
    names = ("GRAPH_API_URL", "GEMINI_API_URL", "GEMINI_API_KEY", "LOCAL_PAGES", "LOCAL_STATE_DIR")

    assert LocalSettings.from_environ(dict.fromkeys(names, "")) == LocalSettings.from_environ({})


def test_everything_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    settings = LocalSettings.from_environ(
        {
            "GRAPH_API_URL": "http://127.0.0.1:1/",
            "GEMINI_API_URL": "https://gemini.example",
            "GEMINI_API_KEY": "a key",
            "FACEBOOK_APP_ID": "123",
            "FACEBOOK_APP_SECRET": "a secret",
            "LOCAL_PAGES": "pages.json",
            "LOCAL_STATE_DIR": str(tmp_path / "state"),
        }
    )

    assert settings == LocalSettings(
        state_dir=tmp_path / "state",
        graph_api_url="http://127.0.0.1:1",
        gemini_api_url="https://gemini.example",
        gemini_api_key="a key",
        facebook_app={"appId": "123", "appSecret": "a secret"},
        pages_file=tmp_path / "pages.json",
    )


@pytest.mark.parametrize("overridden", [{"GRAPH_API_URL": "http://127.0.0.1:1"}, {"LOCAL_PAGES": "pages.json"}])
def test_with_another_graph_server_or_other_pages_it_is_not_the_demo_world(overridden: dict[str, str]) -> None:
    assert not LocalSettings.from_environ(overridden).is_demo_world


@pytest.mark.parametrize("name", ["GRAPH_API_URL", "GEMINI_API_URL"])
def test_a_value_that_is_no_url_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(StackError, match=f"{name} must start with http"):
        LocalSettings.from_environ({name: "127.0.0.1:8080"})
