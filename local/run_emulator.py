"""The emulator's main program, run by the interpreter that the functions are to have.

That interpreter has no packages. This program alone also sees the folder of packages named by its argument, so a
package missing in our layers is missing here as it would be on AWS.
"""

import hashlib
import importlib
import json
import os
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class SharedArchive(zipfile.ZipFile):
    """An archive unpacked once for all, and linked into every folder it is to be unpacked into.

    The emulator unpacks all layers of a function anew for each worker it starts. Ours have thousands of files: that
    took 4 to 6 s of CPU a worker, with ten workers for a page of conversations. Nothing writes into a layer.
    """

    _unpacking = threading.Lock()

    def extractall(self, path: str | os.PathLike[str] | None = None, *_: object, **__: object) -> None:
        """Fill the folder `path` with links to what the archive holds."""
        target = Path(path or ".")
        for entry in self._unpacked().iterdir():
            (target / entry.name).symlink_to(entry)

    def namelist(self) -> list[str]:
        """None: the emulator asks for them to look for names outside the target, which `zipfile` never follows."""
        return []

    def _unpacked(self) -> Path:
        archive = Path(str(self.filename))
        shared = Path(tempfile.gettempdir()) / "unpacked" / hashlib.sha256(archive.read_bytes()).hexdigest()
        with self._unpacking:
            if not shared.exists():
                unfinished = shared.with_suffix(".new")
                super().extractall(unfinished, super().namelist())
                unfinished.rename(shared)
        return shared


def note_permissions(evaluator: Any, file: Path) -> None:
    """Write down what each role was allowed to do, once. A permission that never stands there is used by nobody."""
    evaluate, known = evaluator.evaluate, set(file.read_text().splitlines() if file.exists() else ())

    def noted(context: Any, *policies: Any) -> Any:
        result = evaluate(context, *policies)
        line = f"{context.principal_arn} {context.action}"
        if result.decision == "Allow" and line not in known:
            known.add(line)
            with file.open("a", encoding="utf-8") as lines:
                lines.write(f"{line}\n")
        return result

    evaluator.evaluate = noted


def note_requests(handlers: dict[str, Any], file: Path) -> None:
    """Write down what each service of AWS is asked, one JSON object a line: which, how large, how long it took, and
    for DynamoDB the capacity units that it says the request consumed.
    """
    lines = file.open("a", encoding="utf-8", buffering=1)

    def noted(service: str, handle: Any) -> Any:
        async def handled(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
            asked = body
            if service == "dynamodb":
                asked = json.dumps({**json.loads(body or b"{}"), "ReturnConsumedCapacity": "TOTAL"}).encode()
            started = time.monotonic()
            answer = await handle(method, path, headers, asked, query)
            note = {
                "action": f"{service}:{headers.get('x-amz-target', method).rpartition('.')[2]}",
                "status": answer[0],
                "bytesIn": len(body),
                "bytesOut": len(answer[2]) if isinstance(answer[2], bytes) else 0,
                "seconds": round(time.monotonic() - started, 6),
            }
            if service == "dynamodb" and answer[0] == 200:
                note["units"] = _units(json.loads(answer[2]).get("ConsumedCapacity", []))
            lines.write(json.dumps(note) + "\n")
            return answer

        return handled

    for service in ("dynamodb", "kms", "s3", "secretsmanager", "states"):
        handlers[service] = noted(service, handlers[service])


def _units(consumed: Any) -> float:
    return sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))


def main() -> None:
    # The first entry is this program's own folder, whose modules are not the emulator's.
    sys.path[:] = [*sys.path[1:], sys.argv.pop(1)]
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": SharedArchive})
    app: Any = importlib.import_module("ministack.app")
    remember_origin = app.pin_request_origin
    # All of AWS is reached by TLS, and policies may insist on it; here loopback stands for that.
    app.pin_request_origin = lambda source_ip, _: remember_origin(source_ip, True)
    note_permissions(importlib.import_module("ministack.core.iam_evaluator"), Path(os.environ["PERMISSIONS_FILE"]))
    if file := os.environ.get("REQUESTS_FILE"):
        note_requests(app.SERVICE_HANDLERS, Path(file))
    app.main()


if __name__ == "__main__":
    main()
