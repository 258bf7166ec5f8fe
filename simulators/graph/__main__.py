"""`python -m simulators.graph --port 0 --world demo`: serves until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from dataclasses import replace

from simulators.graph.server import GraphSimulator
from simulators.graph.world import World
from simulators.graph.worlds import WORLD_NAMES, world_named


def _options() -> tuple[argparse.Namespace, World]:
    parser = argparse.ArgumentParser(
        prog="python -m simulators.graph", description="Simulates Facebook's Graph API."
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--world", default="demo", help=f"{', '.join(WORLD_NAMES)}, big:<n> or sized:<n>,<n>")
    parser.add_argument("--latency-seconds", type=float, default=0.0, help="time every answer takes")
    parser.add_argument(
        "--redirect-uri",
        action="append",
        default=[],
        help="address a login may lead back to; without any, every one on loopback",
    )
    options = parser.parse_args()
    try:
        world = world_named(options.world)
    except ValueError as error:
        parser.error(str(error))
    world.app = replace(world.app, redirect_uris=tuple(options.redirect_uri))
    return options, world


def main() -> None:
    options, world = _options()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with GraphSimulator(world, port=options.port, latency_seconds=options.latency_seconds) as simulator:
        sys.stdout.write(json.dumps({"url": simulator.url}) + "\n")
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    main()
