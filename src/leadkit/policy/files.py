"""Reading a policy file that may come from anybody: a regular file of bounded size, in a folder where that is asked."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from leadkit.errors import PolicyError, Problem
from leadkit.limits import Limits

_UNBLOCKED = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
"""A pipe or a terminal that nobody writes to is opened at once, and then refused."""


def read_text(path: Path, limits: Limits, hint: str = "") -> str:
    """The text of a file.

    Raises:
        PolicyError: it can't be read, is no regular file, is too large, or is not UTF-8.
    """
    try:
        descriptor = os.open(path, _UNBLOCKED)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise PolicyError(Problem("is no regular file", hint, place=str(path)))
        with os.fdopen(descriptor, "rb") as file:
            content = file.read(limits.policy_bytes + 1)
    except OSError as error:
        raise PolicyError(Problem(error.strerror or "can't be read", hint, place=str(path))) from None
    except ValueError:
        raise PolicyError(Problem("is no name of a file", hint, place=repr(str(path)[:200]))) from None
    if len(content) > limits.policy_bytes:
        raise PolicyError(Problem(f"is larger than {limits.policy_bytes} bytes", place=str(path)))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PolicyError(Problem(f"is not UTF-8 (byte {error.start})", "save it as UTF-8", place=str(path))) from None


def inside(path: Path, folder: Path, place: str, key: str) -> Path:
    """The file that `path` leads to, which lies in `folder`; `key` of the file at `place` names it.

    Raises:
        PolicyError: it lies elsewhere. It is refused alike whether there is such a file or not.
    """
    try:
        real, home = path.resolve(), folder.resolve()
    except (OSError, RuntimeError, ValueError):
        real, home = Path(), None
    if home is None or not real.is_relative_to(home):
        hint = "name a shipped policy, or a file in the folder"
        raise PolicyError(Problem("lies outside the folder of the policies", hint, place=place, path=key))
    return real
