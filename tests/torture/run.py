"""One run on a world: callers, functions, the flow and its finalizer, under one schedule."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.torture import definition, wiring
from tests.torture.callers import Callers
from tests.torture.execution import Execution
from tests.torture.faults import Kind, Luck
from tests.torture.items import ConditionFailed
from tests.torture.kernel import Answer, Deed, Done, Kernel
from tests.torture.lambdas import Lambdas
from tests.torture.schedule import Schedule
from tests.torture.stage import NameTaken, Stage, lambda_result
from tests.torture.watch import Watch
from tests.torture.world import World

MOST_STEPS = 40_000
CLOSING_ATTEMPTS = 3
SWEEP_AFTER_SECONDS = 3600
PATIENCE = timedelta(hours=12)


@dataclass
class Told:
    """What happened over the runs on one world: lines of step, time, who and what; how jobs and executions ended;
    and what was wrong."""

    lines: list[tuple[int, datetime, str, str]] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list)

    def complain(self, sentence: str) -> None:
        if sentence not in self.wrong:
            self.wrong.append(sentence)


class Run:
    def __init__(self, world: World, schedule: Schedule, told: Told) -> None:
        self._world, self._schedule, self._told = world, schedule, told
        self.kernel = Kernel(
            world.clock, random.Random(schedule.seed), schedule.tactics, schedule.pace, most_steps=MOST_STEPS
        )
        self.luck = Luck(schedule.faults)
        self._watch = Watch(world, told.complain)
        self._functions = definition.functions()
        services = {
            "arn:aws:states:::lambda:invoke": self._invoke,
            "arn:aws:states:::dynamodb:updateItem": self._update_item,
            "arn:aws:states:::states:startExecution": self._start_execution,
        }
        flow = definition.load({**world.placeholders(), **self._functions})
        self.stage = Stage(self.kernel, flow, services, self._execution_ended)
        self._lambdas = Lambdas(
            self.kernel,
            self.luck,
            lambda gated, pause: {**world.ports(gated, pause), **world.flow_ports(self.stage)},
            {**world.settings(), "chance": self.kernel.rng.random},
            note=self._note,
            seen=self._watch.seen,
            suspect=told.complain,
        )
        ids = random.Random(f"{schedule.seed} {world.clock.now()}")
        self._is_unclosed = False
        self._callers = Callers(world, self.kernel, self._lambdas, self.stage, ids)

    def go(self) -> None:
        """From a first start until nothing is under way any more."""
        deeds = [Deed(0, self._callers.start, "start"), *map(self._callers.deed, self._schedule.deeds)]
        self.kernel.deeds = deeds
        random.seed(self._schedule.seed)
        try:
            with wiring.handlers(self._functions.values(), self._world.verbs, self._lambdas.equipment):
                self.kernel.run()
        except Exception as error:  # noqa: BLE001 - a run that breaks is a finding
            self._told.complain(f"the run broke: {type(error).__name__}: {error}")
        finally:
            self.kernel.close()
        self._told.ends.update(f"{job.status} {job.outcome}" for job in self._world.jobs)
        self._told.ends.update(f"execution {each.status}" for each in self.stage.executions.values())
        # Where nobody who could close or begin a job got through, the next start of a sync has to, or the sweep.
        is_left = self._is_unclosed or self._callers.gave_up
        if is_left and self._schedule.seed % 2:
            self._sweep()
            is_left = False
        self._watch.after(self.stage.executions.values(), everything_ended=not is_left)

    # What states call.

    def _invoke(self, arguments: Any, done: Done) -> None:
        self._lambdas.invoke(arguments["FunctionName"], arguments["Payload"], lambda it: done(lambda_result(it)))

    def _update_item(self, arguments: Any, done: Done) -> None:
        self._own_call("DynamoDB:updateItem", done, lambda: self._world.stores.update_item(arguments))

    def _start_execution(self, arguments: Any, done: Done) -> None:
        def start() -> dict[str, Any]:
            return {"ExecutionArn": self.stage.start(arguments["Name"], arguments["Input"]).arn}

        self._own_call("StepFunctions:startExecution", done, start)

    def _own_call(self, where: str, done: Done, do: Callable[[], Any]) -> None:
        fault = self.luck.meets(where)
        self._note("flow", where if fault is None else str(fault))
        service = where.partition(":")[0]
        failed = Answer(error=f"{service}.ServiceUnavailableException")
        if fault is not None and fault.kind is Kind.FAILS:
            done(failed)
            return
        try:
            answer = Answer(do() or {})
        except ConditionFailed:
            answer = Answer(error=f"{service}.ConditionalCheckFailedException")
        except NameTaken:
            answer = Answer(error=f"{service}.ExecutionAlreadyExistsException")
        done(failed if fault is not None else answer)

    # What follows executions.

    def _execution_ended(self, execution: Execution) -> None:
        self._note("flow", f"execution {execution.status} {execution.error or ''}")
        if execution.status != "SUCCEEDED":
            self.kernel.later(1, lambda: self._close_job_of(execution, 1))

    def _close_job_of(self, execution: Execution, attempt: int) -> None:
        """What the rule on executions that ended badly does, with Lambda's retries of an asynchronous call."""
        event = {
            "jobId": execution.name,
            "outcome": "FAILED",
            "error": {"code": f"EXECUTION_{execution.status}", "message": "The sync was stopped."},
        }

        def heard(answer: Answer) -> None:
            if answer.error is None:
                return
            if attempt == CLOSING_ATTEMPTS:
                self._is_unclosed = True
                return
            self.kernel.later(60 * attempt, lambda: self._close_job_of(execution, attempt + 1))

        self._lambdas.invoke("finalize", event, heard)

    def _sweep(self) -> None:
        """The night comes, and nothing goes wrong in it."""
        clock = self._world.clock
        clock.advance(SWEEP_AFTER_SECONDS)
        bound = {**self._world.ports(lambda _, target: target, clock.advance), **self._world.flow_ports(self.stage)}
        ports = {name: target for name, (_, target) in bound.items()}
        swept = wiring.equip(wiring.verb("sweep_jobs"), {**ports, "clock": clock, "patience": PATIENCE})()
        self._note("sweep", str(swept))

    def _note(self, who: str, what: str) -> None:
        self._told.lines.append((self.kernel.steps, self._world.clock.now(), who, what))
