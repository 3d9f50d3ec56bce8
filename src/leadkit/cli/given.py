"""A command of a desk as a command of the terminal: arguments, options and help from the fields of its class."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from importlib import import_module
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

import click
from attrs import NOTHING, Attribute, fields

from leadkit.cli.catalogue import Entry
from leadkit.cli.lists import MANY_LEADS, each_lead
from leadkit.cli.opening import BY, KEY, ROLE, SHORTEST, giver, on_store
from leadkit.cli.shared import MAGNITUDES, Moment
from leadkit.cli.telling import tell

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk
    from leadkit.process.command import Command
    from leadkit.records.people import Actor

METAVARS = {"lead_id": "LEAD", "opportunity_id": "ID", "other": "OTHER"}
MOST_OF_A_LEAD = 1000
UNNAMED = "XXX"
"""The currency of a sum that names none."""
CURRENCIES = "leadkit.currencies"
"""Where the currencies that sums name are kept, by the option."""


class Amount(click.ParamType[Decimal]):
    """A sum of money in the policy's currency, such as `1200000`, `1,200,000` or `120万`."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        from leadkit.records.text import read_number

        amount = read_number(str(value), *MAGNITUDES)
        try:
            amount = Decimal(value) if amount is None else amount
        except InvalidOperation:
            amount = self._in_currency(str(value), param, ctx)
        if not amount.is_finite() or amount < 0:
            self.fail("not an amount such as 1200000 or 120万", param, ctx)
        return amount

    def _in_currency(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """A sum that names its currency; one that is not the policy's is refused when the desk is open."""
        from leadkit.records.text import read_money

        money = read_money(text, UNNAMED)
        if money is None or money.low is None or money.low != money.high or money.qualifier != "exact":
            return Decimal("NaN")
        if money.currency != UNNAMED:
            if ctx is None or param is None:
                return Decimal("NaN")
            ctx.meta[f"{CURRENCIES}.{param.name}"] = money.currency
        return money.low


_FIGURE = re.compile(r"[a-z][a-z_]*")


class Milestone(click.ParamType[tuple[str, datetime]]):
    """A step of the plan and the day it is to be reached: `demo@2026-12-01`."""

    name = "name@date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, datetime]:
        if isinstance(value, tuple):
            return value
        step, _, date = value.rpartition("@")
        if not step.strip():
            self.fail("not a milestone such as demo@2026-12-01", param, ctx)
        return step, Moment().convert(date, param, ctx)


class MeasureText(click.ParamType[tuple[str, str, date, str | None]]):
    """What is to be done, by whom, the day, and what it is to move: `call them@chen@2026-12-31@lead_to_win_rate`."""

    name = "text@owner@day[@figure]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str, date, str | None]:
        if isinstance(value, tuple):
            return value
        words, _, last = value.rpartition("@")
        figure = last.strip() if _FIGURE.fullmatch(last.strip()) else None
        text, *rest = (value if figure is None else words).rsplit("@", 2)
        if len(rest) != 2 or not text.strip() or not rest[0].strip():
            self.fail("not a measure such as call them@chen@2026-12-31", param, ctx)
        return text, rest[0].strip(), Moment().convert(rest[1], param, ctx).date(), figure


def terminal_command(entry: Entry) -> click.Command:
    """The command of the terminal that gives the desk's command of this entry."""
    command: type[Command] = getattr(import_module(f"leadkit.desk.commands.{entry.module}"), entry.cls)
    names = {attribute.name for attribute in fields(command)}

    def run(desk: Desk, by: str, role: str | None, **options: Any) -> None:
        key, who = options.pop("key", None), giver(desk, by, role)
        _check_currencies(desk)
        values = {name: value for name, value in options.items() if value is not None}
        if "opportunity_id" in values:
            values["opportunity_id"] = opportunity_id(desk, values["opportunity_id"])
        if "signals" in values:
            values["signals"] = _signals(desk, values["signals"])

        def give(lead_id: str, key_of_lead: str | None) -> None:
            _give(desk, command, {**values, "lead_id": lead_id}, key_of_lead, who)

        if "lead_id" in values:
            each_lead(desk, values["lead_id"], key, give)
        else:
            _give(desk, command, values, key, who)

    wrapped = on_store(run)
    wrapped = BY(ROLE(KEY(wrapped) if "key" in names else wrapped))
    given = [attribute for attribute in fields(command) if attribute.name not in {"by", "key"}]
    for attribute in sorted(given, key=lambda attribute: attribute.name == "version")[::-1]:
        wrapped = _parameter(command, attribute)(wrapped)
    return click.command(entry.terminal, help=_help(command))(wrapped)


def _check_currencies(desk: Desk) -> None:
    """Let sums through that name no currency, or the policy's.

    Raises:
        click.UsageError: one names another.
    """
    ours = desk.policy.document.currency
    for place, currency in click.get_current_context().meta.items():
        if place.startswith(f"{CURRENCIES}.") and currency != ours:
            option = place.removeprefix(f"{CURRENCIES}.").replace("_", "-")
            hint = f"give what it comes to in {ours}"
            raise click.UsageError(f"--{option} is in {currency}, and amounts are in {ours}; {hint}")


def _give(desk: Desk, command: type[Command], values: dict[str, Any], key: str | None, by: Actor | None) -> None:
    """Give a command with these arguments, and tell what it did."""
    keyed = {} if key is None else {"key": key}
    tell(desk, _method(desk, command)(**values, **keyed, by=by), values)


def _method(desk: Desk, command: type[Command]) -> Callable[..., Any]:
    """The method that gives a command: of the desk, or of its opportunities."""
    owners = (desk, desk.opportunities)
    methods: list[Any] = [getattr(owner, command.name, None) for owner in owners]
    return next(method for method in methods if getattr(method, "command", None) is command)  # type: ignore[no-any-return]


def _help(command: type[Command]) -> str:
    """The docstring without the errors, which the terminal prints when they come, and how many leads are named."""
    text = inspect.cleandoc(command.__doc__ or "").partition("\n\nRaises:")[0]
    return f"{text}\n\n{MANY_LEADS}" if "lead_id" in {attribute.name for attribute in fields(command)} else text


def _parameter(command: type[Command], attribute: Attribute[Any]) -> Callable[[Any], Any]:
    """One field as an argument where it is demanded and has no option of its own, else as an option."""
    from leadkit.desk.commands.schema import argument_of, hints

    alias, argument = str(attribute.alias), argument_of(hints(command)[attribute.name])
    kind = _plain(get_type_hints(command)[attribute.name])
    demanded = attribute.default is NOTHING
    if attribute.name in METAVARS or (demanded and not attribute.kw_only and argument.option is None):
        metavar = METAVARS.get(attribute.name, alias.upper())
        return click.argument(alias, metavar=metavar if demanded else f"[{metavar}]", required=demanded)
    option = argument.option or f"--{alias.replace('_', '-')}"
    return click.option(option, alias, help=argument.help, **_click_options(kind, option, demanded=demanded))


def _click_options(kind: Any, option: str, *, demanded: bool) -> dict[str, Any]:
    """The options with which click reads a value of this type."""
    if kind is bool:
        if "/" in option and not demanded:
            return {"is_flag": True, "default": None}
        return {"is_flag": True, "default": None, "callback": _answered(option)} if demanded else {"is_flag": True}
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"type": click.Choice(parts), "required": demanded}
    if origin is tuple:
        return {"type": _PARTS[get_args(parts[0])[1:]]() if get_origin(parts[0]) is tuple else str, "multiple": True}
    if origin is Mapping:
        return {"multiple": True}
    types: dict[Any, Any] = {datetime: Moment(), Decimal: Amount(), int: int}
    return {"type": types.get(kind, str), "required": demanded}


_PARTS: Mapping[tuple[Any, ...], type[click.ParamType[Any]]] = {
    (datetime,): Milestone,
    (str, date, str | None): MeasureText,
}
"""What reads a text and what stands behind it, by the types of the latter."""


def _answered(option: str) -> Callable[[click.Context, click.Parameter, bool | None], bool]:
    """Refuse a verdict that nobody gave, where both answers are as good."""

    def answered(_: click.Context, __: click.Parameter, value: bool | None) -> bool:
        if value is None:
            raise click.UsageError(f"say {option.replace('/', ' or ')}")
        return value

    return answered


def _plain(hint: Any) -> Any:
    """A type without the None that it may be."""
    if get_origin(hint) in {Union, UnionType}:
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def opportunity_id(desk: Desk, named: str) -> str:
    """The id of an opportunity that is named by it, by its beginning, or by its lead's; of several the newest.

    Raises:
        click.UsageError: several begin so.
    """
    deals = desk.opportunities.list(lead_id=named, limit=MOST_OF_A_LEAD)
    if deals:
        return deals[-1].id
    known = desk.opportunities.ids(named) if len(named) >= SHORTEST else ()
    if len(known) > 1 and named not in known:
        raise click.UsageError(f"{named}: several ids begin so: {', '.join(known)}")
    return known[0] if len(known) == 1 else named


def _signals(desk: Desk, names: tuple[str, ...]) -> Mapping[str, bool]:
    from leadkit.rules.facts import near

    facts = desk.policy.facts
    strange = next((name for name in names if name not in facts), None)
    if strange is not None:
        raise click.UsageError(f"--signal {strange}: no such fact; {near(strange, facts)}")
    return dict.fromkeys(names, True)
