"""What `make eval` reads from the environment; the defaults are the product's."""

from typing import Any

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from pagesync.settings import ProcessBatchSettings


def _product(name: str) -> Any:
    return ProcessBatchSettings.model_fields[name].default


class EvalSettings(BaseSettings):
    """Without a key the simulator is asked. `gemini_api_url` None is Google's. An empty value counts as unset."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    gemini_api_key: SecretStr | None = None
    gemini_api_url: str | None = _product("gemini_api_url")
    gemini_api_version: str = _product("gemini_api_version")
    gemini_model: str = _product("gemini_model")
    gemini_thinking_level: str = _product("gemini_thinking_level")
