"""Where a text mentions dates: each at its place, with its bounds (前, by, 以后, from) and ranges joined."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Literal

from attrs import define, evolve, setters

from leadkit.records.text.dates.forms import Form, Kind
from leadkit.records.text.dates.forms_chinese import CHINESE_FORMS
from leadkit.records.text.dates.forms_durations import DURATIONS
from leadkit.records.text.dates.forms_figures import FIGURES
from leadkit.records.text.dates.forms_latin import LATIN_FORMS
from leadkit.records.text.dates.forms_no import NO_DATES
from leadkit.records.text.dates.parts import Span
from leadkit.records.text.dates.spans import read_relative

Bound = Literal["by", "before", "from", "after", "since", ""]


@define(on_setattr=setters.frozen)
class Mention:
    """A date at `start` to `end` of the text, as one form or both ends of a range say it; no span if impossible."""

    start: int
    end: int
    kind: Kind
    ends: tuple[tuple[Form, re.Match[str]], ...]
    span: Span | None
    bound: Bound = ""

    @property
    def names_year(self) -> bool:
        """Whether the words leave no choice of year."""
        groups = [match.groupdict() for _, match in self.ends]
        return any(each.get(name) not in _NO_YEARS for each in groups for name in ("year", "year_after"))

    @property
    def names_no_month(self) -> bool:
        """Whether it is a part of any month, such as 月底."""
        groups = self.ends[0][1].groupdict()
        return self.ends[0][0].read is read_relative and not groups.get("which") and not groups.get("weekday")

    def was_open_before(self, today: date) -> bool:
        """Whether it is a time from a named year on that has begun long ago."""
        return self.bound in {"from", "after"} and self.names_year and bool(self.span and self.span[1] < today)

    def bounded(self, today: date) -> tuple[date, date | None]:
        """The first and the last day, None where the end is open. Only for possible ones."""
        first, last = self.span or (today, today)
        match self.bound:
            case "from":
                return first, None
            case "after":
                return last + timedelta(days=1), None
            case "since":
                return (first, last) if last < today else (first, None)
            case "before" | "by":
                if self.kind == "holiday":
                    last = first - timedelta(days=self.bound == "before")
                return min(today, last), last
        return first, last

    @property
    def waits(self) -> bool:
        """Whether nothing is to happen before it (not before March, 等12月), so that it tells more than a start."""
        text = self.ends[0][1].string[self.start : self.end]
        return self.bound in {"from", "after"} and bool(_WAIT.search(text))

    @property
    def closes(self) -> bool:
        """Whether offers or applications end then (11月30日截止), rather than a purchase."""
        text = self.ends[0][1].string
        return text.startswith(("截止", "截至"), self.start) or text.endswith(("截止", "为止"), 0, self.end)

    def seen_from(self, day: date) -> Mention:
        """The mention as it reads from another day; the same where it can't be read from there."""
        span = _read(self.ends, day)
        return self if span is None else evolve(self, span=span)


_WAIT = re.compile(r"[不没无等]|(?<![a-z])(?:not?|never|nothing)(?![a-z])|n't|nicht")


def mentions_in(text: str, today: date) -> list[Mention]:
    """All possible dates in folded, lower-case, simplified text, from left to right."""
    mentions: list[Mention] = []
    for form, match in _matches(text):
        mention = Mention(match.start(), match.end(), form.kind, ((form, match),), _read(((form, match),), today))
        joined = _joined(mentions[-1], mention, text, today) if mentions else None
        mentions[-1:] = [joined] if joined else [*mentions[-1:], mention]
    edges = [0, *(mention.end for mention in mentions)]
    with_bounds = [_with_bound(mention, text, edge) for mention, edge in zip(mentions, edges, strict=False)]
    return [mention for mention in with_bounds if mention.span]


_FORMS = (*NO_DATES, *FIGURES, *CHINESE_FORMS, *LATIN_FORMS, *DURATIONS)
_BY_MARK = {
    mark: (
        sum(1 << order for order, form in enumerate(_FORMS) if mark in form.hints),
        sum(1 << order for order, form in enumerate(_FORMS) if mark in form.more),
    )
    for mark in frozenset[str]().union(*(form.hints | form.more for form in _FORMS))
}
"""Character or word -> the forms that it is a hint of, and those that it is more of, as bits."""
_MARKS = frozenset(_BY_MARK)
_WORDS = re.compile(r"[a-zà-ÿ]+")


@lru_cache(1024)
def _forms(bits: int) -> tuple[tuple[int, Form], ...]:
    return tuple((order, form) for order, form in enumerate(_FORMS) if bits >> order & 1)


def _matches(text: str) -> list[tuple[Form, re.Match[str]]]:
    """What matches a form, the leftmost and then the longest of those that overlap; forms of no dates hide others."""
    marks = {*text, *_WORDS.findall(text)}
    hinted = more = 0
    for mark in marks & _MARKS:
        bits = _BY_MARK[mark]
        hinted |= bits[0]
        more |= bits[1]
    matches = [
        (match.start(), -match.end(), order, form, match)
        for order, form in _forms(hinted & more)
        for match in form.pattern.finditer(text)
        if form.guard is None or form.guard.search(text[max(0, match.start() - 24) : match.start()])
    ]
    kept, end = [], 0
    for start, _, _, form, match in sorted(matches, key=lambda entry: entry[:3]):
        if start >= end:
            kept.append((form, match))
            end = max(end, match.end())
    return kept


_NO_YEARS = (None, "次年", "翌年")


def _read(ends: tuple[tuple[Form, re.Match[str]], ...], today: date) -> Span | None:
    """The days from the first end to the last; a year that only the second names is the year of both."""
    try:
        spans = [form.read(match, today) for form, match in ends if form.read]
        if len(spans) > 1 and (spans[1][0] < spans[0][0] or ends[1][1].groupdict().get("year") in _NO_YEARS[1:]):
            spans = _in_order(ends, spans)
    except (ValueError, OverflowError):
        return None
    return (spans[0][0], spans[-1][1]) if spans and spans[0][0] <= spans[-1][1] else None


def _in_order(ends: tuple[tuple[Form, re.Match[str]], ...], spans: list[Span]) -> list[Span]:
    match, read = ends[1][1], ends[1][0].read
    return [spans[0], read(match, spans[0][0])] if read else spans


_RANGE = re.compile(r" ?(?:-{1,2}|~|–|—|至|到|to|until|till|bis|à|and|和|与|及|或者?|还是|or|oder|ou|/|、) ?")
_BETWEEN = re.compile(r"(?:between|from|zwischen|entre|von|从|在|介于) ?$")
_SPANNING = ("-", "~", "–", "—", "至", "到", "to", "until", "till", "bis", "à")


def _joined(first: Mention, second: Mention, text: str, today: date) -> Mention | None:
    """Both as a range where a dash or a word joins them; if "or" or "and" does not adjoining, without a span."""
    joint = text[first.end : second.start]
    if len(joint) > 7 or len(first.ends) > 1 or not first.span or not second.span or not _RANGE.fullmatch(joint):
        return None
    if "none" in {first.kind, second.kind} or "urgent" in {first.kind, second.kind}:
        return None
    both = (*first.ends, *second.ends)
    if second.names_year and not first.names_year:
        span = _read(both, date(second.span[0].year, 1, 1))
    else:
        span = _read(both, today)
    whole = joint.strip() in _SPANNING or bool(_BETWEEN.search(text[max(0, first.start - 10) : first.start]))
    if span is None or not (whole or _adjoin(both, span)):
        return Mention(first.start, second.end, first.kind, both, None)
    return Mention(first.start, second.end, first.kind, both, span)


def _adjoin(ends: tuple[tuple[Form, re.Match[str]], ...], span: Span) -> bool:
    """Whether no day lies between the two ends, seen from the first day of both."""
    first, second = (_read((end,), span[0]) for end in ends)
    return bool(first and second and second[0] - first[1] <= timedelta(days=1))


_NOT_BEFORE = (
    r"(?:(?<![a-z])(?:not?|never|nothing|[a-z]+n't) (?:[a-z]+ ){0,5}?(?:before|until|till|earlier than|sooner than)"
    r"|nicht vor|frühestens(?: im| ab| in)?|à partir de|最早|最快|不早于)"
)
_BEFORE: tuple[tuple[Bound, str], ...] = (
    ("from", rf"{_NOT_BEFORE}(?: the)?(?:在|于|是|也要|要|得)? ?$"),
    (
        "by",
        (
            r"(?:(?<![a-z])(?:by|until|till|(?:no|not) later than|deadline(?: is|:)?|latest(?: by)?|at the latest|bis"
            r"(?: spätestens)?(?: zum| zur)?"
            r"|spätestens(?: zum| im| bis)?|d'ici|jusqu'(?:à|en))|最晚|最迟|至迟|不晚于|不迟于|遅くとも|截止到?|截至"
            r"|赶在|最[晚迟]不[能要得]?超过|不超过)(?: the| end of)?(?:在|于|到|是|:)? ?$"
        ),
    ),
    ("since", r"(?<![a-z])(?:since|seit|depuis)(?: the)? ?$"),
    ("before", r"(?<![a-z])(?:before|prior to|ahead of|vor|avant)(?: the)? ?$"),
    (
        "from",
        (
            r"(?<![a-z])(?:(?<!year )(?:starting|beginning)(?: from| in)?|as early as|from|as of|as from|earliest|ab"
            r"|erst ab)(?: the)? ?$"
        ),
    ),
    ("from", r"等到?$"),
    ("after", r"(?<![a-z])(?:after|post|nach|après)(?: the)? ?$"),
)
_FRONT, _REAR = (
    r"(?!面|台|端|沿|景|期|身|提(?=是|条|下|为|$|[,。;])|往|来|后|者|述|线|列)",
    r"(?!面|台|端|续|期|勤|备|者|退|代|缀)",
)
_NOT_YET = r"(?:都|也|应该|肯定|估计|基本|可能|是|我们|客户|暂时|应|还)*(?:不(?!迟|晚|超|急|过)|没|无|别|暂不)"
_HAPPENING = (
    r"(?:开学|放假|旺季|开业|开工|投产|搬厂|搬迁|检修|展会?|活动|会议|中标|测试|试用|验收|投标|招标"
    r"|到期|审批|会)"
)
_AFTER: tuple[tuple[Bound, str], ...] = (
    ("from", rf" ?(?:之前|以前|前){_NOT_YET}|份?的?{_HAPPENING}(?:通过|合格|完成|结束)?[之以]?后"),
    ("before", rf"份?的?{_HAPPENING}[之以]?前(?!面)"),
    ("before", rf" ?(?:之前|以前|前后|前{_FRONT})"),
    (
        "by",
        (
            r" ?(?:之内|以内|内(?!部|外|容|蒙|销|存|嵌|置|控|径)|为止|截止|までに?|(?:or|and) (?:earlier"
            r"|sooner|before)|at the latest|latest|spätestens)"
        ),
    ),
    (
        "from",
        (
            r" ?(?:份?以后|起(?!来|步|重|草|用)|から|より(?!も)|以降|onwards?|(?:or|and) (?:later|after|beyond)"
            r"|at the earliest)"
        ),
    ),
    ("after", rf" ?(?:份?之后|过后|后{_REAR})"),
)
_LONGEST = 64
_MAY_BOUND = re.compile(r"[a-zà-ÿ晚迟于到在是:快早等至过也要得止] ?$")


@cache
def _before() -> tuple[tuple[Bound, re.Pattern[str]], ...]:
    return tuple((bound, re.compile(expression)) for bound, expression in _BEFORE)


@cache
def _after() -> tuple[tuple[Bound, re.Pattern[str]], ...]:
    return tuple((bound, re.compile(expression)) for bound, expression in _AFTER)


def _with_bound(mention: Mention, text: str, edge: int) -> Mention:
    """The mention with the words around it that say on which side it is open."""
    if mention.kind not in {"calendar", "holiday", "loose"} or mention.span is None:
        return mention
    if mention.ends[0][1].groupdict().get("open") is not None:
        return evolve(mention, bound="after")
    before = text[max(edge, mention.start - _LONGEST) : mention.start]
    for bound, pattern in _after():
        match = pattern.match(text, mention.end)
        if match and "前后" not in match[0]:
            return evolve(mention, bound=bound, end=match.end())
    for bound, pattern in _before() if _MAY_BOUND.search(before) else ():
        match = pattern.search(before)
        if match:
            return evolve(mention, bound=bound, start=mention.start - len(before) + match.start())
    return mention
