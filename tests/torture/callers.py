"""People: they start, cancel and stop syncs, try again when that fails, and work in the CRM meanwhile."""

import random
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from pagesync.domain.job import SyncMode
from tests import samples
from tests.torture import schedule, wiring
from tests.torture.invocation import Invocation
from tests.torture.kernel import Answer, Deed, Kernel
from tests.torture.lambdas import Lambdas
from tests.torture.schedule import Doing
from tests.torture.stage import Stage
from tests.torture.world import World

ATTEMPTS = 3
AGAIN_AFTER_SECONDS = 5


class Callers:
    def __init__(self, world: World, kernel: Kernel, lambdas: Lambdas, stage: Stage, ids: random.Random) -> None:
        self._world, self._kernel, self._lambdas, self._stage, self._ids = world, kernel, lambdas, stage, ids
        self.gave_up = False

    def deed(self, planned: schedule.Deed) -> Deed:
        do: dict[Doing, Callable[[], None]] = {
            Doing.CANCEL: self._cancel,
            Doing.STOP: self._stop,
            Doing.START: lambda: self.start(SyncMode.INCREMENTAL if planned.number % 3 else SyncMode.FULL),
            Doing.RETRY: self._retry,
            Doing.TOKEN_DIES: self._world.lose_token,
            Doing.MOVE_UP: lambda: self._world.move_up(planned.number),
            Doing.PERSON_MOVES: lambda: self._world.person_moves(planned.number),
            Doing.PERSON_RENAMES: lambda: self._world.person_renames(planned.number),
        }
        return Deed(planned.step, do[planned.doing], str(planned.doing))

    def start(self, mode: SyncMode = SyncMode.INCREMENTAL) -> None:
        """Somebody clicks Sync."""
        self._click("start_sync", org_id=samples.ORG, facebook_page_id=samples.PAGE, mode=mode)

    def _retry(self) -> None:
        job_id = self._world.connection.latest_job_id
        if job_id is not None:
            self._click("retry_failed", org_id=samples.ORG, failed_job_id=job_id)

    def _cancel(self) -> None:
        job_id = self._world.connection.active_job_id
        if job_id is not None:
            self._click("cancel_sync", org_id=samples.ORG, job_id=job_id)

    def _stop(self) -> None:
        """Somebody stops what runs, in the console."""
        for execution in list(self._stage.executions.values()):
            self._stage.stop(execution)

    def _click(self, name: str, attempt: int = 1, **wanted: Any) -> None:
        """Call the API, and again where that failed."""
        new_id = {"job_id": str(uuid.UUID(int=self._ids.getrandbits(128)))}

        def body(invocation: Invocation) -> Any:
            return wiring.equip(wiring.verb(name), self._lambdas.equipment(invocation))(**{**new_id, **wanted})

        def heard(answer: Answer) -> None:
            if answer.error in (None, "Conflict", "NotFound"):
                return
            if attempt == ATTEMPTS:
                self.gave_up = True
                return
            self._kernel.later(AGAIN_AFTER_SECONDS, partial(self._click, name, attempt + 1, **wanted))

        self._lambdas.perform(name, body, heard)
