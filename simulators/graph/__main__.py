"""`python -m simulators.graph --port 0 --world demo`: serves until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading

from simulators.graph.server import GraphSimulator
from simulators.graph.worlds import world_named


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m simulators.graph", description="Simulates Facebook's Graph API."
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--world", default="demo", help="demo, instagram, two-pages, odd or big:<conversations>")
    parser.add_argument("--latency-seconds", type=float, default=0.0, help="time every answer takes")
    options = parser.parse_args()
    try:
        world = world_named(options.world)
    except ValueError as error:
        parser.error(str(error))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with GraphSimulator(world, port=options.port, latency_seconds=options.latency_seconds) as simulator:
        sys.stdout.write(json.dumps({"url": simulator.url}) + "\n")
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    main()
