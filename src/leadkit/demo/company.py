"""A sample company: the lead sheet and the follow-up sheet that a maker of industrial equipment kept in summer 2023.

The sheets have the habits and the mistakes of real ones: masked phones, the same customer entered twice, dates as
text, rows that can't be used. Every person, company and contact in them is invented. The mail addresses stand at
names reserved for examples, the German and North American phones in the ranges kept free for fiction. China keeps no
such range, so its numbers are valid in form and drawn by chance: call none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.templates import ACTIVITIES, LEADS
from leadkit.demo import words
from leadkit.demo.arrivals import LEAD_1001, Arrival, Reception, Row, lead_row
from leadkit.demo.chance import AUTUMN, Dice
from leadkit.demo.talks import follow_ups
from leadkit.errors import FactError, Problem


def sample_tables(seed: int = 20230801, leads: int = 200, activities: int = 600) -> tuple[Table, Table]:
    """The lead sheet 线索信息表 with `leads` rows and the follow-up sheet 线索培育跟进表 with `activities` rows.

    The heads are those of the zh_CN templates. The two example rows of each template stand first; the lead that the
    follow-ups of the template speak of is 1001, and those after it count on from there, day by day from 2023-06-01
    to 2023-09-28, so that 2023-09-30 is a day to look back from. The other follow-ups are in the order of time.
    Equal arguments give equal sheets, on every machine. Fewer than 3 leads or 2 activities raise `FactError`.
    """
    if leads < 3 or activities < 2:
        problem = f"{leads} leads and {activities} activities leave no room for the rows of the templates"
        raise FactError(Problem(problem, "ask for at least 3 leads and 2 activities", place="sample_tables"))
    dice = Dice(seed)
    captured = (LEAD_1001, *Reception(dice, first=1002).captured(leads - 3))
    return _tables(dice, captured, activities - 2, words.TEMPLATE_LEADS, words.TEMPLATE_FOLLOW_UPS)


def autumn_tables(seed: int = 20231001, leads: int = 60, activities: int = 150) -> tuple[Table, Table]:
    """The same sheets of the quarter after: leads from number 2001 on, from 2023-10-09 to 2023-12-20."""
    dice = Dice(seed, AUTUMN)
    return _tables(dice, tuple(Reception(dice, first=2001).captured(leads)), activities, (), ())


def _tables(
    dice: Dice, captured: Sequence[Arrival], activities: int, first_leads: Iterable[Row], first_talks: Iterable[Row]
) -> tuple[Table, Table]:
    lead_rows = (*first_leads, *(lead_row(dice, lead) for lead in captured))
    touches = (*first_talks, *follow_ups(dice, captured, activities))
    return (
        Table(LEADS.title["zh_CN"], LEADS.row("zh_CN"), lead_rows),
        Table(ACTIVITIES.title["zh_CN"], ACTIVITIES.row("zh_CN"), touches),
    )
