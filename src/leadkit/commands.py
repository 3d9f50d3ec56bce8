"""Every command of a desk as a class: what `leadkit_veto` is given, and what a desk of your own can add to.

A file of `leadkit.desk.commands` names its commands in its own `__all__`.
"""

from leadkit.desk.commands import (
    capture,
    handover,
    importing,
    leads,
    negotiation,
    opportunities,
    pool,
    record,
    reviews,
    team,
    upkeep,
)
from leadkit.desk.commands.capture import *
from leadkit.desk.commands.catalogue import COMMANDS, LEAD_STEPS, OPPORTUNITY_STEPS
from leadkit.desk.commands.command import DeskCommand, LeadCommand, OpportunityCommand, SingleCommand, gives
from leadkit.desk.commands.handover import *
from leadkit.desk.commands.importing import *
from leadkit.desk.commands.leads import *
from leadkit.desk.commands.negotiation import *
from leadkit.desk.commands.opportunities import *
from leadkit.desk.commands.pool import *
from leadkit.desk.commands.record import *
from leadkit.desk.commands.reviews import *
from leadkit.desk.commands.schema import json_schema
from leadkit.desk.commands.team import *
from leadkit.desk.commands.upkeep import *
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
__all__ += handover.__all__
__all__ += importing.__all__
__all__ += leads.__all__
__all__ += negotiation.__all__
__all__ += opportunities.__all__
__all__ += pool.__all__
__all__ += record.__all__
__all__ += reviews.__all__
__all__ += team.__all__
__all__ += upkeep.__all__
