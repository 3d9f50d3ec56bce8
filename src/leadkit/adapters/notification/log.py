"""Notices as lines of a log."""

from __future__ import annotations

import logging

from attrs import define, field, setters

from leadkit.adapters.notification.messages import OTHER, load_texts
from leadkit.plugins.hooks import hookimpl
from leadkit.plugins.notice import Notice
from leadkit.texts import Language

IDS = ("id", "lead_id", "opportunity_id", "to", "role", "link")


@define(on_setattr=setters.frozen)
class LogNotifier:
    """Writes one line per notice at level INFO: what it is about, and ids; none of its details."""

    logger: str = "leadkit.notices"
    language: Language = "en"
    name: str = field(default="log", kw_only=True)

    @hookimpl
    def leadkit_notify(self, notice: Notice) -> None:
        """Write `notice` to the log."""
        templates = load_texts(self.language).templates
        title = templates.get(notice.kind, templates[OTHER])["title"]
        values = {"kind": notice.kind} | {name: getattr(notice, name) for name in IDS}
        ids = " ".join(f"{name}={_quoted(value)}" for name, value in values.items() if value is not None)
        logging.getLogger(self.logger).info("%s: %s", title, ids)


def _quoted(text: str) -> str:
    return text if text.isprintable() and " " not in text else repr(text)
