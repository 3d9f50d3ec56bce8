"""The commands that correct a lead field by field, and that note what was checked of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from leadkit.cli.lists import each_lead
from leadkit.cli.opening import commanded
from leadkit.cli.shared import MAGNITUDES, Moment

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk
    from leadkit.policy import Policy
    from leadkit.records.people import Actor

BUDGET = "need.budget"


@click.command()
@click.argument("lead_id", metavar="LEAD")
@click.argument("changes", metavar="FIELD=VALUE...", nargs=-1, required=True)
@click.option("--reason", help="Why, in your own words.")
@commanded
def amend(
    desk: Desk, lead_id: str, changes: tuple[str, ...], reason: str | None, by: Actor | None, key: str | None
) -> None:
    """Correct or complete a lead, and screen and score it again.

    A field is a path such as contact.phone, company.industry, need.product, need.purchase_by (a date),
    need.budget (a sum) or custom.NAME, or what a sheet calls it, such as 电话. `tags` takes words with commas between
    them; an empty value takes away what is there.
    """
    from leadkit.cli.wording import Wording

    words = Wording.of(desk.policy)
    fields = dict(_change(word, desk.policy) for word in changes)
    receipt = desk.amend(lead_id, fields, reason=reason, by=by, key=key)
    state = desk.lead(lead_id)
    asked = words.line("lines", "asked", words.codes(state.missing)) if state.missing else ""
    standing = {"status": words.code(state.status), "points": state.points, "asked": asked}
    click.echo(words.line("lines", "amended", lead=receipt.lead_id, **standing))


@click.command()
@click.argument("lead_id", metavar="LEAD")
@click.argument("field", metavar="FIELD[=VALUE]")
@click.option("--reason", help="How it was checked, in your own words.")
@click.option("--at", type=Moment(), help="When it was checked; now where it is left out.")
@commanded
def verify(
    desk: Desk, lead_id: str, field: str, reason: str | None, at: datetime | None, by: Actor | None, key: str | None
) -> None:
    """Note that you checked a fact of a lead, such as company_size=medium, or phone; it counts from now on.

    Without a value what the lead says was found right. LEAD is an id; `-` for the ids on standard input, one a line;
    `@FILE` for the leads of a list.
    """
    from leadkit.cli.telling import tell

    named, equals, text = field.partition("=")
    fact = _fact(named.strip(), desk.policy)
    value = _checked(named.strip(), fact, text.strip(), desk.policy) if equals else None

    def give(each: str, key_of_lead: str | None) -> None:
        tell(desk, desk.verify(each, fact, value, reason=reason, at=at, by=by, key=key_of_lead), {})

    each_lead(desk, lead_id, key, give)


CONTACTS = {"phone": "phone_valid", "email": "email_valid"}
"""The facts of contact data that somebody tried out, by the name of the field."""


def _fact(named: str, policy: Policy) -> str:
    """The fact that is named by itself, by a field of a lead, or by what a sheet or the policy calls it."""
    from leadkit.cli.codes import labelled
    from leadkit.records.lead_fields import BY_PATH
    from leadkit.records.text import fold

    code = labelled(policy, named)
    if code in policy.facts:
        return code
    path = named if named in BY_PATH else dict(_spellings(policy)).get(fold(named).casefold(), named)
    name = BY_PATH[path].name if path in BY_PATH else path.removeprefix("custom.")
    return CONTACTS.get(name, name)


def _checked(named: str, fact: str, text: str, policy: Policy) -> Any:
    """The value of a fact that was checked.

    Raises:
        click.UsageError: the fact never has such a value.
    """
    from leadkit.adapters.spreadsheets.lead_values import custom_value

    known = policy.facts.get(fact)
    value = custom_value(text, known, policy) if known is not None and text else None
    if isinstance(value, Decimal) and value == int(value):
        value = int(value)
    if known is not None and (value is None or isinstance(value, Decimal)):
        wanted = (
            f"one of {', '.join(known.levels)}"
            if known.levels
            else {"boolean": "yes or no"}.get(known.type, "a whole number")
        )
        raise click.UsageError(f"{named} takes {wanted}")
    return value


def _change(word: str, policy: Policy) -> tuple[str, Any]:
    named, equals, text = word.partition("=")
    if not equals or not named:
        raise click.UsageError(f"{named or word}: write FIELD=VALUE, such as contact.phone=13812345678")
    path = _path(named.strip(), policy)
    try:
        return path, _value(path, text, policy)
    except (ValueError, InvalidOperation):
        raise click.UsageError(f"{named.strip()} takes {_wanted(path, policy)}") from None


def _path(named: str, policy: Policy) -> str:
    """The path of a field that is named by it, by its name, or by what a sheet or the policy calls it.

    Raises:
        click.UsageError: nothing is called so.
    """
    from leadkit.records.lead_fields import FIELDS
    from leadkit.records.text import fold
    from leadkit.rules.facts import near

    if named.partition(".")[0] in {field.steps[0] for field in FIELDS}:
        return named
    spellings = dict(_spellings(policy))
    path = spellings.get(fold(named).casefold())
    if path is None:
        raise click.UsageError(f"{named}: no such field; {near(named, spellings) or 'such as contact.phone'}")
    return path


def _spellings(policy: Policy) -> Iterator[tuple[str, str]]:
    """The paths of the fields that may be amended, by all that they are called."""
    from leadkit.adapters.spreadsheets.scored_rows import field_name
    from leadkit.records.lead_fields import FIELDS
    from leadkit.records.text import fold
    from leadkit.texts import LANGUAGES

    for name in policy.document.fields:
        called = [labels[name] for labels in policy.document.labels.values() if name in labels]
        yield from ((fold(spelling).casefold(), f"custom.{name}") for spelling in (name, *called))
    for field in (field for field in FIELDS if field.amendable):
        heads = [head for language in LANGUAGES for head in (field.heads(language) if field.sheet else ())]
        names = [field.name, *heads, *(field_name(field.name, language) for language in LANGUAGES)]
        yield from ((fold(name).casefold(), field.path) for name in names)
    yield from ((field_name("budget", language).casefold(), BUDGET) for language in LANGUAGES)


def _value(path: str, text: str, policy: Policy) -> Any:
    """What a text means as the value of a field; nothing where it is empty.

    Raises:
        ValueError: it means none.
        decimal.InvalidOperation: it is no number.
    """
    from leadkit.adapters.spreadsheets.lead_values import custom_value

    fact = policy.facts.get(path.removeprefix("custom.")) if path.startswith("custom.") else None
    if not text:
        return None
    if fact is not None:
        return _known(custom_value(text, fact, policy))
    if path == BUDGET:
        return _budget(text, policy.document.currency)
    return _READ.get(str(_type(path)), str)(text)


def _number(text: str) -> Decimal:
    from leadkit.records.text import read_number

    number = read_number(text, *MAGNITUDES)
    return Decimal(text) if number is None else number


def _words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def _budget(text: str, currency: str) -> dict[str, Any]:
    from leadkit.records.text import read_amount

    money = _known(read_amount(text, currency))
    return {"low": money.low, "high": money.high, "currency": money.currency}


def _day(text: str) -> date:
    from leadkit.records.text import read_moment

    moment = read_moment(text)
    if moment is None or not moment.whole_day:
        raise ValueError
    return moment.at.date()


_READ: dict[str, Callable[[str], Any]] = {"day": _day, "amount": _number, "texts": _words}
"""How a text is read as the value of a field, by the field's type."""


def _known(value: Any) -> Any:
    if value is None:
        raise ValueError
    return value


def _wanted(path: str, policy: Policy) -> str:
    """What a field takes, in words."""
    fact = policy.facts.get(path.removeprefix("custom."))
    if fact is not None and fact.levels:
        return f"one of {', '.join(fact.levels)}"
    if path == BUDGET:
        return "a sum such as 50-80万"
    kind = fact.type if fact is not None else _type(path)
    return {"day": "a date such as 2026-12-01", "boolean": "yes or no"}.get(str(kind), "a number")


def _type(path: str) -> str | None:
    from leadkit.records.lead_fields import BY_PATH

    return BY_PATH[path].type if path in BY_PATH else None
