"""The questions about opportunities, beside every command on them."""

from __future__ import annotations

from leadkit.desk.commands.catalogue import OpportunityCommands
from leadkit.desk.execute import Executor
from leadkit.desk.opportunities import queries
from leadkit.desk.opportunities.state import OpportunityState
from leadkit.desk.results import HistoryItem


class OpportunityDesk(OpportunityCommands):
    """What a sales team does with an opportunity. Every command takes `by`, `key` and `version`, as those of a desk do.

    A step that can't be taken now is refused with those that can.
    """

    def __init__(self, executor: Executor) -> None:
        self.executor = executor

    def get(self, opportunity_id: str) -> OpportunityState:
        """An opportunity as it stands, whole: its plan, objections and answers, report, contract and handover.

        Raises:
            NotFoundError: there is none.
        """
        with self.executor.storage.transaction(read_only=True) as unit:
            return queries.opportunity(self.executor.work_set(unit), opportunity_id)

    def list(
        self,
        *,
        owner: str | None = None,
        status: str | None = None,
        stage: str | None = None,
        lead_id: str | None = None,
        limit: int = 100,
    ) -> tuple[OpportunityState, ...]:
        """Opportunities by id, which is the order in which they came.

        `status` is `open`, `won` or `lost`; `stage` is the step of the process, such as `planning`.
        """
        where = {"owner": owner, "status": status, "stage": stage, "lead_id": lead_id}
        with self.executor.storage.transaction(read_only=True) as unit:
            return queries.opportunities(self.executor.work_set(unit), where, limit)

    def ids(self, beginning: str, limit: int = 10) -> tuple[str, ...]:
        """The ids of opportunities that begin so."""
        with self.executor.storage.transaction(read_only=True) as unit:
            return queries.opportunity_ids(unit, beginning, limit)

    def history(self, opportunity_id: str) -> tuple[HistoryItem, ...]:
        """All that was done with an opportunity, by whom and why, the oldest first."""
        with self.executor.storage.transaction(read_only=True) as unit:
            return queries.opportunity_history(self.executor.work_set(unit), opportunity_id)
