"""The fields of a lead, each described once: where the record, the store and the sheets hold it.

A new field is an attribute of the record (`lead.py`), a column of `LeadRow` or `PersonRow` with its migration, and a
`Field` here; one that sheets have also needs its heads in `texts/<language>/fields.toml`. All else reads this table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Literal

from attrs import Factory, define, field, setters
from pydantic import BaseModel, ValidationError

from leadkit.errors import CommandError, Problem
from leadkit.records import text as readers
from leadkit.records.lead import Budget, Company, Contact, Lead, Need, Source
from leadkit.records.text.memory import Memory
from leadkit.texts import Language, texts

FieldType = Literal["text", "texts", "day", "moment", "amount", "values", "sources", "contacts", "texts_by_field"]
"""What a field holds: one value, several, the values of the policy's own fields, or what duplicates brought along."""

Several = Literal["joined", "alternatives", "list"]
"""What several columns of a sheet are to one field: parts of one value, values of which one is the lead's and the
others are kept beside it, or the values of a list."""


@define(on_setattr=setters.frozen)
class Field:
    """One field of a lead, by the name that sheets and policies use.

    `path` leads to it in the record (`contact.phone`); `column` holds it in the row of `table`, under the same name
    unless another is given.
    """

    name: str
    path: str
    type: FieldType = "text"
    column: str = Factory(lambda self: self.name, takes_self=True)
    table: Literal["leads", "persons"] = "leads"
    sheet: bool = False
    """Whether a lead sheet has a column for it; the columns stand in the order of `FIELDS`."""
    requirable: bool = False
    """Whether a policy's `[capture] required` may name it."""
    instead: str | None = None
    """The name of a field that will do where this one is required and missing."""
    amendable: bool = True
    """Whether it may be amended; what commands move, or what says who entered the lead, may not."""
    erased: bool | Literal["rare"] = True
    """Whether an erasure blanks its column, or does so where its word is `rare`; a person's row goes as a whole."""
    several: Several | None = None
    """How several columns of a sheet are read into it; None where only one can be."""
    steps: tuple[str, ...] = field(init=False, default=Factory(lambda self: tuple(self.path.split(".")), True))
    _get: Callable[[Lead], Any] = field(init=False, default=Factory(lambda self: attrgetter(self.path), True))

    def heads(self, language: Language) -> tuple[str, ...]:
        """The head of its column in a sheet, then the other spellings that are read."""
        return tuple(texts("fields", language)["leads"][self.name])

    def of(self, lead: Lead) -> Any:
        """Its value; None where the part of the record that would hold it is not there."""
        try:
            return self._get(lead)
        except AttributeError:
            return None


FIELDS = (
    Field("number", "id", column="id", sheet=True, amendable=False, erased=False),
    Field("source", "source.channel", column="channel", sheet=True, requirable=True, several="joined", erased="rare"),
    Field("company", "company.name", column="company_name", sheet=True, requirable=True),
    Field("industry", "company.industry", sheet=True, requirable=True, erased="rare"),
    Field("company_size", "company.size", sheet=True, requirable=True, erased="rare"),
    Field("contact", "contact.name", column="name", table="persons", sheet=True, requirable=True,
          several="joined"),
    Field("job_title", "contact.job_title", table="persons", sheet=True, requirable=True),
    Field("phone", "contact.phone", table="persons", sheet=True, requirable=True, several="alternatives"),
    Field("email", "contact.email", table="persons", sheet=True, requirable=True, several="alternatives"),
    Field("need", "need.description", column="description", table="persons", sheet=True, requirable=True,
          instead="product", several="joined"),
    Field("tag", "tags", "texts", column="tags", sheet=True, requirable=True, several="list"),
    Field("entered_by", "entered_by", sheet=True, requirable=True, amendable=False, erased="rare"),
    Field("entered_at", "entered_at", "moment", sheet=True, requirable=True, amendable=False, erased=False),
    Field("website", "company.website"),
    Field("external_id", "external_id"),
    Field("external_system", "external_system", erased="rare"),
    Field("source_detail", "source.detail", column="channel_detail", several="joined"),
    Field("received_at", "received_at", "moment", erased=False),
    Field("region", "company.region", erased="rare"),
    Field("role", "contact.role", table="persons"),
    Field("product", "need.product", erased="rare"),
    Field("budget_low", "need.budget.low", "amount", erased=False),
    Field("budget_high", "need.budget.high", "amount", erased=False),
    Field("currency", "need.budget.currency", erased=False),
    Field("budget_match", "need.budget_match", erased="rare"),
    Field("purchase_by", "need.purchase_by", "day", erased=False),
    Field("custom", "custom", "values"),
    Field("status", "status", amendable=False, erased=False),
    Field("owner", "owner", amendable=False, erased=False),
    Field("other_sources", "other_sources", "sources", amendable=False),
    Field("other_contacts", "other_contacts", "contacts", table="persons", amendable=False),
    Field("other_values", "other_values", "texts_by_field", table="persons", amendable=False),
)  # fmt: skip
"""Every field of a lead; those of its sheet first, in the order of its columns."""

BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}
BY_PATH: Mapping[str, Field] = {field.path: field for field in FIELDS}
REQUIRABLE = tuple(field.name for field in FIELDS if field.requirable)
AMENDABLE = tuple(dict.fromkeys(field.path.partition(".")[0] for field in FIELDS if field.amendable))
"""The parts of a lead that may be amended, whole or a field of theirs at a time."""


def lead_from(values: Mapping[str, Any]) -> Lead:
    """The lead of these values, by the names of their fields; what is None or left out is not known.

    Raises:
        pydantic.ValidationError: the values make no lead.
    """
    return lead_at((BY_NAME[name].steps for name in values), values.values())


def lead_at(places: Iterable[Sequence[str]], values: Iterable[Any]) -> Lead:
    """The lead with these values at these places of its record, such as `("contact", "phone")`.

    Raises:
        pydantic.ValidationError: the values make no lead.
    """
    record: dict[str, Any] = {}
    for steps, value in zip(places, values, strict=True):
        if value is not None:
            inside = record
            for step in steps[:-1]:
                inside = inside.setdefault(step, {})
            inside[steps[-1]] = value
    return _slim(Lead.model_validate(record))


def _slim(lead: Lead) -> Lead:
    """The lead with what many say alike kept once: its source, and which fields were given, half of a lead.

    The latter is of no interest in a lead; nothing asks for it.
    """
    if lead.source is not None:
        key = lead.source.channel, lead.source.detail
        object.__setattr__(lead, "source", _SOURCES.get(key) or _SOURCES.keep(key, lead.source))
    for part in (lead, lead.company, lead.contact, lead.need, lead.source, lead.need.budget):
        if part is not None:
            object.__setattr__(part, "__pydantic_fields_set__", _ALL_FIELDS[type(part)])
    return lead


_SOURCES = Memory()
_ALL_FIELDS: Mapping[type, set[str]] = {
    record: set(record.model_fields) for record in (Lead, Company, Contact, Need, Source, Budget)
}


def given(name: str, value: Any) -> bool:
    """Whether a value of the field `name` says something; not so 无 or N/A, and not a phone or address of nobody's."""
    if isinstance(value, str):
        return not _says_nothing_in().get(name, readers.says_nothing)(value)
    if isinstance(value, tuple):
        return any(given(name, part) for part in value)
    return value is not None and value != {}


def missing(lead: Lead, required: Iterable[str]) -> tuple[str, ...]:
    """The names of the `required` fields that the lead does not have: nothing is `given` there."""
    return tuple(name for name in required if not _has(lead, BY_NAME[name]))


def amended(lead: Lead, changes: Mapping[str, Any]) -> Lead:
    """`lead` with `changes` put in: values by path, such as `contact.phone` or `custom.installed_base`.

    Raises:
        CommandError: there is no such field, it may not be amended, or its value is of the wrong type.
    """
    record = lead.model_dump()
    for path, value in changes.items():
        if path.partition(".")[0] not in AMENDABLE:
            raise CommandError(
                Problem("can't be amended", f"possible: {', '.join(AMENDABLE)}", place=lead.id, path=path)
            )
        _put(record, path.split("."), value.model_dump() if isinstance(value, BaseModel) else value)
    try:
        return Lead.model_validate(record)
    except ValidationError as error:
        places = [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors()]
        raise CommandError([Problem(message, place=lead.id, path=path) for path, message in places]) from None


def _no_phone(text: str) -> bool:
    digits = sum(map(str.isdecimal, text))
    return readers.is_dummy_phone(text) if digits > 4 else readers.is_dummy_phone(text) or readers.names_nothing(text)


def _no_email(text: str) -> bool:
    return readers.is_dummy_email(text) if "@" in text.strip("@ ") else readers.names_nothing(text)


@cache
def _says_nothing_in() -> Mapping[str, Callable[[str], bool]]:
    """How a text of a field is known to say nothing; by `says_nothing` where the field isn't among these."""
    return {
        "company": readers.names_nothing,
        "contact": readers.names_nothing,
        "need": readers.describes_nothing,
        "phone": _no_phone,
        "email": _no_email,
    }


def _has(lead: Lead, field: Field) -> bool:
    return given(field.name, field.of(lead)) or (field.instead is not None and _has(lead, BY_NAME[field.instead]))


def _put(record: dict[str, Any], steps: Sequence[str], value: Any) -> None:
    """Set the value at a path; what is not known on the way is begun."""
    *way, last = steps
    for step in way:
        inside = record.get(step)
        record[step] = dict(inside) if isinstance(inside, Mapping) else {}
        record = record[step]
    record[last] = value
