"""Every code of a receipt or a notice is one of those that type checkers know."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import get_args

from leadkit.process.codes import NoticeKind
from leadkit.process.duties import DUTIES

KINDS = {*get_args(NoticeKind)}


def test_each_kind_of_notice_is_an_alert_of_a_duty_or_has_words_of_its_own():
    alerts = {f"{duty.kind}_{alert}" for duty in DUTIES for alert in duty.alerts}
    worded = {*tomllib.loads(files("leadkit.texts").joinpath("en", "notices.toml").read_text("utf-8"))}
    assert alerts | (worded - {"other", "words"}) == KINDS
