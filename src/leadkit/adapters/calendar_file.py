"""Duties as an iCalendar file, which calendars on a desk or a phone read or subscribe to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from leadkit.errors import MissingExtraError
from leadkit.process.notices import Notices
from leadkit.store.values import digest

if TYPE_CHECKING:
    from icalendar import Event

MINUTES = timedelta(minutes=15)
"""How long an entry seems to last, which calendars show as one line."""


class Due(Protocol):
    """A duty: what is to be done, by means of what, about whom, by whom and when."""

    @property
    def kind(self) -> str: ...
    @property
    def means(self) -> str | None: ...
    @property
    def lead_id(self) -> str | None: ...
    @property
    def opportunity_id(self) -> str | None: ...
    @property
    def owner(self) -> str | None: ...
    @property
    def due_at(self) -> datetime: ...


def calendar_file(
    items: Iterable[Due], links: Notices, stamp: datetime, *, name: str, words: Mapping[str, str]
) -> bytes:
    """Duties as an iCalendar file: of each what it is, the id of its lead or opportunity, and where that is looked at.

    `name` is what calendars call it, `words` are what people call the kinds of duties. An entry keeps its id while its
    duty is the same, so that a calendar which reads the file again moves it. `stamp` is when the file is made, aware.

    Raises:
        MissingExtraError: icalendar is not installed.
    """
    try:
        from icalendar import Calendar
    except ImportError:
        raise MissingExtraError.of("icalendar", "calendar") from None
    feed, earlier = Calendar(), Counter[str]()
    for key, value in (("prodid", "-//leadkit//duties//"), ("version", "2.0"), ("x-wr-calname", name)):
        feed.add(key, value)
    for item in items:
        uid = digest(item.kind, item.means or "", item.lead_id or "", item.opportunity_id or "", item.owner or "")[:32]
        event = _entry(item, words.get(item.kind, item.kind), links, stamp)
        event.add("uid", f"{uid}-{earlier[uid]}@leadkit" if earlier[uid] else f"{uid}@leadkit")
        earlier[uid] += 1
        feed.add_component(event)
    content: bytes = feed.to_ical()
    return content


def _entry(item: Due, word: str, links: Notices, stamp: datetime) -> Event:
    from icalendar import Event

    entry = Event()
    entry.add("dtstamp", stamp.astimezone(UTC))
    entry.add("dtstart", item.due_at.astimezone(UTC))
    entry.add("dtend", item.due_at.astimezone(UTC) + MINUTES)
    entry.add("summary", " ".join(filter(None, (word, item.opportunity_id or item.lead_id))))
    entry.add("transp", "TRANSPARENT")
    link = links.link_to(item.lead_id, item.opportunity_id)
    if link is not None:
        entry.add("url", link)
    return entry
