"""The command line: the same functions as the library, with no logic of its own."""

from __future__ import annotations

import sys
from io import TextIOWrapper


def main() -> None:
    """Run `leadkit`.

    Exits with 0 when all is done, 1 when it is done but rows were set aside or a policy has problems, 2 for wrong
    usage, 3 when an input or a policy is refused, 4 when an extra is not installed.
    """
    try:
        from leadkit.cli.commands import cli
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.stderr.write('leadkit: the command line needs click (hint: pip install "leadkit[cli]")\n')
        sys.exit(4)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    cli(prog_name="leadkit")
