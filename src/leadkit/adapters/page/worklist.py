"""The worklist as one HTML page for the phone: whom to call, every point explained; no script, no network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from leadkit.adapters.files import replacing
from leadkit.adapters.page.files import filled, hashed, packaged
from leadkit.adapters.page.waterfall import Bar, bars, labels_of
from leadkit.decisions import Decision
from leadkit.policy import Policy
from leadkit.records import Contact
from leadkit.records.text import normal_phone
from leadkit.rules.labels import label
from leadkit.texts import Language, texts

MOST_LEADS = 200
"""So many leads stand on a page where nobody says how many."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def write_worklist_page(
    policy: Policy,
    decisions: Iterable[Decision],
    path: Path | str,
    *,
    as_of: datetime,
    language: Language | None = None,
    most: int = MOST_LEADS,
) -> None:
    """Write the page of a worklist to `path`, whole or not at all, readable by its owner alone.

    Raises:
        OSError: the file can't be written; what stood there is left as it was.
    """
    text = worklist_page(policy, decisions, as_of=as_of, language=language, most=most)
    with replacing(Path(path)) as part:
        part.write_text(text, encoding="utf-8")


def worklist_page(
    policy: Policy,
    decisions: Iterable[Decision],
    *,
    as_of: datetime,
    language: Language | None = None,
    most: int = MOST_LEADS,
) -> str:
    """The `decisions` of a worklist in their order as one HTML document, at most `most` of them.

    Each lead says who it is, its points and bands, how to reach it, what it needs, what to ask for, and all rows that
    add up to its points. So the page has names, phones and mail addresses: it is for whoever makes the calls.
    `language` is by default the policy's.
    """
    language = language or policy.language
    every = list(decisions)
    shown = every[:most]
    words, style = texts("worklist", language), packaged("worklist.css")
    form = "nobody" if not every else "all" if len(shown) == len(every) else "first"
    intro = words[form].format(number=len(shown), all=len(every))
    leads = "".join(_Lead(policy, each, language).item(rank) for rank, each in enumerate(shown, start=1))
    day = as_of.astimezone(policy.time_zone)
    return filled(
        "worklist.html",
        {
            "language": language.replace("_", "-"),
            "title": escape(f"{words['title']} · {day:%Y-%m-%d}"),
            "style": style,
            "style_hash": hashed(style),
            "intro": f"<p>{escape(intro)}</p>",
            "leads": f"<ol>{leads}</ol>" if shown else "",
            "footer": f"<p>{escape(words['stays'])}</p><p>{_plain(policy.id)} · leadkit</p>",
        },
    )


class _Lead:
    """One lead of the page."""

    def __init__(self, policy: Policy, decision: Decision, language: Language) -> None:
        self.policy, self.decision = policy, decision
        self.language: Language = language
        self.lead, self.score = decision.lead, decision.score
        self.words: Any = texts("worklist", language)

    def item(self, rank: int) -> str:
        """Its line, which opens to all that is known."""
        contact = self.lead.contact
        name = self.lead.company.name or contact.name or self.words["no_name"]
        who = " · ".join(filter(None, (contact.name if self.lead.company.name else None, contact.job_title)))
        below = f"<span>{_plain(who)}</span>" if who else ""
        points = f"{self.score.points:f}<span class='band'>{_plain(self._verdict())}</span>"
        return (
            f"<li><details><summary><span class='rank'>{rank}</span>"
            f"<span class='who'><b>{_plain(name)}</b>{below}</span><span class='points'>{points}</span></summary>"
            f"<div class='more'>{''.join(self._more())}</div></details></li>"
        )

    def _verdict(self) -> str:
        """The band that decides who is called first; of an invalid lead that it is."""
        if self.decision.screening.outcome == "invalid":
            return self._label("screening.invalid", "invalid")
        bands = self.score.bands
        first = next(iter(bands), None)
        return self.words["points"] if first is None else self._label(f"{first}.{bands[first]}", bands[first])

    def _more(self) -> Iterator[str]:
        reach = "".join(_ways_to_reach(self.lead.contact, self.policy.document.phone_region))
        if reach:
            yield f"<p class='reach'>{reach}</p>"
        bands = self.score.bands.items()
        known = [f"{self._label(name)}: {self._label(f'{name}.{band}', band)}" for name, band in bands]
        yield f"<p class='about'>{_plain(' · '.join([self.lead.id, *known]))}</p>"
        if self.decision.screening.outcome == "invalid":
            yield self._line("reasons", map(self._label, self.decision.screening.reasons))
        if self.lead.need.description:
            yield self._line("need", [self.lead.need.description])
        if self.score.unknown:
            low, high = self.score.possible
            yield self._line("ask", map(self._label, self.score.unknown), "possible", low, high)
        yield self._waterfall(list(bars(self.policy, self.score, self.language)))

    def _label(self, *codes: str) -> str:
        return label(labels_of(self.policy, self.score), self.language, *codes)

    def _line(self, name: str, parts: Iterable[str], more: str = "", *limits: Decimal) -> str:
        text = self.words["comma"].join(parts)
        text += self.words[more].format(low=f"{limits[0]:f}", high=f"{limits[1]:f}") if more else ""
        return f"<p><b>{_plain(self.words[name])}</b>{_plain(self.words['colon'] + text)}</p>"

    def _waterfall(self, rows: Sequence[Bar]) -> str:
        edges = [Decimal(0), *(each for row in rows if row.points for each in (row.start, row.start + row.points))]
        low, width = min(edges), (max(edges) - min(edges)) or Decimal(1)
        body = "".join(_row(row, low, width) for row in rows[:-1])
        return (
            f"<table><caption>{_plain(self.words['from'])}</caption><tbody>{body}</tbody>"
            f"<tfoot>{_row(rows[-1], low, width, signed=False)}</tfoot></table>"
        )


def _row(row: Bar, low: Decimal, width: Decimal, *, signed: bool = True) -> str:
    if row.points is None:
        return f"<tr class='group'><th colspan='3' scope='colgroup'>{_plain(row.name)}</th></tr>"
    start, end = sorted((row.start, row.start + row.points))
    left, length = (f"{float(part / width) * 100:.1f}" for part in (start - low, end - start))
    drawn = f"<rect class='lk-{row.kind}' x='{left}' width='{length}' height='14'/>"
    points = f"{'+' if signed and row.points > 0 else ''}{row.points:f}".replace("-", "−")
    return (
        f"<tr><th scope='row'>{_plain(row.name)}</th><td>{points}</td><td class='drawn'>"
        f"<svg viewBox='0 0 100 14' preserveAspectRatio='none' aria-hidden='true'>{drawn}</svg></td></tr>"
    )


def _ways_to_reach(contact: Contact, region: str) -> Iterator[str]:
    """Links that call or write; what is no number or address stands there as it is."""
    number = normal_phone(contact.phone, region) if contact.phone else None
    if number:
        yield f"<a href='tel:{quote(number, safe='+')}'>{_plain(contact.phone or '')}</a>"
    elif contact.phone:
        yield f"<span>{_plain(contact.phone)}</span>"
    if contact.email:
        yield f"<a href='mailto:{quote(contact.email, safe='@')}'>{_plain(contact.email)}</a>"


def _plain(text: str) -> str:
    return escape(_CONTROL.sub("\ufffd", text))
