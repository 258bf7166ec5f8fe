"""`python -m simulators.gemini`: serve until SIGTERM, saying where in one JSON line."""

import argparse
import json
import signal
import sys
import threading

from simulators.gemini.server import GeminiSimulator


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m simulators.gemini", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--latency-seconds", type=float, default=0.0, help="how long every answer takes")
    parser.add_argument("--api-key", help="the one key that is valid; without it every key is")
    options = parser.parse_args()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    simulator = GeminiSimulator(port=options.port, latency_seconds=options.latency_seconds, api_key=options.api_key)
    with simulator:
        sys.stdout.write(json.dumps({"url": simulator.url}) + "\n")
        sys.stdout.flush()
        stopped.wait()


if __name__ == "__main__":
    main()
