"""The command that shows what is read from a text: every candidate, what was decided, and the words it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.opening import aligned
from leadkit.cli.shared import AS_OF, POLICY, error_lines, load_named, time_or_now

if TYPE_CHECKING:
    from leadkit.policy import Policy
    from leadkit.records.text import DateCandidate, Headcount, Money, MoneyCandidate, PurchaseDate
    from leadkit.texts import Language

Row = tuple[str, str, str]
MAIL = re.compile(r"[^\s<>,;:()\[\]、]{1,64}@[^\s<>,;:()\[\]、]{1,255}")
PHONE = re.compile(r"(?<![\w.])\(?\+?\d[\d() /-]{5,18}\d(?!\w)", re.ASCII)
DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
KANA = re.compile(r"[\u3040-\u30ff]")


@click.command("read")
@click.argument("given", metavar="TEXT...", nargs=-1, required=True)
@POLICY
@AS_OF
@click.option(
    "--language", type=click.Choice(["en", "zh_CN"]), help="Language of the result; by default the text's own."
)
def read(given: tuple[str, ...], policy_name: str, as_of: datetime | None, language: Any) -> None:
    """Show what is read from a text: sums, budget, purchase date, people, phones, mails, the policy's words.

    For example: leadkit read "预算50-80万,Q3落地". A line says what was read, and from which words; `not known` is said
    where nothing was decided, though there may be candidates.
    """
    with error_lines():
        policy = load_named(policy_name)
        today = time_or_now(as_of, policy.time_zone).astimezone(policy.time_zone).date()
        for index, text in enumerate(given):
            if index:
                click.echo()
            for line in aligned(list(_rows(text, policy, today, language or _language(text)))):
                click.echo(line)


def _language(text: str) -> Language:
    return "zh_CN" if CHINESE.search(text) and not KANA.search(text) else "en"


def _rows(text: str, policy: Policy, today: date, language: Language) -> Iterator[Row]:
    from leadkit.texts import texts

    words = texts("reading", language)
    yield words["what"], words["value"], words["words"]
    yield from _sums(text, policy.document.currency, words)
    yield from _date_and_people(text, today, words)
    yield from _contacts(text, policy.document.phone_region, words)
    yield from _facts(text, policy, language)


def _sums(text: str, currency: str, words: Any) -> Iterator[Row]:
    from leadkit.records.text import money_in, read_money

    for candidate in money_in(text, currency):
        yield words["roles"][candidate.role], _sum(candidate, words), candidate.text
    money = read_money(text, currency)
    yield words["budget"], _sum(money, words) if money else words["unknown"], money.text if money else ""


def _sum(money: Money | MoneyCandidate, words: Any) -> str:
    ends = [f"{end.normalize():f}" for end in (money.low, money.high) if end is not None]
    if not ends:
        return str(words["unreadable"])
    span = f"{money.currency} {'-'.join(ends if money.qualifier == 'range' else ends[:1])}"
    return str(words[money.qualifier].format(span)) if money.qualifier in words else span


def _date_and_people(text: str, today: date, words: Any) -> Iterator[Row]:
    from leadkit.records.text import dates_in, read_headcount, read_purchase_date

    for candidate in dates_in(text, today):
        yield words["date_roles"][candidate.role], _span(candidate, words), candidate.text
    when, people = read_purchase_date(text, today), read_headcount(text)
    yield words["purchase_date"], _span(when, words) if when else words["unknown"], when.text if when else ""
    yield words["headcount"], _people(people, words) if people else words["unknown"], people.text if people else ""


def _span(when: DateCandidate | PurchaseDate, words: Any) -> str:
    if when.latest is None:
        return str(words["from"].format(when.earliest.isoformat()))
    return " - ".join(dict.fromkeys((when.earliest.isoformat(), when.latest.isoformat())))


def _people(count: Headcount, words: Any) -> str:
    if count.low is None or count.high is None:
        key, end = ("at_most", count.high) if count.low is None else ("at_least", count.low)
        return str(words[key].format(end))
    return str(count.low) if count.low == count.high else f"{count.low}-{count.high}"


def _contacts(text: str, region: str, words: Any) -> Iterator[Row]:
    from leadkit.records.text import fold, read_email, read_phone

    for written in MAIL.findall(fold(text)):
        mail = read_email(written)
        yield words["email"], words["valid" if mail.valid else "invalid"].format(mail.address or written), written
    for written in PHONE.findall(DATE.sub(" ", fold(text))):
        phone = read_phone(written, region)
        if phone.valid:
            yield words["phone"], words["valid"].format(phone.normal), written.strip()


def _facts(text: str, policy: Policy, language: Language) -> Iterator[Row]:
    from leadkit.rules.labels import label

    labels = policy.document.labels
    for fact, rule in policy.document.derive.words.items():
        reading = rule.read(text) if fact != "company_size" else None
        if reading:
            level, read_from = reading
            yield label(labels, language, fact), label(labels, language, f"{fact}.{level}", level), read_from
