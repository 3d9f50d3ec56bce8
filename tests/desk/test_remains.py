"""What an erasure leaves is decided column by column: a canary in every text of every row, and of every record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from attrs import evolve, fields_dict
from pydantic import BaseModel

import leadkit as lk
from leadkit.records.fields import FrozenDict
from leadkit.store.remains import DETAILS, OTHERS, REMAINS, REMOVED
from leadkit.store.tables import TABLES, Table
from tests.desk.desks import ACTORS, BOSS, SIGNALS, START, kept, lead, open_desk, team, touch
from tests.desk.stores import address
from tests.desk.test_erasure import left_behind

pytestmark = pytest.mark.xdist_group("stores")
NOT_OF_A_LEAD = {"erased", "imports", "members", "review_notes", "settlements"}
"""Tables without rows of a lead; what they keep is in docs/explanation/people.md."""

LINKS = {
    "lead_id": "P1",
    "opportunity_id": "O1",
    "notice_id": "N1",
    "merged_into": None,
    "erased_at": None,
    "state": "pending",
}
IDS = {"leads": "P1", "persons": "P1", "opportunities": "O1", "outbox": "N1"}
PLAIN: Mapping[str, Any] = {"integer": 1, "flag": False, "moment": START, "day": date(2023, 9, 4), "amount": Decimal(1),
                            "points": Decimal(1)}  # fmt: skip
PLAIN_STATES = {"leads": {"status": "valid"}, "opportunities": {"status": "open", "stage": "assessing"}}


class Canaries:
    """Texts that nothing else says, and where each was put."""

    def __init__(self) -> None:
        self._numbers = count(10_000)
        self.places: dict[str, str] = {}

    def new(self, place: str) -> str:
        """A text for a place, such as a column."""
        text = f"qxz{next(self._numbers)}zxq"
        self.places[text] = place
        return text

    def left_in(self, url: str) -> set[str]:
        """The places whose text is still somewhere in a database."""
        whole = b"\n".join(left_behind(url).values())
        return {
            place
            for text, place in self.places.items()
            if text.encode() in whole or text.encode("utf-16-le") in whole or text.encode("utf-16-be") in whole
        }


def row_of(table: Table[Any], canaries: Canaries) -> Any:
    """A row of a lead with a canary in every text and every mapping."""
    values: dict[str, Any] = {}
    for name, kind in table.columns.items():
        if kind == "text":
            values[name] = canaries.new(f"{table.name}.{name}")
        elif kind == "json":
            values[name] = _json(table, name, canaries)
        else:
            values[name] = PLAIN[kind]
    links = {name: value for name, value in LINKS.items() if name in values}
    own = {"id": IDS[table.name]} if table.name in IDS else {}
    return table.row(**values | links | own | PLAIN_STATES.get(table.name, {}))


def _json(table: Table[Any], name: str, canaries: Canaries) -> Any:
    default = fields_dict(table.row)[name].default
    if isinstance(default, tuple):
        return (canaries.new(f"{table.name}.{name}"),)
    word = canaries.new(f"{table.name}.{name}")
    return FrozenDict({canaries.new(f"{table.name}.{name} (name)"): {"inside": word}})


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path) -> str:
    return address(request.param, tmp_path)


class TestEveryColumn:
    """Of every row of an erased lead stays what `REMAINS` names, in no byte anything else."""

    def test_every_table_of_a_lead_is_decided_about(self):
        decided = {table.name for table in (*REMAINS, *REMOVED)}
        assert decided | NOT_OF_A_LEAD == {table.name for table in TABLES}
        assert not decided & NOT_OF_A_LEAD

    def test_what_stays_are_columns_that_there_are(self):
        for table, remains in REMAINS.items():
            named = {*remains.plain, *remains.shared, *([remains.details] if remains.details else [])}
            texts = {name for name, kind in table.columns.items() if kind in {"text", "json"}}
            assert {name for name in named if name not in table.columns} == set(), table
            assert set(remains.blank(table)) == texts - named

    def test_a_canary_in_every_column_goes_unless_it_is_named(self, url):
        canaries = Canaries()
        with open_desk(url) as desk:
            rows = {table: row_of(table, canaries) for table in (*REMAINS, *REMOVED)}
            with desk.storage.transaction() as unit:
                for table, row in rows.items():
                    unit.add(table, [row])
        assert len(canaries.left_in(url)) > 50
        with open_desk(url) as desk:
            desk.erase("P1", by=ACTORS["director"])
        stays = {f"{table.name}.{name}" for table, remains in REMAINS.items() for name in remains.plain}
        stays |= {f"{name} (name)" for name in stays}
        assert canaries.left_in(url) - stays == set()

    def test_details_stay_only_under_the_names_of_codes(self, url):
        strange = FrozenDict({"points": "12", "channel": "qxz-channel", "anything": "qxz-anything"})
        with open_desk(url) as desk:
            desk.capture(lead(1))
            with desk.storage.transaction() as unit:
                for table in (table for table, remains in REMAINS.items() if remains.details):
                    name = REMAINS[table].details
                    row = evolve(row_of(table, Canaries()), lead_id="L1", **{str(name): strange})
                    unit.add(table, [row])
            desk.erase("L1", by=ACTORS["director"])
        whole = b"\n".join(left_behind(url).values())
        assert b"qxz-" not in whole
        assert {"channel", "anything"} & DETAILS == set()


def said(schema: Mapping[str, Any], whole: Mapping[str, Any], canaries: Canaries, path: str) -> Any:
    """A value of JSON with a canary in every text that a schema leaves free; None where it takes none."""
    if "$ref" in schema:
        return said(whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole, canaries, path)
    if "anyOf" in schema:
        if schema["anyOf"][0].get("type") == "number":
            return None
        values = (said(part, whole, canaries, path) for part in schema["anyOf"])
        return next((value for value in values if value is not None), None)
    if schema.get("type") == "array":
        return [said(schema["items"], whole, canaries, f"{path}[]")]
    if schema.get("type") == "object" and "properties" in schema:
        parts = {name: said(part, whole, canaries, f"{path}.{name}") for name, part in schema["properties"].items()}
        return {name: value for name, value in parts.items() if value is not None}
    if schema.get("type") == "object":
        inner = said(schema["additionalProperties"], whole, canaries, f"{path}.*")
        return {canaries.new(f"{path} (name)"): inner}
    free = schema.get("type") == "string" and not {"pattern", "format", "enum", "const"} & set(schema)
    return canaries.new(path) if free else None


def record_of(record: type[BaseModel], canaries: Canaries, **given: Any) -> Any:
    """A record with a canary in every free text."""
    schema = record.model_json_schema()
    return record.model_validate_json(json.dumps(said(schema, schema, canaries, record.__name__) | given))


IDS_OF_THE_HOST = {"Lead.owner", "Lead.id", "Activity.id", "Activity.lead_id", "Activity.opportunity_id"}


class TestEveryRecord:
    """Whatever a lead, its activities and its deal said in any free text goes; ids that the host gave stay."""

    def test_a_canary_in_every_text_of_every_record_goes(self, url):
        canaries = Canaries()
        at = {"received_at": START.isoformat(), "entered_at": START.isoformat()}
        first = record_of(lk.Lead, canaries, id="P1", owner="li", status="new", **at)
        enquiry = record_of(lk.Lead, canaries, id="P2", owner="li", status="new", **at)
        enquiry = enquiry.model_copy(update={"company": first.company})
        done = record_of(
            lk.Activity, canaries, id="A1", lead_id="P1", opportunity_id=None, occurred_at=at["entered_at"]
        )
        with open_desk(url) as desk:
            desk.capture(first, key=canaries.new("key"))
            joined = desk.capture(enquiry, key=canaries.new("key of the second"))
            desk.record(done)
            desk.amend("P1", {"company.website": canaries.new("amended")}, reason=canaries.new("reason"))
            desk.overturn("P1", reason=canaries.new("overturn.reason"), by=BOSS)
            deal = desk.opportunities.convert(
                "P1",
                signals={**SIGNALS, "budget_confirmed": True, "decision_maker_involved": True},
                name=canaries.new("convert.name"),
                by=BOSS,
            )
            self.go_on(desk, deal.opportunity_id, canaries)
        assert joined.outcome == "joined"
        assert len(canaries.left_in(url)) > 30
        with lk.Desk("standard", url) as desk:
            desk.erase("P1", by=ACTORS["director"])
        assert canaries.left_in(url) - IDS_OF_THE_HOST == set()

    def go_on(self, desk: lk.Desk, deal: str, canaries: Canaries) -> None:
        """The way of a deal to its loss, with a canary in every free text of its commands."""
        new, team = canaries.new, desk.opportunities
        team.assess(deal, urgency="immediate", budget="high", competition="ahead", decision_chain="simple",
                    rivals=(new("assess.rivals"),), reason=new("assess.reason"), by=BOSS)  # fmt: skip
        team.confirm_grade(deal, reason=new("confirm.reason"), by=BOSS)
        steps = ((new("plan.milestones"), START + timedelta(days=3)),)
        team.plan(deal, pains=new("pains"), advantages=new("advantages"), strategy=new("strategy"), milestones=steps,
                  by=BOSS)  # fmt: skip
        team.approve_plan(deal, reason=new("approve.reason"), by=ACTORS["director"])
        team.raise_objection(deal, text=new("objection"), by=BOSS)
        team.lose(deal, "price", competitor=new("lose.competitor"), reason=new("lose.reason"), by=BOSS)


class TestWordsOfOthers:
    """A word of a lead stays where the policy or the team says it, or enough other leads."""

    @pytest.mark.parametrize("others", [OTHERS - 1, OTHERS])
    def test_a_channel_stays_where_enough_others_have_it(self, others):
        with open_desk() as desk:
            for number in range(1, others + 2):
                desk.capture(lead(number, source=lk.Source(channel="抖音私信")))
            desk.erase("L1", by=ACTORS["director"])
            (row,) = [row for row in kept(desk, "leads") if row.id == "L1"]
        assert row.channel == ("抖音私信" if others == OTHERS else None)

    def test_the_many_activities_of_one_lead_are_not_others(self):
        with open_desk() as desk:
            desk.capture(lead(1))
            desk.record_all([touch(number, means="微信 wx_zhang", by="老张") for number in range(20)])
            desk.erase("L1", by=ACTORS["director"])
            assert {(row.means, row.by) for row in kept(desk, "activities")} == {(None, None)}

    def test_a_member_and_a_word_of_the_policy_stay(self):
        with open_desk() as desk:
            team(desk, li="sales_rep")
            desk.capture(lead(1, source=lk.Source(channel="Trade show"), entered_by="li"))
            desk.record(touch(1, by="li"))
            desk.erase("L1", by=ACTORS["director"])
            (row,) = kept(desk, "leads")
            assert (row.channel, row.entered_by) == ("Trade show", "li")
            assert [row.by for row in kept(desk, "activities")] == ["li"]
