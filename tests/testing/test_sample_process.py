"""The sample company at work: one history for equal arguments, only allowed steps, a review that holds together."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from typing import Any

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.read import read_activities, read_leads
from leadkit.adapters.spreadsheets.write import write_workbook
from leadkit.demo.company import sample_tables
from leadkit.demo.quarter import MEMBERS, NOTES, SampleClock, play
from leadkit.desk.commands.catalogue import LEAD_STEPS, OPPORTUNITY_STEPS
from leadkit.process.states import SCREENED
from tests.desk.desks import dump, open_desk

PERIODS = ("2023-06", "2023-07", "2023-08", "2023-09", "2023-Q3", "2023")


def records(folder: Any, policy: lk.Policy, **size: int) -> tuple[Any, Any]:
    return read_tables(folder, policy, sample_tables(**size))


def read_tables(folder: Any, policy: lk.Policy, tables: Any) -> tuple[Any, Any]:
    """The records of both sheets, written into files and read."""
    files = [folder / f"{name}.xlsx" for name in ("leads", "activities")]
    for file, table in zip(files, tables, strict=True):
        write_workbook(file, [table])
    leads = read_leads(files[0], policy).records
    return leads, read_activities(files[1], policy, {lead.id for lead in leads}).records


def played(leads: Any, activities: Any, **how: Any) -> lk.Desk:
    clock = SampleClock(datetime.fromisoformat("2023-06-01T00:00+08:00"))
    desk = open_desk(clock=clock)
    play(desk, clock, leads, activities, **how)
    clock.now = datetime.fromisoformat("2023-10-01T00:00+08:00")
    return desk


@pytest.fixture(scope="module")
def sheets(tmp_path_factory, standard):
    return records(tmp_path_factory.mktemp("sheets"), standard, leads=120, activities=300)


@pytest.fixture(scope="module")
def desk(sheets):
    return played(*sheets)


@pytest.fixture(scope="module")
def review(tmp_path_factory, standard):
    return played(*records(tmp_path_factory.mktemp("quarter"), standard)).review("2023-Q3")


class TestThePlay:
    """Do what the company did, every command at its own time; equal arguments, equal history."""

    def test_equal_arguments_give_equal_histories(self, sheets, desk):
        assert dump(played(*sheets)) == dump(desk)

    def test_another_seed_gives_another_history(self, sheets, desk):
        other = played(*sheets, seed=7)
        assert other.members() == desk.members() == tuple(sorted(MEMBERS, key=lambda one: one.id))
        assert dump(other)["opportunities"] != dump(desk)["opportunities"]

    def test_some_are_won_some_are_lost_and_some_are_open(self, desk):
        statuses = {state.opportunity.status for state in desk.opportunities.list(limit=1000)}
        assert statuses == {"won", "lost", "open"}
        grades = {state.opportunity.grade for state in desk.opportunities.list(limit=1000)}
        assert len(grades) > 1

    def test_nothing_happens_before_the_lead_came_in_or_after_the_end(self, desk):
        entries = dump(desk)["journal"]
        captured = {entry.lead_id: entry.at for entry in entries if entry.command == "capture"}
        assert all(entry.at <= desk.clock.now for entry in entries)
        for state in desk.opportunities.list(limit=1000):
            one = state.opportunity
            received = desk.lead(one.lead_id).lead.received_at or captured[one.lead_id]
            assert received <= one.opened_at <= (one.closed_at or desk.clock.now)


class TestTheQuarter:
    """The company does well enough to show what the rules are for."""

    def test_most_leads_are_answered_in_time(self, review):
        late, due = (sum(getattr(each.late, name) for each in review.responses) for name in ("met", "of"))
        assert 0.75 < 1 - late / due < 0.95

    def test_the_better_the_lead_the_more_often_it_is_won(self, review):
        rates = {group.key: group.lead_to_win_rate.value for group in review.by["priority"]}
        assert rates["high"] > rates["medium"] >= rates["low"]

    def test_channels_and_owners_are_called_in_one_language(self, review):
        for by in ("channel", "owner"):
            names = [group.key for group in review.by[by] if group.key]
            assert names
            assert [name for name in names if re.search("[A-Za-z_]", name)] == []


class TestSteps:
    """Every opportunity of the sample took only steps of `OPPORTUNITY_STEPS`, every lead only those of `LEAD_STEPS`."""

    def test_the_journal_of_every_opportunity_is_a_way_through_the_process(self, desk):
        states = desk.opportunities.list(limit=1000)
        assert len(states) >= 10
        steps = {step.command for step in OPPORTUNITY_STEPS}
        for state in states:
            possible = {""}
            for item in (item for item in desk.opportunities.history(state.id) if item.what in steps):
                possible = set(after(OPPORTUNITY_STEPS, item.what, possible))
                assert possible, (state.id, item.what)
            assert state.stage in possible

    def test_the_journal_of_every_lead_is_one_too(self, desk):
        entries: dict[str, list[Any]] = defaultdict(list)
        for entry in dump(desk)["journal"]:
            if entry.lead_id is not None:
                entries[entry.lead_id].append(entry)
        commands = {step.command for step in LEAD_STEPS}
        for lead_id, every in entries.items():
            possible = {""}
            for entry in every:
                joined = "joined" in entry.details
                if joined:
                    possible |= {*SCREENED} if possible & {*SCREENED} else set()
                elif entry.command in commands:
                    possible = set(after(LEAD_STEPS, entry.command, possible))
                assert possible, (lead_id, entry.command)
            assert desk.lead(lead_id).status in possible

    def test_a_won_one_was_signed_by_both_after_the_legal_review(self, desk):
        for state in desk.opportunities.list(status="won", limit=1000):
            done = [item.what for item in desk.opportunities.history(state.id)]
            order = [
                done.index(name) for name in ("convert", "confirm_grade", "approve_plan", "review_contract", "win")
            ]
            assert order == sorted(order)
            assert done.count("sign") == 2
            assert state.opportunity.win_factors


class TestItsReview:
    """A review of the sample holds together, in every period."""

    @pytest.mark.parametrize("period", PERIODS)
    def test_parts_add_up_and_rates_are_shares(self, desk, period):
        found = desk.review(period, notes=lk.reviews.ReviewNotes.model_validate(NOTES))
        for name, parts in found.by.items():
            if name == "tag" or not parts:
                continue  # a lead counts under each of its tags, and what no lead has is not shown
            for figure in ("opportunities", "won", "lost", "won_amount") + (("leads",) if name != "grade" else ()):
                assert sum(getattr(one, figure) for one in parts) == getattr(found.total, figure)
        assert sum(share.rate.met for share in found.losses) == found.total.lost
        assert sum(month.leads for month in found.cohorts) == found.total.leads
        assert sum(one.answered.of for one in found.responses) == found.total.leads
        assert found.total.valid_leads <= found.total.leads
        assert found.notes.improve == NOTES["improve"]

    def test_the_months_add_up_to_the_quarter(self, desk):
        quarter, months = desk.review("2023-Q3"), [desk.review(month) for month in PERIODS[1:4]]
        for figure in ("leads", "valid_leads", "opportunities", "a_opportunities", "won", "lost", "won_amount"):
            assert sum(getattr(month.total, figure) for month in months) == getattr(quarter.total, figure)

    def test_what_was_won_and_lost_is_what_the_desk_says(self, desk):
        year = desk.review("2023").total
        for status in ("won", "lost"):
            assert getattr(year, status) == len(desk.opportunities.list(status=status, limit=1000))
        assert year.won > 0


def after(steps: Any, command: str, states: set[str]) -> Any:
    """The states that a command can end in, from any of `states`; "" is before the first."""
    for step in steps:
        if step.command == command:
            for state in states:
                if state in (step.starts or ("",)):
                    yield from step.ends or (state,)
