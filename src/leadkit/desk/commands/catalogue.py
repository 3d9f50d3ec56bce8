"""Every command of a desk, gathered from the methods that give them."""

from __future__ import annotations

from typing import Any

from leadkit.desk.commands.capture import CaptureCommands
from leadkit.desk.commands.command import DeskCommand, given_by
from leadkit.desk.commands.contracts import ContractCommands
from leadkit.desk.commands.converting import ConvertingCommands
from leadkit.desk.commands.handover import HandoverCommands
from leadkit.desk.commands.importing import ImportedOpportunityCommands
from leadkit.desk.commands.joining import JoiningCommands
from leadkit.desk.commands.leads import LeadCommands
from leadkit.desk.commands.negotiation import NegotiationCommands
from leadkit.desk.commands.objections import ObjectionCommands
from leadkit.desk.commands.opportunities import DealCommands
from leadkit.desk.commands.overrides import OverrideCommands
from leadkit.desk.commands.planning import PlanningCommands
from leadkit.desk.commands.pool import PoolCommands
from leadkit.desk.commands.record import RecordCommands
from leadkit.desk.commands.reviews import ReviewCommands
from leadkit.desk.commands.signals import SignalCommands
from leadkit.desk.commands.team import OpportunityTeamCommands, TeamCommands
from leadkit.desk.commands.undo import ImportCommands
from leadkit.desk.commands.upkeep import UpkeepCommands
from leadkit.desk.commands.verdicts import VerdictCommands
from leadkit.desk.commands.verifying import VerifyingCommands
from leadkit.process.command import steps


class DeskCommands(
    CaptureCommands,
    VerdictCommands,
    OverrideCommands,
    LeadCommands,
    JoiningCommands,
    TeamCommands,
    PoolCommands,
    RecordCommands,
    SignalCommands,
    VerifyingCommands,
    ImportCommands,
    ReviewCommands,
    UpkeepCommands,
):
    """The commands that are methods of a desk."""


class OpportunityCommands(
    ConvertingCommands,
    DealCommands,
    PlanningCommands,
    NegotiationCommands,
    ObjectionCommands,
    ContractCommands,
    HandoverCommands,
    OpportunityTeamCommands,
    ImportedOpportunityCommands,
):
    """The commands that are methods of `desk.opportunities`."""


COMMANDS: tuple[type[DeskCommand[Any]], ...] = given_by(DeskCommands, OpportunityCommands)
BY_HAND = tuple(command for command in COMMANDS if not command.from_sheets)
LEAD_STEPS = steps("lead", BY_HAND)
OPPORTUNITY_STEPS = steps("opportunity", BY_HAND)
"""The state tables of what somebody does; what a sheet brings is a record of history, and skips steps."""
