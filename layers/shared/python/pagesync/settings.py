"""What each function reads from its environment, checked before the first call; secrets come by reference."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings


class JobsSettings(BaseSettings):
    """`retention_days`: how long a job and its ledger are kept."""

    jobs_table: str
    retention_days: int = Field(default=90, ge=1)


class StartSyncSettings(JobsSettings):
    state_machine_arn: str


class SweepSettings(StartSyncSettings):
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


class FetchPageSettings(JobsSettings, PayloadSettings, WalkSettings, PatienceSettings):
    """A page's batches are registered in one transaction of at most 100 items, two of them its own."""

    token_key_id: str
    graph_api_url: str = "https://graph.facebook.com"
    graph_api_version: str = "v25.0"
    graph_timeout_seconds: float = 30
    page_limit: int = Field(default=100, ge=1, le=100)
    batch_size: int = Field(default=10, ge=5, le=25)


class DatabaseSettings(BaseSettings):
    """Either an Aurora DSQL cluster or a secret that holds a postgresql:// URL."""

    database_secret_id: str | None = None
    database_dsql_endpoint: str | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.database_secret_id is None) == (self.database_dsql_endpoint is None):
            raise ValueError("set DATABASE_SECRET_ID or DATABASE_DSQL_ENDPOINT, one of the two")
        return self


class ProcessBatchSettings(JobsSettings, PayloadSettings, DatabaseSettings):
    """Quotas are those of the Gemini project, shared by the environment's Lambdas; 0 is unlimited."""

    gemini_secret_id: str
    gemini_api_url: str | None = None
    gemini_api_version: str = "v1"
    gemini_model: str = "gemini-3.5-flash-lite"
    gemini_thinking_level: str = "minimal"
    gemini_requests_per_minute: int = Field(default=0, ge=0)
    gemini_tokens_per_minute: int = Field(default=0, ge=0)
    gemini_burst_seconds: float = Field(default=2, ge=0)
    analysis_threads: int = Field(default=10, ge=1, le=25)


class CrmSettings(JobsSettings, DatabaseSettings):
    pass
