"""The states of a lead and the stages of an opportunity."""

from __future__ import annotations

from typing import Literal

Stage = Literal["assessing", "graded", "planning", "negotiating", "contracting", "signed", "won", "lost"]
"""The stages of an opportunity, for type checkers."""

DueState = Literal["due", "breached", "paused"]
"""How something stands that is to be done."""

SCREENED = ("new", "valid", "invalid")
"""What a screening makes of a lead; `new` means that facts are missing."""

IN_QUEUE = ("new", "valid")
"""A lead in one of these states is worked on."""

IN_PROGRESS = ("assessing", "graded", "planning", "negotiating", "contracting", "signed")
"""The stages of an opportunity before it is won or lost."""

UNSIGNED = IN_PROGRESS[:-1]
"""Those before both sides have signed."""
