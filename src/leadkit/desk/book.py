"""The leads that one transaction is about: read together, changed in memory, written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from attrs import define, evolve, field

from leadkit.adapters.storage.protocol import Query, Unit
from leadkit.adapters.storage.tables import (
    ACTIVITIES,
    LEADS,
    MATCHES,
    PERSONS,
    ActivityRow,
    LeadRow,
    MatchRow,
    PersonRow,
)  # fmt: skip
from leadkit.desk.rows import lead_of, match_rows, person_row, said_columns, same
from leadkit.errors import NotFoundError, Problem
from leadkit.policy import Policy
from leadkit.records import Lead


@define
class Book:
    """Rows by id, as they are now and as they were read; None where a lead is new."""

    unit: Unit
    policy: Policy
    rows: dict[str, LeadRow] = field(factory=dict)
    persons: dict[str, PersonRow] = field(factory=dict)
    read: dict[str, LeadRow] = field(factory=dict)
    _matches: dict[str, MatchRow] = field(factory=dict)
    _new_matches: list[MatchRow] = field(factory=list)
    _persons_read: set[str] = field(factory=set)
    _changed_persons: set[str] = field(factory=set)

    def look_up(self, ids: Iterable[str]) -> None:
        """Read leads with their persons, and those that they were merged into."""
        wanted = tuple(dict.fromkeys(one for one in ids if one not in self.rows))
        if not wanted:
            return
        found = self.unit.find(Query(LEADS, {"id": wanted}))
        for row in found:
            self.rows[row.id] = self.read[row.id] = row
        for person in self.unit.find(Query(PERSONS, {"id": wanted})):
            self.persons[person.id] = person
            self._persons_read.add(person.id)
        self.look_up(row.merged_into for row in found if row.merged_into is not None)

    def look_for(self, matches: Iterable[MatchRow]) -> None:
        """Read everything that may be the same person or company as one of `matches`."""
        by = tuple(dict.fromkeys(match.found_by for match in matches))
        found = self.unit.find(Query(MATCHES, {"found_by": by})) if by else []
        self._matches |= {match.id: match for match in found}
        self.look_up(match.lead_id for match in found)

    def row(self, lead_id: str) -> LeadRow:
        """The lead with this id, or the one that it was merged into.

        Raises:
            NotFoundError: there is none, or it was erased.
        """
        self.look_up([lead_id])
        row = self.rows.get(lead_id)
        while row is not None and row.merged_into is not None:
            row = self.rows.get(row.merged_into)
        if row is None:
            raise NotFoundError(Problem(lead_id, "there is no such lead", "leadkit queue lists the ids"))
        if row.erased_at is not None:
            raise NotFoundError(Problem(lead_id, "this lead was erased", "a new lead needs a new id"))
        return row

    def lead(self, lead_id: str) -> Lead:
        """The record of a lead that was read."""
        return lead_of(self.rows[lead_id], self.persons.get(lead_id))

    def touches(self, lead_ids: Iterable[str]) -> dict[str, list[ActivityRow]]:
        """The activities of leads, those of the leads merged into them included."""
        wanted = tuple(lead_ids)
        if not wanted:
            return {}
        merged = self.unit.find(Query(LEADS, {"merged_into": wanted}))
        home = {one: one for one in wanted} | {row.id: str(row.merged_into) for row in merged}
        found: dict[str, list[ActivityRow]] = defaultdict(list)
        for touch in self.unit.find(Query(ACTIVITIES, {"lead_id": tuple(home)}, order=("occurred_at", "id"))):
            found[home[touch.lead_id]].append(touch)
        return found

    def same_as(self, matches: Iterable[MatchRow]) -> str | None:
        """The lead in the book that is the same person, else the same company."""
        found = same(matches, self._matches.values())
        return self.row(found).id if found else None

    def enter(self, lead: Lead, row: LeadRow) -> None:
        """A new lead."""
        self.rows[lead.id] = row
        self.persons[lead.id] = person_row(lead)
        self._remember(match_rows(lead, self.policy))

    def alias(self, row: LeadRow) -> None:
        """A new row for a lead that lives on in another."""
        self.rows[row.id] = row

    def amend(self, lead: Lead, row: LeadRow) -> None:
        """A lead that says something else now; `row` carries what is not in the record."""
        self.rows[lead.id] = evolve(
            row, **{k: v for k, v in said_columns(lead).items() if k not in {"status", "owner"}}
        )
        self.persons[lead.id] = person_row(lead)
        self._changed_persons.add(lead.id)
        matches = match_rows(lead, self.policy)
        self.look_for(match for match in matches if match.id not in self._matches)
        self._remember(matches)

    def _remember(self, matches: Iterable[MatchRow]) -> None:
        for match in matches:
            if match.id not in self._matches:
                self._matches[match.id] = match
                self._new_matches.append(match)

    def write(self) -> None:
        """Write what is new and what is changed."""
        self.unit.add(LEADS, [row for key, row in self.rows.items() if key not in self.read])
        self.unit.add(PERSONS, [row for key, row in self.persons.items() if key not in self._persons_read])
        self.unit.add(MATCHES, self._new_matches)
        self.unit.replace(LEADS, [row for key, row in self.rows.items() if self.read.get(key, row) is not row])
        self.unit.replace(PERSONS, [self.persons[key] for key in self._changed_persons & self._persons_read])
