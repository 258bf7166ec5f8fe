"""The conditions a test or demo sets up: latency, faults, token states, usage, irregular pages, logins."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal

from simulators.graph.errors import GraphError
from simulators.graph.faults import Fault
from simulators.graph.lifetimes import Lifetimes
from simulators.graph.paging import Irregularities
from simulators.graph.tokens import TokenLife


@dataclass(frozen=True)
class Usage:
    """Percentages of the hour's quota, as the usage headers report them; minutes until a block ends."""

    call_count: int = 0
    total_cputime: int = 0
    total_time: int = 0
    regain_minutes: int = 0

    @property
    def noticeable(self) -> bool:
        """The headers are missing while hardly anything is used (restfb#548)."""
        return max(self.call_count, self.total_cputime, self.total_time) > 0


LoginMode = Literal["auto", "page", "instant"]


@dataclass(frozen=True)
class LoginOrder:
    """How logins go: `auto` shows a browser the page and redirects any other client at once.

    `person_id` None: the first person of the world; `page_ids` None: all their Pages. Where the page is shown,
    scopes and Pages are what its boxes say at first.
    """

    mode: LoginMode = "auto"
    person_id: str | None = None
    declined_scopes: tuple[str, ...] = ()
    page_ids: tuple[str, ...] | None = None


@dataclass
class Conditions:
    """What holds at the moment. Fields may be replaced any time; methods may be called concurrently."""

    latency_seconds: float = 0.0
    reduce_above: int | None = None
    irregularities: Irregularities = field(default_factory=Irregularities)
    usage: Usage = field(default_factory=Usage)
    faults: list[Fault] = field(default_factory=list[Fault])
    tokens: defaultdict[str, TokenLife] = field(default_factory=lambda: defaultdict(TokenLife))
    login: LoginOrder = field(default_factory=LoginOrder)
    denials: int = 0  # so many people to come turn the app away
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    redirect_uris: tuple[str, ...] | None = None  # None: as the world's app has them
    require_proof: bool = False
    require_config_id: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def strike(self, call_kind: str | None, page_id: str | None, platform: str | None) -> Fault | None:
        """The fault that hits this call, if any. Each fault counts only calls no earlier fault hit."""
        with self._lock:
            concerned = (fault for fault in self.faults if fault.concerns(call_kind, page_id, platform))
            return next((fault for fault in concerned if fault.strikes()), None)

    def reset_logins(self) -> None:
        self.login = LoginOrder()
        self.denials = 0
        self.lifetimes = Lifetimes()
        self.redirect_uris = None
        self.require_proof = False
        self.require_config_id = False

    def take_denial(self) -> bool:
        """Whether the person at the dialog now is one of those who turn the app away."""
        with self._lock:
            denied = self.denials > 0
            self.denials -= denied
            return denied

    def check_token(self, page_id: str, issued_us: int = 0) -> None:
        """Raises GraphError if the Page's tokens issued then are dead."""
        with self._lock:
            self.tokens[page_id].check(issued_us)

    def begin_list_answer(self, page_id: str, issued_us: int = 0) -> GraphError | None:
        """Check the token again and count the page about to be answered, in one step."""
        with self._lock:
            life = self.tokens[page_id]
            try:
                life.check(issued_us)
            except GraphError as error:
                return error
            life.list_answered()
            return None
