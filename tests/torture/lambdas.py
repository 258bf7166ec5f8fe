"""The Lambda service: functions run as invocations on the kernel, with what bad luck does to whole invocations."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from pagesync.domain.errors import Refusal, SourceError
from tests.torture import wiring
from tests.torture.faults import Kind, Luck, Note, Port, is_injected
from tests.torture.invocation import Invocation
from tests.torture.kernel import Answer, Done, Kernel
from tests.torture.stores import Bound, Gated

SECONDS_OF: Mapping[str, float] = {"fetch_page": 60, "process_batch": 180}
"""Lambda's own time limits. A caller's function has the gateway's."""
SECONDS = 30

Pause = Callable[[float], None]


class Lambdas:
    """`bound` gives an invocation its ports, and `settings` what else its verb may ask for."""

    def __init__(
        self,
        kernel: Kernel,
        luck: Luck,
        bound: Callable[[Gated, Pause], Bound],
        settings: Mapping[str, Any],
        *,
        note: Note,
        seen: Callable[..., None],
        suspect: Callable[[str], None],
    ) -> None:
        self._kernel, self._luck, self._bound, self._settings = kernel, luck, bound, settings
        self._note, self._seen, self._suspect = note, seen, suspect

    def invoke(self, function: str, event: Mapping[str, Any], done: Done) -> None:
        """Call a function; `done` hears what its caller hears."""
        received = json.loads(json.dumps(event))
        start = partial(self.perform, function, lambda invocation: wiring.call(function, received, invocation))
        fault = self._luck.meets(function)
        if fault is None:
            start(done)
            return
        self._note(function, str(fault))
        if fault.kind is Kind.REFUSED:
            self._kernel.later(0.05, lambda: done(Answer(error="Lambda.TooManyRequestsException")))
        elif fault.kind is Kind.UNHEARD:
            start(_nobody)
            done(Answer(error="Lambda.SdkClientException"))
        else:
            start(done)
            self._kernel.later(fault.seconds, lambda: start(_nobody))

    def perform(self, name: str, body: Callable[[Invocation], Any], done: Done) -> None:
        """Run `body` as an invocation of a function of this name."""

        def live(invocation: Invocation) -> Any:
            try:
                return body(invocation)
            except Exception as error:
                self._note(name, f"raises {type(error).__name__}")
                # What nobody injected is a defect, but for refusals and Facebook's own answers.
                if not is_injected(error) and not isinstance(error, Refusal | SourceError):
                    self._suspect(f"{name} raised {type(error).__name__}: {error}")
                raise

        invocation = Invocation(self._kernel, name, live, done)
        invocation.deadline = self._kernel.clock.now() + timedelta(seconds=SECONDS_OF.get(name, SECONDS))

    def equipment(self, invocation: Invocation) -> Mapping[str, Any]:
        """What a verb may ask for by name."""

        def gated(protocol: type, target: Any) -> Port:
            return Port(protocol, target, invocation, self._luck, self._note, self._seen)

        def pause(seconds: float) -> None:
            self._kernel.clock.advance(seconds)
            invocation.gate()

        ports = {name: gated(protocol, target) for name, (protocol, target) in self._bound(gated, pause).items()}
        return {**ports, **self._settings, "clock": self._kernel.clock, "pause": pause}


def _nobody(_: Answer) -> None:
    """Nobody listens."""
