"""Maps of heads: which columns of somebody's sheet are which fields, in a policy (`[sheets.leads]`) or in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, ValidationInfo, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from leadkit.records.fields import RECORD, Text
from leadkit.records.lead_fields import FIELDS
from leadkit.rules.facts import BUILT_IN, facts_in, near, refuse
from leadkit.texts import texts

SheetKind = Literal["leads", "activities", "opportunities", "reviewed_leads", "reviewed_opportunities"]
DateOrder = Literal["day_first", "month_first"]

UNITS: Mapping[str, Decimal] = {
    unit: Decimal(times)
    for times, units in (
        (10**3, ("千", "k", "thousand")),
        (10**4, ("万", "萬", "w")),
        (10**6, ("百万", "m", "million")),
        (10**8, ("亿", "億")),
    )
    for unit in units
}
"""What the plain numbers of a column may be counted in."""

BUDGET = "budget"
"""A column that says low, high and currency at once."""
ALIASES: Mapping[str, str] = {"name": "contact"}
NOT_IN_SHEETS = frozenset({"other_sources", "other_contacts", "other_values", "custom"})
LEAD_COLUMNS = (*(field.name for field in FIELDS if field.name not in NOT_IN_SHEETS), BUDGET)
"""The fields of a lead that a column may hold, beside those that the policy declares."""
SEVERAL = frozenset(field.name for field in FIELDS if field.several)
"""The fields that several columns may make up together."""
SETTINGS = ("dates", "phone_region", "ignore")
"""What a map says beside its columns."""


def columns_of(kind: SheetKind) -> tuple[str, ...]:
    """The names of the columns that a sheet of this kind may have."""
    return LEAD_COLUMNS if kind == "leads" else tuple(texts("fields", "en")[kind])


class MappedColumn(BaseModel):
    """Where one field of a sheet of some `kind` comes from: the heads of its columns, or a constant.

    `unit` is what plain numbers are counted in; `words` maps what the record shall hold to what the cells say.
    """

    model_config = RECORD

    kind: SheetKind
    field: str
    head: tuple[Text, ...] = Field(default=(), max_length=20)
    value: Text | None = None
    unit: Literal[tuple(UNITS)] | None = None  # type: ignore[valid-type]
    words: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_a_field(self, info: ValidationInfo) -> Self:
        declared = set(facts_in(info)) - set(BUILT_IN) if self.kind == "leads" else set()
        known = {*columns_of(self.kind), *declared}
        if self.field not in known:
            raise refuse("no such field", near(self.field, {*known, *SETTINGS}))
        return self

    @model_validator(mode="after")
    def _comes_from_somewhere(self) -> Self:
        if self.head and self.value is not None:
            raise refuse("says a head and a constant", "give one of them")
        if not self.head and self.value is None:
            raise refuse("says neither a head nor a constant", 'such as "Phone" or { value = "Trade show" }')
        if len(self.head) > 1 and self.field not in SEVERAL:
            raise refuse("is a single field, and two heads are named for it", f"several: {', '.join(sorted(SEVERAL))}")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, _: CoreSchema, __: GetJsonSchemaHandler) -> JsonSchemaValue:
        return _AUTHORED


class SheetMap(BaseModel):
    """Which columns of a sheet are which fields.

    `dates` is the order of day and month where a column does not tell; `phone_region` is read for numbers that are
    none in the policy's region; the heads of `ignore` are no field. All other keys are fields.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow", defer_build=True, hide_input_in_errors=True)
    __pydantic_extra__: dict[str, MappedColumn] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]

    dates: DateOrder | None = None
    """The order of day and month where a column does not tell."""
    phone_region: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    """The country of phone numbers that are none in the policy's region."""
    ignore: tuple[Text, ...] = ()
    """Heads of columns that are no field."""

    @property
    def columns(self) -> Mapping[str, MappedColumn]:
        """Where each field comes from."""
        return self.__pydantic_extra__

    @model_validator(mode="after")
    def _every_head_is_one_field(self) -> Self:
        counts = Counter(head for column in self.columns.values() for head in column.head)
        twice = next((head for head, times in counts.items() if times > 1), None)
        if twice is not None:
            raise refuse(f"names the head {twice!r} for two fields", "a head is one field")
        return self


class Sheets(BaseModel):
    """The maps of a company's own sheets: `[sheets.leads]`, `[sheets.activities]` and so on."""

    model_config = RECORD

    leads: SheetMap | None = None
    """The columns of sheets of leads."""
    activities: SheetMap | None = None
    """The columns of sheets of follow-ups."""
    opportunities: SheetMap | None = None
    """The columns of sheets of opportunities."""
    reviewed_leads: SheetMap | None = None
    """The columns of sheets of leads for a review."""
    reviewed_opportunities: SheetMap | None = None
    """The columns of sheets of opportunities for a review."""

    def of(self, kind: SheetKind) -> SheetMap | None:
        """The map of one kind of sheet, where there is one."""
        table: SheetMap | None = getattr(self, kind)
        return table

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, content: Any) -> Any:
        """What a person writes short, in full: a head for a table with a head."""
        if not isinstance(content, Mapping):
            return content
        return {kind: _spelled_out(kind, table) for kind, table in content.items()}


class MapFile(BaseModel):
    """A map in a file of its own. It is recognised where all heads of a `signature` stand in the head row."""

    model_config = RECORD

    name: Text = ""
    signature: tuple[tuple[Text, ...], ...] = ()
    sheets: Sheets


def _spelled_out(kind: str, table: Any) -> Any:
    if not isinstance(table, Mapping):
        return table
    names = ((ALIASES.get(name, name) if kind == "leads" else name, value) for name, value in table.items())
    return {name: value if name in SETTINGS else _column(kind, name, value) for name, value in names}


def _column(kind: str, name: str, value: Any) -> Any:
    place = {"kind": kind, "field": name}
    match value:
        case str():
            return place | {"head": (value,)}
        case tuple() | list():
            return place | {"head": tuple(value)}
        case {"head": str() as head, **rest}:
            return place | {"head": (head,)} | rest
        case Mapping():
            return place | dict(value)
    return value


_HEADS = [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "maxItems": 20}]
_AUTHORED: JsonSchemaValue = {
    "description": "The head of a column, several heads, a table with head, unit and words, or a constant.",
    "anyOf": [
        *_HEADS,
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "head": {"description": "The head of the column, or of several.", "anyOf": _HEADS},
                "value": {"description": "What every row has.", "type": "string"},
                "unit": {"description": "What plain numbers are counted in.", "enum": list(UNITS)},
                "words": {
                    "description": "For each value the words of cells that mean it.",
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    ],
}
