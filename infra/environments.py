"""The environments pagesync is deployed to, as values: what differs between them is here and nowhere else."""

import json
import platform
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

FromContext = Callable[[str], str | None]


class DatabaseKind(Enum):
    AURORA_DSQL = "dsql"
    """A serverless cluster of the data stack, entered with IAM tokens."""
    POSTGRES_SECRET = "secret"
    """Any PostgreSQL; its postgresql:// URL is the secret pagesync/<env>/database, made before the first deploy."""


@dataclass(frozen=True)
class LambdaTarget:
    """What the third-party wheels are chosen for."""

    architecture: lambda_.Architecture
    python_version: str
    """Major and minor, "3.13"."""
    wheel_platform: str | None
    """A platform name of uv; None is the machine that synthesises."""


@dataclass(frozen=True)
class FunctionSize:
    memory_mib: int
    timeout_seconds: int


@dataclass(frozen=True)
class Graph:
    api_url: str
    api_version: str = "v25.0"
    dialog_url: str = "https://www.facebook.com"
    """Where people log in."""
    page_limit: int = 100
    """Conversations asked for at once; Meta's own ceiling for a page of them."""


@dataclass(frozen=True)
class Gemini:
    api_url: str
    api_version: str = "v1"
    model: str = "gemini-3.5-flash-lite"
    thinking_level: str = "minimal"


@dataclass(frozen=True)
class OidcIssuer:
    """Whoever signs people in where it is not a Cognito user pool of ours. Their tokens are ID tokens with an
    organisation and a role, in the claims named here; strings both.
    """

    url: str
    """Its discovery document is below this address, over HTTPS."""
    client_id: str
    """The web application's there, which tokens are for: a public client with PKCE."""
    org_claim: str
    role_claim: str
    scope: str = "openid email"
    """What the web application asks for to be given those claims, and the address it shows."""


ARM64 = LambdaTarget(lambda_.Architecture.ARM_64, "3.13", "aarch64-manylinux_2_28")

SIZES: Mapping[str, FunctionSize] = MappingProxyType(
    {
        # 1,769 MiB is one whole vCPU. The API's functions answer people, who wait for the cold start too: an API
        # call is over after 30 s in any case.
        "start_sync": FunctionSize(memory_mib=1024, timeout_seconds=15),
        "status": FunctionSize(memory_mib=1024, timeout_seconds=15),
        "crm": FunctionSize(memory_mib=1024, timeout_seconds=29),
        # Waits for Graph, then splits one JSON page of up to a few MiB.
        "fetch_page": FunctionSize(memory_mib=1024, timeout_seconds=120),
        # Waits for 25 analyses at once, each with its own retries.
        "process_batch": FunctionSize(memory_mib=1024, timeout_seconds=180),
        # Asks Facebook several times in one answer to a person.
        "accounts": FunctionSize(memory_mib=1024, timeout_seconds=29),
        "finalize": FunctionSize(memory_mib=512, timeout_seconds=60),
        "migrate": FunctionSize(memory_mib=512, timeout_seconds=300),
        "sweep": FunctionSize(memory_mib=512, timeout_seconds=300),
        # A call of Facebook a Page, one after the other.
        "tokens": FunctionSize(memory_mib=512, timeout_seconds=900),
    }
)


SETTINGS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "start_sync": frozenset({"RETENTION_DAYS"}),
        "status": frozenset({"RETENTION_DAYS"}),
        "crm": frozenset({"RETENTION_DAYS", "EXPORT_CONTACTS"}),
        "fetch_page": frozenset(
            {
                "RETENTION_DAYS",
                "PAGE_LIMIT",
                "PAGES_AT_ONCE",
                "BATCH_SIZE",
                "GRAPH_API_VERSION",
                "GRAPH_TIMEOUT_SECONDS",
                "OVERLAP_HOURS",
                "FULL_WALK_DAYS",
                "USAGE_SLOW_PERCENT",
                "USAGE_SLOW_SECONDS",
                "USAGE_STOP_PERCENT",
                "USAGE_STOP_SECONDS",
                "TROUBLE_ATTEMPTS",
                "TROUBLE_LONGEST_SECONDS",
            }
        ),
        "process_batch": frozenset(
            {
                "RETENTION_DAYS",
                "GEMINI_API_VERSION",
                "GEMINI_MODEL",
                "GEMINI_THINKING_LEVEL",
                "GEMINI_MAX_OUTPUT_TOKENS",
                "GEMINI_TRANSCRIPT_TOKENS",
                "GEMINI_REQUESTS_PER_MINUTE",
                "GEMINI_TOKENS_PER_MINUTE",
                "GEMINI_BURST_SECONDS",
                "GEMINI_PRICES",
                "DAILY_BUDGET_USD",
                "ANALYSIS_THREADS",
            }
        ),
        "accounts": frozenset({"RETENTION_DAYS", "GRAPH_API_VERSION", "GRAPH_TIMEOUT_SECONDS"}),
        "finalize": frozenset({"RETENTION_DAYS", "OVERLAP_HOURS", "FULL_WALK_DAYS"}),
        "migrate": frozenset[str](),
        "sweep": frozenset({"RETENTION_DAYS", "SWEEP_PATIENCE_HOURS"}),
        "tokens": frozenset({"RETENTION_DAYS", "GRAPH_API_VERSION", "GRAPH_TIMEOUT_SECONDS"}),
    }
)
"""The policies that each function reads from its environment, where each has a default."""


@dataclass(frozen=True)
class Environment:
    name: str
    database: DatabaseKind
    graph: Graph = Graph(api_url="https://graph.facebook.com")
    gemini: Gemini = Gemini(api_url="https://generativelanguage.googleapis.com")
    target: LambdaTarget = ARM64
    sizes: Mapping[str, FunctionSize] = field(default_factory=lambda: SIZES)
    settings: Mapping[str, str] = MappingProxyType({})
    """Policies that differ from the functions' own defaults; every function gets those of `SETTINGS` it reads."""
    batch_size: int = 25
    """Participants in a batch. They are analysed at once: a larger one takes hardly longer, and costs less each."""
    pages_at_once: int = 3
    """Of Facebook's pages, read in a row while those before them are analysed: at 0.8 s a page of 100 that takes
    longer than the analysis of as many, which then keeps up with Facebook.
    """
    map_concurrency: int = 12
    """Batches of one job in work at once: three pages of 100 participants are one round."""
    history_budget: int = 8_000
    """History events after which an execution hands over to a successor; sync.asl.json says why this is enough."""
    versions: bool = True
    """Whether each release of the flow is a version that syncs start on; the emulator's CloudFormation has none."""
    hand_over_seconds: int = 86_400
    """Age at which it does so anyway, well before the flow's own time limit."""
    keep_data: bool = False
    """Whether data outlives its stack, cannot be deleted by accident and can be restored to any second."""
    log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH
    log_level: str = "INFO"
    oidc: OidcIssuer | None = None
    """None: people are in a user pool of the data stack."""
    public_api_url: str | None = None
    """Where browsers reach the API; None: at the address that API Gateway gives it."""
    web_url: str | None = None
    """Where the web application is served; None: from a CloudFront distribution of the data stack."""
    other_origins: tuple[str, ...] = ()
    """Further sites where people sign in and whose pages call the API, as a developer's Vite does."""
    requests_per_second: int = 50
    burst_requests: int = 100
    alarm_email: str | None = None
    """Who hears of alarms; they confirm it once. Others subscribe to the topic in the outputs."""
    daily_ai_budget_dollars: float = 5
    """What Gemini may cost in a day before an alarm says so."""
    runbook_url: str = "docs/runbook.md"
    """Where an alarm's description points to."""
    id_token_hours: int = 1
    own_credentials: bool = False
    """Deploy as whoever calls, without the roles of `cdk bootstrap`: for the emulator, which has one account."""

    @property
    def page_limit(self) -> int:
        """Conversations that a job asks for at first."""
        return int(self.settings.get("PAGE_LIMIT", self.graph.page_limit))

    @property
    def batches_a_page(self) -> int:
        """Of a full page, in which every conversation has one participant."""
        pages_at_once = int(self.settings.get("PAGES_AT_ONCE", self.pages_at_once))
        batch_size = int(self.settings.get("BATCH_SIZE", self.batch_size))
        return -(-pages_at_once * self.page_limit // batch_size)

    def settings_of(self, function: str) -> dict[str, str]:
        """Environment variables."""
        return {name: value for name, value in self.settings.items() if name in SETTINGS[function]}

    @property
    def removal_policy(self) -> RemovalPolicy:
        return RemovalPolicy.RETAIN if self.keep_data else RemovalPolicy.DESTROY

    @property
    def is_emptied(self) -> bool:
        """Whether a bucket is emptied to be deleted; on the emulator it is gone with everything else."""
        return not (self.keep_data or self.own_credentials)

    @property
    def logs_removal_policy(self) -> RemovalPolicy:
        """Their names are fixed, so kept ones would stand in the way of the next deployment; they expire anyway."""
        return RemovalPolicy.DESTROY

    @property
    def gemini_secret_name(self) -> str:
        return f"pagesync/{self.name}/gemini"

    @property
    def facebook_secret_name(self) -> str:
        """Of the app at Meta that people let into their Pages: see pagesync.adapters.graph.app."""
        return f"pagesync/{self.name}/facebook"

    @property
    def database_secret_name(self) -> str:
        return f"pagesync/{self.name}/database"


def environment_named(name: str | None, from_context: FromContext) -> Environment:
    """The environment chosen with `-c env=<name>`.

    `local` takes more from the context: `graphApiUrl`, `geminiApiUrl`, `publicApiUrl` and `webUrl`, the addresses
    of its servers; `settings`, a JSON object of functions' variables; `historyBudget`, the events after which an
    execution hands over.

    Raises SystemExit with one sentence for whoever typed the command.
    """
    if name == "local":
        return _local(from_context)
    if name is not None and name in _DEPLOYED:
        return _DEPLOYED[name]
    raise SystemExit(f"Choose an environment: -c env={'|'.join(['local', *_DEPLOYED])} (got {name!r}).")


def _local(from_context: FromContext) -> Environment:
    """The emulator runs functions on the interpreter of this machine, so the wheels are for that one."""
    machine = platform.machine().lower()
    architecture = lambda_.Architecture.ARM_64 if machine in {"arm64", "aarch64"} else lambda_.Architecture.X86_64
    return Environment(
        name="local",
        database=DatabaseKind.POSTGRES_SECRET,
        graph=Graph(
            api_url=_required("graphApiUrl", from_context), dialog_url=_required("graphApiUrl", from_context)
        ),
        gemini=Gemini(api_url=_required("geminiApiUrl", from_context)),
        target=LambdaTarget(architecture, f"{sys.version_info.major}.{sys.version_info.minor}", None),
        settings=_local_settings(from_context("settings")),
        history_budget=_history_budget(from_context("historyBudget")),
        versions=False,
        log_retention=logs.RetentionDays.ONE_DAY,
        public_api_url=_required("publicApiUrl", from_context),
        web_url=_required("webUrl", from_context),
        id_token_hours=24,
        own_credentials=True,
    )


def _local_settings(text: str | None) -> dict[str, str]:
    """The simulator of Gemini has no quota."""
    try:
        given: object = json.loads(text or "{}")
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise SystemExit("-c settings=<object> takes a JSON object of functions' variables.")
    settings = {str(name): str(value) for name, value in cast("dict[object, object]", given).items()}
    if unknown := settings.keys() - frozenset().union(*SETTINGS.values()):
        raise SystemExit(f"No function reads the setting {', '.join(sorted(unknown))}.")
    return {"GEMINI_REQUESTS_PER_MINUTE": "0", "GEMINI_TOKENS_PER_MINUTE": "0", **settings}


def _history_budget(text: str | None) -> int:
    """An execution writes some 20 events before it has done anything: with fewer it would only hand over."""
    default = Environment.history_budget
    if text is None:
        return default
    if not text.isdecimal() or not _LEAST_BUDGET <= int(text) <= default:
        raise SystemExit(f"-c historyBudget=<events> takes a number from {_LEAST_BUDGET} to {default}.")
    return int(text)


_LEAST_BUDGET = 20


def _required(key: str, from_context: FromContext) -> str:
    value = from_context(key)
    if not value:
        raise SystemExit(f"The local environment needs -c {key}=<url>.")
    return value


_TIER_1: Mapping[str, str] = MappingProxyType(
    # What tier 1 may spend, $10 in ten minutes, is 930 analyses of flash-lite a minute (1,500 tokens in, 250 out).
    # Google tells each project its own limits in AI Studio: set them here where they are tighter or wider.
    {"GEMINI_REQUESTS_PER_MINUTE": "900", "GEMINI_TOKENS_PER_MINUTE": "1000000"}
)

_DEPLOYED: Mapping[str, Environment] = MappingProxyType(
    {
        "dev": Environment(
            name="dev",
            database=DatabaseKind.AURORA_DSQL,
            settings={**_TIER_1, "DAILY_BUDGET_USD": "5"},
            log_retention=logs.RetentionDays.ONE_WEEK,
            log_level="DEBUG",
            other_origins=("http://localhost:5173",),
        ),
        "staging": Environment(
            name="staging", database=DatabaseKind.AURORA_DSQL, settings={**_TIER_1, "DAILY_BUDGET_USD": "5"}
        ),
        "prod": Environment(
            name="prod",
            database=DatabaseKind.AURORA_DSQL,
            # An organisation's day: some 45,000 analyses.
            settings={**_TIER_1, "DAILY_BUDGET_USD": "50"},
            keep_data=True,
            daily_ai_budget_dollars=50,
            log_retention=logs.RetentionDays.THREE_MONTHS,
            requests_per_second=500,
            burst_requests=1000,
        ),
    }
)
