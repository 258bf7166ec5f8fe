"""What each function reads from its environment, checked before the first call; secrets come by reference."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings

from pagesync.domain.cost import NANO_USD, Price, Tariff
from pagesync.domain.transcript import LEAST_TOKENS


class JobsSettings(BaseSettings):
    """`retention_days`: how long a job and its ledger are kept."""

    jobs_table: str
    retention_days: int = Field(default=90, ge=1)


class IdentitySettings(BaseSettings):
    """Which claims of a token say whose it is: the organisation's id, and the role there (`owner` or `member`)."""

    org_claim: str = "custom:org_id"
    role_claim: str = "custom:role"


class WorkflowSettings(JobsSettings):
    state_machine_arn: str


class StartSyncSettings(WorkflowSettings):
    """`start_arn`: what executions are started on, a version of the state machine or itself."""

    start_arn: str


class SweepSettings(WorkflowSettings):
    """A job that does not move for `sweep_patience_hours`, its waits apart, is stuck whatever runs for it."""

    sweep_patience_hours: float = Field(default=12, gt=0)


class PayloadSettings(BaseSettings):
    payload_bucket: str


class WalkSettings(BaseSettings):
    """How far behind its watermark a sync reads again, and how often it walks everything."""

    overlap_hours: float = Field(default=24, ge=0)
    full_walk_days: float = Field(default=30, gt=0)


class FinalizeSettings(JobsSettings, WalkSettings):
    pass


class PatienceSettings(BaseSettings):
    """How Facebook's limits are kept and its bad days outlasted: see pagesync.domain.throttle.Patience."""

    usage_slow_percent: int = Field(default=80, ge=1)
    usage_slow_seconds: int = Field(default=10, ge=0)
    usage_stop_percent: int = Field(default=95, ge=1)
    usage_stop_seconds: int = Field(default=60, ge=1)
    trouble_attempts: int = Field(default=10, ge=0)
    trouble_longest_seconds: int = Field(default=300, ge=1)


class GraphSettings(BaseSettings):
    """`facebook_secret_id`: the secret with what the app has at Meta, see pagesync.adapters.graph.app."""

    token_key_id: str
    facebook_secret_id: str
    graph_api_url: str = "https://graph.facebook.com"
    graph_api_version: str = "v25.0"
    graph_timeout_seconds: float = 30


class FetchPageSettings(JobsSettings, PayloadSettings, WalkSettings, PatienceSettings, GraphSettings):
    """Up to `pages_at_once` pages of Facebook's are read in a row and registered as one, in one transaction of at
    most 100 items, two of them its own.
    """

    page_limit: int = Field(default=100, ge=1, le=100)
    pages_at_once: int = Field(default=3, ge=1, le=4)
    batch_size: int = Field(default=25, ge=5, le=25)


class DatabaseSettings(BaseSettings):
    """Either an Aurora DSQL cluster or a secret that holds a postgresql:// URL."""

    database_secret_id: str | None = None
    database_dsql_endpoint: str | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.database_secret_id is None) == (self.database_dsql_endpoint is None):
            raise ValueError("set DATABASE_SECRET_ID or DATABASE_DSQL_ENDPOINT, one of the two")
        return self


PRICES: Mapping[str, tuple[float, float]] = {
    # https://ai.google.dev/gemini-api/docs/pricing, paid tier, text, as read in November 2026.
    "gemini-3.5-flash-lite": (0.30, 2.50),
    "gemini-3.1-flash-lite": (0.25, 1.50),
    "gemini-3.6-flash": (1.50, 7.50),
    "gemini-3.7-flash": (0.75, 3.75),  # until 2026-12-31, then 1.50 and 7.50
    "gemini-3.8-flash": (0.75, 3.75),  # until 2026-12-31, then 1.50 and 7.50
    "gemini-2.5-flash-lite": (0.10, 0.40),
}
"""US dollars a million tokens in and out."""


class ProcessBatchSettings(JobsSettings, PayloadSettings, DatabaseSettings):
    """Quotas are those of the Gemini project, shared by the environment's Lambdas; 0 is unlimited.

    `gemini_prices`: US dollars a million tokens in and out, by model. `daily_budget_usd`: what an organisation may
    spend a day on analyses unless it says otherwise; None is anything.
    `gemini_thinking_level` "" is for models without levels. Thinking counts against `gemini_max_output_tokens`.
    """

    gemini_secret_id: str
    gemini_api_url: str | None = None
    gemini_api_version: str = "v1"
    gemini_model: str = "gemini-3.5-flash-lite"
    gemini_thinking_level: str = "minimal"
    gemini_max_output_tokens: int = Field(default=2048, ge=1)
    gemini_transcript_tokens: int = Field(default=4000, ge=LEAST_TOKENS)
    gemini_requests_per_minute: int = Field(default=0, ge=0)
    gemini_tokens_per_minute: int = Field(default=0, ge=0)
    gemini_burst_seconds: float = Field(default=2, ge=0)
    gemini_prices: Mapping[str, tuple[float, float]] = Field(default_factory=lambda: dict(PRICES))
    daily_budget_usd: float | None = Field(default=None, gt=0)
    analysis_threads: int = Field(default=25, ge=1, le=25)

    @model_validator(mode="after")
    def _has_a_price(self) -> Self:
        if self.gemini_model not in self.gemini_prices:
            raise ValueError(f"set the price of {self.gemini_model} in GEMINI_PRICES: what it costs is counted")
        return self

    @property
    def tariff(self) -> Tariff:
        budget = self.daily_budget_usd
        return Tariff(
            Price.per_million(*self.gemini_prices[self.gemini_model]),
            daily_budget_nano_usd=None if budget is None else round(budget * NANO_USD),
            transcript_tokens=self.gemini_transcript_tokens,
        )


class AccountsSettings(WorkflowSettings, GraphSettings, DatabaseSettings):
    """`public_api_url`: where Facebook sends people back to; `web_url`: where they go on from there.

    `graph_timeout_seconds` is short: several calls have to fit into one answer.
    """

    facebook_dialog_url: str = "https://www.facebook.com"
    graph_timeout_seconds: float = 8
    public_api_url: str
    web_url: str

    @property
    def dialog_url(self) -> str:
        return f"{self.facebook_dialog_url.rstrip('/')}/{self.graph_api_version}/dialog/oauth"

    @property
    def redirect_uri(self) -> str:
        return f"{self.public_api_url.rstrip('/')}/api/facebook/oauth/callback"


class TokensSettings(JobsSettings, GraphSettings):
    pass


class CrmSettings(JobsSettings, PayloadSettings, DatabaseSettings):
    """`export_contacts`: how many a file holds at most."""

    export_contacts: int = Field(default=100_000, ge=1)
