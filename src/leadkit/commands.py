"""Every command of a desk as a class: what `leadkit_veto` is given, and what a desk of your own can add to.

A file of `leadkit.desk.commands` names its commands in its own `__all__`.
"""

from leadkit.desk.commands import (
    capture,
    contracts,
    converting,
    handover,
    importing,
    joining,
    leads,
    negotiation,
    objections,
    opportunities,
    overrides,
    planning,
    pool,
    record,
    reviews,
    signals,
    team,
    undo,
    upkeep,
    verdicts,
    verifying,
)
from leadkit.desk.commands.capture import *
from leadkit.desk.commands.catalogue import COMMANDS, LEAD_STEPS, OPPORTUNITY_STEPS
from leadkit.desk.commands.command import DeskCommand, LeadCommand, OpportunityCommand, SingleCommand, gives
from leadkit.desk.commands.contracts import *
from leadkit.desk.commands.converting import *
from leadkit.desk.commands.handover import *
from leadkit.desk.commands.importing import *
from leadkit.desk.commands.joining import *
from leadkit.desk.commands.leads import *
from leadkit.desk.commands.negotiation import *
from leadkit.desk.commands.objections import *
from leadkit.desk.commands.opportunities import *
from leadkit.desk.commands.overrides import *
from leadkit.desk.commands.planning import *
from leadkit.desk.commands.pool import *
from leadkit.desk.commands.record import *
from leadkit.desk.commands.reviews import *
from leadkit.desk.commands.schema import json_schema
from leadkit.desk.commands.signals import *
from leadkit.desk.commands.team import *
from leadkit.desk.commands.undo import *
from leadkit.desk.commands.upkeep import *
from leadkit.desk.commands.verdicts import *
from leadkit.desk.commands.verifying import *
from leadkit.desk.context import Changes, CommandContext
from leadkit.process.command import Argument, Command
from leadkit.process.lifecycle import Move, move, stay

__all__ = [
    "COMMANDS",
    "LEAD_STEPS",
    "OPPORTUNITY_STEPS",
    "Argument",
    "Changes",
    "Command",
    "CommandContext",
    "DeskCommand",
    "LeadCommand",
    "Move",
    "OpportunityCommand",
    "SingleCommand",
    "gives",
    "json_schema",
    "move",
    "stay",
]
__all__ += capture.__all__
__all__ += contracts.__all__
__all__ += converting.__all__
__all__ += handover.__all__
__all__ += importing.__all__
__all__ += joining.__all__
__all__ += leads.__all__
__all__ += negotiation.__all__
__all__ += objections.__all__
__all__ += opportunities.__all__
__all__ += overrides.__all__
__all__ += planning.__all__
__all__ += pool.__all__
__all__ += record.__all__
__all__ += reviews.__all__
__all__ += signals.__all__
__all__ += team.__all__
__all__ += undo.__all__
__all__ += upkeep.__all__
__all__ += verdicts.__all__
__all__ += verifying.__all__
