"""The leads and opportunities that one transaction is about: read together, changed in memory, written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field

from leadkit.desk.duties import Settled, settled
from leadkit.desk.owed import OpportunityFile, owed_to_lead, owed_to_opportunity
from leadkit.errors import NotFoundError, Problem
from leadkit.policy import Policy
from leadkit.process.calendar import WorkCalendar
from leadkit.process.duties import LEAD_READS
from leadkit.records import Lead
from leadkit.records.fields import FrozenDict
from leadkit.store.making import changed_columns, with_columns
from leadkit.store.mapping import amended_row, changed_values, lead_of, person_row, same
from leadkit.store.opportunity_rows import MilestoneRow, ObjectionRow, OpportunityRow
from leadkit.store.process_rows import DutyRow
from leadkit.store.protocol import Query, Unit, by_id, columns_of, in_parts, replace_changed, replace_columns
from leadkit.store.rows import ActivityRow, LeadRow, MatchRow, PersonRow
from leadkit.store.tables import (
    ACTIVITIES,
    DUTIES,
    LEADS,
    MATCHES,
    MILESTONES,
    OBJECTIONS,
    OPPORTUNITIES,
    PERSONS,
    Table,
)
from leadkit.store.values import storable


@define
class WorkSet:
    """Rows by id, as they are now and as they were read; None where a lead is new."""

    unit: Unit
    policy: Policy
    calendar: Callable[[], WorkCalendar]
    leads: dict[str, LeadRow] = field(factory=dict)
    persons: dict[str, PersonRow] = field(factory=dict)
    leads_read: dict[str, LeadRow] = field(factory=dict)
    _matches: dict[str, dict[str, MatchRow]] = field(factory=lambda: defaultdict(dict))
    _new_matches: dict[str, MatchRow] = field(factory=dict)
    _moved_matches: dict[str, MatchRow] = field(factory=dict)
    matches_moved: dict[str, list[MatchRow]] = field(factory=lambda: defaultdict(list))
    """By the lead that they lead to now, matches as they were read."""
    persons_read: dict[str, PersonRow] = field(factory=dict)
    _changed_persons: set[str] = field(factory=set)
    opportunities: dict[str, OpportunityFile] = field(factory=dict)
    opportunities_read: dict[str, OpportunityFile] = field(factory=dict)
    won: dict[str, list[OpportunityRow]] = field(factory=dict)
    """The won opportunities of the companies that were asked for, by what those are found by."""
    _settled: set[str] = field(factory=set)
    _settled_opportunities: set[str] = field(factory=set)
    only_scores: bool = False
    """Whether leads are scored and nothing else, so that one whose score is the same counts as it was read."""

    def look_up(self, ids: Iterable[str]) -> None:
        """Read leads with their persons, and those that they were merged into."""
        wanted = [lead_id for lead_id in ids if lead_id not in self.leads and storable(lead_id)]
        if wanted:
            self.take(list(by_id(self.unit, LEADS, wanted).values()))

    def take(self, rows: Sequence[LeadRow]) -> None:
        """Leads as they were read in this transaction; reads their persons, and those that they were merged into."""
        for row in rows:
            self.leads[row.id] = self.leads_read[row.id] = row
        persons = by_id(self.unit, PERSONS, (row.id for row in rows))
        self.persons |= persons
        self.persons_read |= persons
        self.look_up(row.merged_into for row in rows if row.merged_into is not None)

    def hold(self, matches: Iterable[MatchRow]) -> None:
        """Let no other transaction store, look for or move what is found by the same as one of `matches`."""
        self.unit.lock(*dict.fromkeys(f"match:{match.found_by}" for match in matches))

    def hold_matches(self, lead_ids: Iterable[str]) -> None:
        """The same for all by which some leads are found."""
        for part in in_parts(lead_ids):
            self.hold(self.unit.find(Query(MATCHES, {"lead_id": part})))

    def look_for(self, matches: Iterable[MatchRow]) -> None:
        """Read everything that may be the same person or company as one of `matches`."""
        by = tuple(dict.fromkeys(match.found_by for match in matches))
        known = self.unit.find(Query(MATCHES, {"found_by": by})) if by else []
        for match in known:
            self._matches[match.found_by][match.id] = match
        self.look_up(match.lead_id for match in known)

    def row(self, lead_id: str) -> LeadRow:
        """The lead with this id, or the one that it was merged into.

        Raises:
            NotFoundError: there is none, or it was erased.
        """
        self.look_up([lead_id])
        row = self.leads.get(lead_id)
        while row is not None and row.merged_into is not None:
            row = self.leads.get(row.merged_into)
        if row is None:
            raise NotFoundError(Problem("there is no such lead", "leadkit queue lists the ids", place=lead_id))
        if row.erased_at is not None:
            raise NotFoundError(Problem("this lead was erased", "a new lead needs a new id", place=lead_id))
        return row

    def lead(self, lead_id: str) -> Lead:
        """The record of a lead that was read."""
        return lead_of(self.leads[lead_id], self.persons.get(lead_id))

    def activities(self, lead_ids: Iterable[str]) -> dict[str, list[ActivityRow]]:
        """The activities of leads, those of the leads merged into them included."""
        wanted = tuple(lead_ids)
        if not wanted:
            return {}
        merged = columns_of(self.unit, Query(LEADS, {"merged_into": wanted}), ("id", "merged_into"))
        home = {lead_id: lead_id for lead_id in wanted} | {row.id: str(row.merged_into) for row in merged}
        activities: dict[str, list[ActivityRow]] = defaultdict(list)
        for activity in self.unit.find(Query(ACTIVITIES, {"lead_id": tuple(home)}, order=("occurred_at", "id"))):
            activities[home[activity.lead_id]].append(activity)
        return activities

    def same_as(self, matches: Iterable[MatchRow]) -> Iterator[LeadRow]:
        """The leads in the work set that are the same person, then those of the same company."""
        return (self.row(lead_id) for lead_id in same(matches, self._matches))

    def enter(self, lead: Lead, row: LeadRow, matches: Iterable[MatchRow]) -> None:
        """A new lead, and what it can be found again by, from now on alone: what finds another lead finds history."""
        self.leads[lead.id] = row
        self.persons[lead.id] = person_row(lead)
        self._remember(lead.id, matches, instead=True)

    def alias(self, row: LeadRow, lead: Lead | None = None) -> None:
        """A new row for a lead that lives on in another, with what it says of itself where that is kept."""
        self.leads[row.id] = row
        if lead is not None:
            self.persons[row.id] = person_row(lead)

    def changes_by(self, lead: Lead, row: LeadRow) -> FrozenDict:
        """What `amend` would change."""
        before = self.leads[lead.id], self.persons.get(lead.id)
        return changed_values(before, (amended_row(row, lead), person_row(lead)))

    def amend(self, lead: Lead, row: LeadRow, matches: Iterable[MatchRow]) -> FrozenDict:
        """A lead that says something else now; `row` carries what is not in the record. Gives what changed.

        `matches` are what it can be found by from now on, too; what is known of them was looked for.
        """
        changes = self.changes_by(lead, row)
        self.leads[lead.id] = amended_row(row, lead)
        self.persons[lead.id] = person_row(lead)
        self._changed_persons.add(lead.id)
        self._remember(lead.id, matches)
        return changes

    def _remember(self, lead_id: str, matches: Iterable[MatchRow], *, instead: bool = False) -> None:
        for match in matches:
            known = self._matches[match.found_by]
            stored = match.id in known and match.id not in self._new_matches
            if match.id not in known or instead:
                if stored:
                    self.matches_moved[lead_id].append(known[match.id])
                known[match.id] = match if match.lead_id == lead_id else evolve(match, lead_id=lead_id)
                (self._moved_matches if stored else self._new_matches)[match.id] = known[match.id]

    def settle(self, lead_ids: Iterable[str]) -> None:
        """Bring the duties of some leads in step with the policy, even where nothing changes in them."""
        self._settled |= set(lead_ids)

    def settle_opportunities(self, ids: Iterable[str]) -> None:
        """Read opportunities, and bring their duties in step with the policy, even where nothing changes in them."""
        wanted = list(ids)
        self.look_up_opportunities(wanted)
        self._settled_opportunities |= set(wanted)

    def write(self) -> None:
        """Write what is new and what is changed; what is asked for is asked before, so that a conflict comes last."""
        changed = self._changed_leads()
        moved = [row for key, row in self.leads.items() if key in self._settled or self._has_moved(key, changed)]
        stored = self._duties_of(moved)
        self.unit.add(LEADS, [row for key, row in self.leads.items() if key not in self.leads_read])
        self.unit.add(PERSONS, [row for key, row in self.persons.items() if key not in self.persons_read])
        self.unit.add(MATCHES, self._new_matches.values())
        self.unit.replace(MATCHES, self._moved_matches.values())
        columns = {"same_since"}.union(*changed.values())
        replace_columns(self.unit, LEADS, [self._versioned(key, changed[key]) for key in changed], columns)
        persons = self._changed_persons & self.persons_read.keys()
        replace_changed(self.unit, PERSONS, [(self.persons_read[key], self.persons[key]) for key in persons])
        self._write_duties((self._settled_of(row, stored[row.id]), stored[row.id]) for row in moved)
        for key, file in self.opportunities.items():
            if self.opportunities_read.get(key) is not file or key in self._settled_opportunities:
                self._write_file(file, self.opportunities_read.get(key))

    def opportunity(self, opportunity_id: str) -> OpportunityFile:
        """An opportunity with its milestones and objections.

        Raises:
            NotFoundError: there is none.
        """
        self.look_up_opportunities([opportunity_id])
        if opportunity_id not in self.opportunities:
            hint = "leadkit opportunity list shows the ids"
            raise NotFoundError(Problem("there is no such opportunity", hint, place=opportunity_id))
        return self.opportunities[opportunity_id]

    def look_up_opportunities(self, ids: Iterable[str]) -> None:
        """Read opportunities with their milestones and objections; an id that there is not is none."""
        wanted = [key for key in ids if key not in self.opportunities and storable(key)]
        rows = by_id(self.unit, OPPORTUNITIES, wanted)
        steps: dict[str, list[MilestoneRow]] = defaultdict(list)
        objections: dict[str, list[ObjectionRow]] = defaultdict(list)
        for part in in_parts(rows):
            where = {"opportunity_id": part}
            for step in self.unit.find(Query(MILESTONES, where, order=("due_at", "id"))):
                steps[step.opportunity_id].append(step)
            for objection in self.unit.find(Query(OBJECTIONS, where, order=("raised_at", "id"))):
                objections[objection.opportunity_id].append(objection)
        for key, row in rows.items():
            file = OpportunityFile(row, tuple(steps[key]), tuple(objections[key]))
            self.opportunities[key] = self.opportunities_read[key] = file

    def _duties_of(self, rows: Iterable[LeadRow]) -> Mapping[str, dict[str, DutyRow]]:
        """The stored duties of leads, by lead and id; none of those that are new."""
        known = tuple(row.id for row in rows if row.id in self.leads_read)
        stored: dict[str, dict[str, DutyRow]] = defaultdict(dict)
        for duty in self.unit.find(Query(DUTIES, {"lead_id": known, "opportunity_id": None})) if known else ():
            stored[str(duty.lead_id)][duty.id] = duty
        return stored

    def _changed_leads(self) -> Mapping[str, frozenset[str]]:
        """The columns in which leads are others than they were read."""
        known = ((key, self.leads_read.get(key), row) for key, row in self.leads.items())
        return {
            key: changed_columns(before, row) for key, before, row in known if before is not None and before is not row
        }

    def _versioned(self, key: str, changed: frozenset[str]) -> LeadRow:
        """A changed row, which says since which version it is the same where only the time of its score is another."""
        row = self.leads[key]
        since = self.leads_read[key].last_changed if self.only_scores and changed <= _OF_A_SCORE else None
        return row if row.same_since == since else with_columns(row, {"same_since": since})

    def _has_moved(self, key: str, changed: Mapping[str, frozenset[str]]) -> bool:
        """Whether anything changed in a lead that its duties depend on."""
        return key not in self.leads_read or not changed.get(key, NOTHING_CHANGED).isdisjoint(LEAD_READS)

    def _write_file(self, file: OpportunityFile, before: OpportunityFile | None) -> None:
        if before is None:
            self.unit.add(OPPORTUNITIES, [file.row])
        elif before.row is not file.row:
            replace_changed(self.unit, OPPORTUNITIES, [(before.row, file.row)])
        old = before or OpportunityFile(file.row)
        self._write_parts(MILESTONES, file.milestones, old.milestones)
        self._write_parts(OBJECTIONS, file.objections, old.objections)
        stored = self.unit.find(Query(DUTIES, {"opportunity_id": file.row.id})) if before else []
        owed = owed_to_opportunity(self.policy, self.calendar(), file)
        subject = {"lead_id": file.row.lead_id, "opportunity_id": file.row.id}
        known = {duty.id: duty for duty in stored}
        self._write_duties([(settled(owed, known, self.calendar(), **subject), known)])

    def _write_parts(self, table: Table[Any], now: Iterable[Any], before: Iterable[Any]) -> None:
        old = {part.id: part for part in before}
        new = {part.id: part for part in now}
        self.unit.add(table, [part for key, part in new.items() if key not in old])
        self.unit.replace(table, [part for key, part in new.items() if key in old and old[key] != part])
        gone = tuple(key for key in old if key not in new)
        if gone:
            self.unit.remove(Query(table, {"id": gone}))

    def _settled_of(self, row: LeadRow, stored: Mapping[str, DutyRow]) -> Settled:
        owed = owed_to_lead(self.policy, self.calendar(), self.leads_read.get(row.id), row)
        return settled(owed, stored, self.calendar(), lead_id=row.id)

    def _write_duties(self, subjects: Iterable[tuple[Settled, Mapping[str, DutyRow]]]) -> None:
        """Write what settles some subjects, each given with its duties as they are stored."""
        every = list(subjects)
        self.unit.add(DUTIES, [duty for duties, _ in every for duty in duties.add])
        pairs = [(stored[duty.id], duty) for duties, stored in every for duty in duties.replace]
        replace_changed(self.unit, DUTIES, pairs)


NOTHING_CHANGED: frozenset[str] = frozenset()
_OF_A_SCORE = {"scored_at", "same_since"}
"""What is another in a lead that was scored and comes to the same."""
