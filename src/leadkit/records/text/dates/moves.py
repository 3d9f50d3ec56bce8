"""Where a text puts a purchase off: 推迟到明年3月, pushed to Q2. The day before counts no more."""

from __future__ import annotations

import re

_MOVED = re.compile(
    r"(?:推迟|延[期后]|延|推|顺延|拖|挪|改|调整|变更|提前)[到至成为](?:了|大概|大约)?$"
    r"|(?<![a-z])(?:postponed|pushed|moved|shifted|delayed|slipped|slips|rescheduled|deferred)(?: (?:back|out|it|this"
    r"|that|everything))*(?: (?:in)?to| until| till)(?: the)? ?$|(?:verschoben|verlegt) auf ?$"
)
_MAY_MOVE = re.compile(r"[到至成为了概约 ]$")
_REACH = 40


def moved(text: str, start: int) -> bool:
    """Whether the words right before `start` put something off to the date that begins there."""
    before = text[max(0, start - _REACH) : start]
    return _MAY_MOVE.search(before) is not None and _MOVED.search(before) is not None
