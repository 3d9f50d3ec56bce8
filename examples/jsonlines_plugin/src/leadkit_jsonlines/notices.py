"""Notices as lines of a file."""

from __future__ import annotations

import json
from pathlib import Path

from attrs import asdict, define, setters

from leadkit.errors import DeliveryError, Problem
from leadkit.plugins import Notice, hookimpl


@define(on_setattr=setters.frozen)
class NoticeFile:
    """Appends every notice to a file, a line of JSON each; one that is told twice stands there twice, under one id."""

    path: Path
    name: str = "notice_file"

    @hookimpl
    def leadkit_notify(self, notice: Notice) -> None:
        """Append `notice`. What can't be written is told again later."""
        line = json.dumps(asdict(notice) | {"at": notice.at.isoformat()}, ensure_ascii=False)
        try:
            with Path(self.path).open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise DeliveryError(Problem(f"the notice could not be written: {error.strerror}")) from error
