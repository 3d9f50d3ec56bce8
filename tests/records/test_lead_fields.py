"""A field of a lead is described once: `FIELDS` covers the record and its rows, and everything else reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from attrs import evolve, fields_dict
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import BaseModel

import leadkit as lk
from leadkit.adapters.spreadsheets.heads.vocabulary import read_head
from leadkit.adapters.spreadsheets.read import read_leads
from leadkit.adapters.spreadsheets.scored import scored_table
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, LEADS, OPPORTUNITIES, REVIEWED, REVIEWS
from leadkit.adapters.spreadsheets.write import write_csv
from leadkit.decisions import worklist
from leadkit.errors import CommandError
from leadkit.records import Budget, Contact, Lead, Source
from leadkit.records.fields import FrozenDict, TextsByField
from leadkit.records.lead_fields import BY_NAME, FIELDS, REQUIRABLE, amended, given, lead_from, missing
from leadkit.store.mapping import amended_row, lead_of, new_row, person_row
from leadkit.store.remains import REMAINS
from leadkit.store.rows import PersonRow
from leadkit.store.tables import LEADS as LEAD_TABLE
from leadkit.store.tables import PERSONS
from leadkit.texts import LANGUAGES, texts

PAGE = (Path(__file__).parents[2] / "docs/reference/fields.md").read_text("utf-8")
NOW = datetime(2026, 8, 1, 9, tzinfo=UTC)
TABLES = {"leads": LEAD_TABLE, "persons": PERSONS}
KINDS = {
    "text": "text", "texts": "json", "day": "day", "moment": "moment", "amount": "amount", "values": "json",
    "sources": "json", "contacts": "json", "texts_by_field": "json",
}  # fmt: skip
FEW = settings(max_examples=50)
WORDS = st.text(max_size=12)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "texts": st.lists(WORDS, max_size=3).map(tuple),
    "day": st.dates(),
    "moment": st.datetimes(timezones=st.just(UTC)),
    "amount": st.decimals(0, 10**9, places=2),
    "values": st.dictionaries(st.text(min_size=1, max_size=8), st.booleans() | WORDS, max_size=3).map(FrozenDict),
    "sources": st.lists(st.builds(Source, channel=WORDS, detail=st.none() | WORDS), max_size=2).map(tuple),
    "contacts": st.lists(st.builds(Contact, name=st.none() | WORDS, phone=WORDS), max_size=2).map(tuple),
    "texts_by_field": st.dictionaries(
        st.text(min_size=1, max_size=8), st.lists(WORDS, max_size=2).map(tuple), max_size=2
    ).map(TextsByField),
}
CODED = {
    "number": st.text(min_size=1, max_size=9),
    "currency": st.sampled_from(["CNY", "EUR"]),
    "status": st.sampled_from(["new", "valid", "converted"]),
}


@st.composite
def leads(draw: st.DrawFn) -> Lead:
    """Leads with any field given or not, as far as the records allow it."""
    values = {field.name: draw(st.none() | CODED.get(field.name, VALUES[field.type])) for field in FIELDS}
    values["number"] = values["number"] or "1"
    if values["source"] is None:
        values["source_detail"] = None
    low, high = values["budget_low"], values["budget_high"]
    if low is not None and high is not None:
        values["budget_low"], values["budget_high"] = sorted([low, high])
    return lead_from(values)


def paths(record: type[BaseModel], way: str = "") -> Iterator[tuple[str, Any]]:
    """The path and the type of everything that a record says."""
    for name, field in record.model_fields.items():
        kinds = get_args(field.annotation) if get_origin(field.annotation) in {Union, UnionType} else ()
        inside = next((kind for kind in (field.annotation, *kinds) if isinstance(kind, type)), None)
        if inside is not None and issubclass(inside, BaseModel):
            yield from paths(inside, f"{way}{name}.")
        else:
            yield f"{way}{name}", field.annotation


class TestCompleteness:
    """What a record says, what a person's row holds and what a lead sheet shows are in the table, and nothing else."""

    def test_every_part_of_the_record_is_a_field(self):
        assert sorted(path for path, _ in paths(Lead)) == sorted(field.path for field in FIELDS)

    def test_every_field_has_a_name_and_a_column_of_its_own(self):
        assert len(BY_NAME) == len({(field.table, field.column) for field in FIELDS}) == len(FIELDS)

    def test_every_column_of_a_person_is_a_field(self):
        columns = [field.column for field in FIELDS if field.table == "persons"]
        assert sorted(columns) == sorted({*fields_dict(PersonRow)} - {"id"})

    @pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
    def test_a_column_is_of_the_fields_type(self, field):
        assert TABLES[field.table].columns[field.column] == KINDS[field.type]

    def test_the_columns_of_a_sheet_are_the_fields_that_have_heads(self):
        for language in LANGUAGES:
            assert [*texts("fields", language)["leads"]] == [field.name for field in FIELDS if field.sheet]

    def test_what_may_be_required_has_a_column_in_the_sheet(self):
        assert all(BY_NAME[name].sheet for name in REQUIRABLE)

    def test_what_several_columns_are_to_a_field_fits_its_type(self):
        assert [field.name for field in FIELDS if field.several and not field.sheet] == ["source_detail"]
        assert {field.name for field in FIELDS if field.type == "texts"} == {
            field.name for field in FIELDS if field.several == "list"
        }


class TestRoundTrips:
    """A field needs no code of its own to be kept, read and written."""

    @FEW
    @drawn(leads())
    def test_a_record_comes_back_from_its_rows(self, lead):
        row = evolve(new_row(lead, NOW), status=lead.status)
        assert lead_of(row, person_row(lead)) == lead

    @FEW
    @drawn(leads())
    def test_a_record_comes_back_from_rows_that_were_json(self, lead):
        row, person = amended_row(new_row(lead, NOW), lead), person_row(lead)
        kept = LEAD_TABLE.from_json(LEAD_TABLE.to_json(evolve(row, status=lead.status)))
        assert lead_of(kept, PERSONS.from_json(PERSONS.to_json(person))) == lead

    @FEW
    @drawn(leads(), leads())
    def test_what_is_amended_says_the_new_and_keeps_status_and_owner(self, before, after):
        row = new_row(before, NOW)
        kept = lead_of(amended_row(row, after), person_row(after))
        assert kept == after.model_copy(update={"status": row.status, "owner": before.owner})

    @FEW
    @drawn(leads())
    def test_after_an_erasure_the_record_says_nothing_of_the_person(self, lead):
        row = evolve(new_row(lead, NOW), **REMAINS[LEAD_TABLE].blank(LEAD_TABLE))
        left = lead_of(row, None)
        gone = [field for field in FIELDS if field.erased is True or field.table == "persons"]
        assert {field.name for field in gone if field.of(left)} == set()

    @FEW
    @drawn(leads())
    def test_a_lead_is_what_its_fields_say(self, lead):
        assert lead_from({field.name: field.of(lead) for field in FIELDS}) == lead

    def test_a_row_of_a_sheet_is_written_as_it_was_read(self, tmp_path, standard):
        cells = ("7", "官网-SEO", "甲公司", "机械", "500人", "王", "总经理", "13812345678", "a@b.cn", "要", "热", "李",
                 "2026-07-01")  # fmt: skip
        write_csv(tmp_path / "a.csv", Table("x", LEADS.row("zh_CN"), [cells]))
        read = read_leads(tmp_path / "a.csv", standard).records
        written = scored_table(worklist(standard, read, as_of=NOW), standard, "zh_CN")
        shown = dict(zip(written.heads, written.rows[0], strict=True))
        assert shown["录入时间"].isoformat() == "2026-07-01T00:00:00+08:00"
        assert [shown[head] for head in LEADS.row("zh_CN")[1:-1]] == [*cells[1:-1]]


class TestRequired:
    """`[capture] required`: what of it a lead has not."""

    def test_a_lead_of_nothing_lacks_everything(self):
        assert missing(Lead(id="1"), REQUIRABLE) == REQUIRABLE

    @FEW
    @drawn(leads())
    def test_a_field_is_missing_where_it_says_nothing_and_what_stands_for_it_does_neither(self, lead):
        for name in REQUIRABLE:
            fields = [BY_NAME[name]] + ([BY_NAME[BY_NAME[name].instead]] if BY_NAME[name].instead else [])
            said = any(given(field.name, field.of(lead)) for field in fields)
            assert (name in missing(lead, [name])) == (not said)

    @pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\u3000\u200d", "-", "无", "N/A", "未知"])
    @pytest.mark.parametrize("name", [name for name in REQUIRABLE if BY_NAME[name].type in {"text", "texts"}])
    def test_what_says_nothing_is_missing(self, name, nothing):
        field = BY_NAME[name]
        assert missing(lead_from({"number": "1", name: (nothing,) if field.type == "texts" else nothing}), [name])

    @pytest.mark.parametrize(
        ("name", "nothing", "something"),
        [
            ("company", "个人", "个人护理用品有限公司"),
            ("company", "测试公司", "测试仪器有限公司"),
            ("contact", "test", "Tess T."),
            ("need", "测试", "测试设备两台"),
            ("phone", "13800000000", "13812345678"),
            ("email", "test@test.com", "t@acme.cn"),
        ],
    )
    def test_so_is_what_is_nobodys(self, name, nothing, something):
        assert missing(lead_from({"number": "1", name: nothing}), [name]) == (name,)
        assert missing(lead_from({"number": "1", name: something}), [name]) == ()

    @pytest.mark.parametrize(("name", "value"), [("job_title", "学生"), ("industry", "测试"), ("company_size", "111")])
    def test_what_names_nobody_may_still_describe(self, name, value):
        assert missing(lead_from({"number": "1", name: value}), [name]) == ()


class TestAmended:
    """`amend` puts values in by path."""

    @FEW
    @drawn(leads(), leads())
    def test_every_field_that_may_be_amended_can_be(self, lead, other):
        changes = {field.path: field.of(other) for field in FIELDS if field.amendable and field.of(other) is not None}
        if lead.source is None and "source.channel" not in changes:
            changes.pop("source.detail", None)
        for end in ("low", "high"):
            changes.pop(f"need.budget.{end}", None)
        new = amended(lead, changes)
        assert {path: value for path, value in changes.items() if _at(new, path) != value} == {}

    @pytest.mark.parametrize("field", [field for field in FIELDS if not field.amendable], ids=lambda field: field.name)
    def test_no_other_field_can(self, field):
        with pytest.raises(CommandError, match="can't be amended") as error:
            amended(Lead(id="1"), {field.path: "x"})
        assert error.value.problems[0].path == field.path

    def test_a_part_can_be_amended_as_a_whole(self):
        lead = amended(Lead(id="1"), {"need.budget": Budget(high=Decimal(5)), "need.purchase_by": date(2026, 9, 1)})
        assert lead.need == lk.Need(budget=Budget(high=Decimal(5)), purchase_by=date(2026, 9, 1))


def _at(lead: Lead, path: str) -> Any:
    return next(field for field in FIELDS if field.path == path).of(lead)


class TestHeads:
    """Every head of every template is understood, in both languages, as the column that it stands for."""

    @pytest.mark.parametrize(
        "template", [LEADS, ACTIVITIES, OPPORTUNITIES, REVIEWS, *REVIEWED.values()], ids=lambda field: field.name
    )
    def test_they_resolve(self, template):
        for language in LANGUAGES:
            assert template.title[language]
            assert set(texts("fields", language)[template.name]) == {*template.columns, *template.also}
            for column in (*template.columns, *template.also):
                for head in template.heads(column, language):
                    assert column in (read_head(head).fields if template is LEADS else {template.column(head)})
        assert {*template.needed} <= {*template.columns}


class TestThePage:
    """`docs/reference/fields.md` can't drift from the table."""

    def test_it_explains_every_type(self):
        assert sorted(re.findall(r"^- `(\w+)`: ", PAGE, re.MULTILINE)) == sorted(KINDS)


def test_what_a_policy_may_require_is_what_it_always_could():
    assert REQUIRABLE == (
        "source", "company", "industry", "company_size", "contact", "job_title", "phone", "email", "need", "tag",
        "entered_by", "entered_at",
    )  # fmt: skip
