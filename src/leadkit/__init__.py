"""leadkit: screen, score, qualify and explain sales leads by one policy file.

The names that most programs need are here; `checks`, `commands`, `errors`, `plugins`, `reviews` and `store` have the
rest. Every name loads on first use, so that importing the package costs nothing and `leadkit --help` answers at once.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

FACES = ("checks", "commands", "errors", "plugins", "reviews", "store")
"""The modules that are attributes of the package, each with names of its own."""

HOMES = {
    "leadkit.adapters.sql": "migrate",
    "leadkit.decisions": "worklist",
    "leadkit.desk.async_desk": "AsyncDesk",
    "leadkit.desk.delivery": "Retries",
    "leadkit.desk.desk": "Desk",
    "leadkit.desk.health": "Health",
    "leadkit.desk.opportunities.state": "OpportunityState",
    "leadkit.desk.opportunity_desk": "OpportunityDesk",
    "leadkit.desk.results": "DeadLetter Delivered DueItem HistoryItem LeadState Receipt Rescored Settled Ticked",
    "leadkit.errors": "CommandError ConflictError LeadkitError NotAllowedError PolicyError Problem",
    "leadkit.grading.grade": "Grade",
    "leadkit.learning.capacity": "PerWeek Share WinRate",
    "leadkit.learning.grading": "learn_grading",
    "leadkit.learning.learn": "learn",
    "leadkit.limits": "Limits",
    "leadkit.plugins": "Notice Verification hookimpl",
    "leadkit.policy": "Policy json_schema load_policy",
    "leadkit.policy.content_library": "load_content",
    "leadkit.process.codes": "NoticeKind Outcome",
    "leadkit.process.command": "Command",
    "leadkit.process.duties": "DutyKind",
    "leadkit.process.states": "DueState Stage",
    "leadkit.qualification.qualify": "Qualification Screening",
    "leadkit.records": "Activity Assessment Budget Company Contact Lead LeadStatus Need Opportunity OpportunityStatus "
    "Source",
    "leadkit.records.people": "Actor Member",
    "leadkit.results": "Result",
    "leadkit.reviewing.learned": "Learned",
    "leadkit.scoring.score": "Score",
}
"""The one table of the names here, by their modules. `__init__.pyi` is written from it, for type checkers."""

_HOME = dict(sorted((name, module) for module, names in HOMES.items() for name in names.split()))
__all__ = list(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name in FACES:
        return import_module(f"leadkit.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'leadkit' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, *FACES, "__version__"])
