"""The command line: the same functions as the library, with no logic of its own."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from io import TextIOWrapper

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def main() -> None:
    """Run `leadkit`.

    Exits with 0 when all is done, 1 when it is done but rows were set aside or a policy has problems, 2 for wrong
    usage, 3 when an input or a policy is refused, 4 when an extra is not installed, 5 when no space is left, 130 when
    it was interrupted.
    """
    try:
        _run()
    except KeyboardInterrupt:
        sys.stderr.write("leadkit: interrupted\n")
        sys.exit(130)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _forget_output()
        sys.stderr.write("leadkit: no space is left where the output goes\n")
        sys.exit(5)


def _run() -> None:
    try:
        from leadkit.cli.commands import cli
        from leadkit.cli.shared import BulkEnd
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.stderr.write('leadkit: the command line needs click (hint: pip install "leadkit[cli]")\n')
        sys.exit(4)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        cli(prog_name="leadkit")
    except BulkEnd as end:
        with suppress(BrokenPipeError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(end.status)


def _forget_output() -> None:
    """Let what could not be printed go where it can, so that Python does not fail on it again when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
