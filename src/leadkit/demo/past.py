"""What became of the sample company's leads in the past: a table of facts and outcomes to learn points from.

What is won follows a rule of its own, which is not that of the standard policy: a budget that fits and a recommendation
count for much, the size of the company for little, and a visit of a webinar for something.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import exp
from pathlib import Path

from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.write import write_csv_files
from leadkit.demo.chance import Dice

HEADS = (
    "lead_id", "opened_at", "closed_at", "company_size", "role", "budget_match", "channel", "sales_rep", "webinar",
    "reply", "won",
)  # fmt: skip
FIRST = date(2022, 1, 3)
BASE = -1.9
WORTH = {"full": 1.4, "partial": 0.5, "referral": 1.1, "ads": -0.7, "large": 0.3, "decision_maker": 0.4}
PER_WEBINAR, PER_REPLY = 0.5, 0.3


def past_cases(path: Path | str, *, seed: int = 20230801, cases: int = 400) -> None:
    """Write so many cases as CSV. Equal arguments write equal files, on every machine.

    Raises:
        SheetError: the file can't be written.
    """
    dice = Dice(seed)
    rows = [_row(dice, number, cases) for number in range(cases)]
    write_csv_files([Path(path)], [Table("cases", HEADS, rows)])


def _row(dice: Dice, number: int, cases: int) -> tuple[str | int, ...]:
    size = dice.pick(("large", "medium", "small", "small", ""))
    role = dice.pick(("decision_maker", "influencer", "user", ""))
    budget = dice.pick(("full", "partial", "none", "none", ""))
    channel = dice.pick(("referral", "website", "website", "ads", "trade fair"))
    webinars, replies = dice.pick((0, 0, 0, 1, 2)), dice.pick((0, 0, 1, 1, 3))
    odds = BASE + sum(WORTH.get(value, 0.0) for value in (size, role, budget, channel))
    odds += PER_WEBINAR * webinars + PER_REPLY * min(replies, 3)
    won = dice.random() < 1 / (1 + exp(-odds))
    opened = FIRST + timedelta(days=number * 540 // cases)
    closed = opened + timedelta(days=20 + dice.below(60))
    rep = dice.pick(("li", "zhou", "wang"))
    ending = "won" if won else "lost"
    days = (opened.isoformat(), closed.isoformat())
    return (f"C{number + 1}", *days, size, role, budget, channel, rep, webinars, replies, ending)
