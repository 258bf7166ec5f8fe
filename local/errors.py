"""What can go wrong while running the local stack, said in one sentence."""

from pathlib import Path

_TAIL_LINES = 20


class StackError(Exception):
    """The local stack cannot do what was asked. `log` is the file that says more, when there is one."""

    def __init__(self, sentence: str, *, log: Path | None = None) -> None:
        super().__init__(sentence)
        self.log = log

    def report(self) -> str:
        """The sentence, the end of the log, and where the whole log is."""
        if self.log is None:
            return str(self)
        return f"{self}\n{_tail(self.log)}\nThe whole log: {self.log}"


def _tail(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "    (no log was written)"
    return "\n".join(f"    {line}" for line in lines[-_TAIL_LINES:])
