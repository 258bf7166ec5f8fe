"""The command line of the local stack: `pagesync-local up | down | demo | clean`."""

from collections.abc import Sequence

from local.interrupts import end_in_order


def main(command_line: Sequence[str] | None = None) -> None:
    """From here on Ctrl-C ends the command in order, also while it still loads."""
    end_in_order()
    from local.commands import run  # noqa: PLC0415 - takes a second, with boto3 and pydantic

    run(command_line)


if __name__ == "__main__":
    main()
