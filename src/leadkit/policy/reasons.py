"""Why deals are lost and leads are invalid: the codes that a policy has, and the words that are read as each."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from leadkit.records.fields import RECORD, Code, Text
from leadkit.records.text import fold
from leadkit.rules.facts import near, refuse

ReasonKind = Literal["lost", "invalid"]
OF_SHEETS = frozenset({"not_given", "other"})
"""The codes of a loss for which a sheet gives no reason, or one in words that are no code."""


class Reasons(BaseModel):
    """The codes that people may give, each with the words that are read as it in a sheet and in the terminal.

    `lost` is why an opportunity is lost, `invalid` why somebody judges a lead invalid; the reasons of the policy's own
    `[screening]` are known there, too. Where one is left out, any code is taken. `[labels]` say what each is called:
    `"lost_reason.price"` or `price`.
    """

    model_config = RECORD

    lost: dict[Code, tuple[Text, ...]] = Field(default_factory=dict, max_length=200)
    """The codes of lost opportunities, each with the words that are read as it."""
    invalid: dict[Code, tuple[Text, ...]] = Field(default_factory=dict, max_length=200)
    """The codes of invalid leads, each with the words that are read as it."""

    @model_validator(mode="after")
    def _a_word_is_one_reason(self) -> Self:
        for kind, codes in (("lost", self.lost), ("invalid", self.invalid)):
            forms = Counter(form for code, words in codes.items() for form in {_form(word) for word in (code, *words)})
            twice = next((form for form, times in forms.items() if times > 1), None)
            if twice is not None:
                raise refuse(f"reasons.{kind}: {twice!r} is read as two reasons", "a word belongs to one reason")
        return self

    def codes(self, kind: ReasonKind) -> tuple[str, ...]:
        """The codes of one kind; none where any is taken."""
        return tuple(self.lost if kind == "lost" else self.invalid)

    def read(self, kind: ReasonKind, word: str) -> str | None:
        """The code of one kind that a word is, or is read as; None where it is none."""
        return self._by_form[kind].get(_form(word))

    @cached_property
    def _by_form(self) -> dict[str, dict[str, str]]:
        tables = {"lost": self.lost, "invalid": self.invalid}
        return {
            kind: {_form(word): code for code, words in codes.items() for word in (code, *words)}
            for kind, codes in tables.items()
        }


def unknown_hint(code: str, known: tuple[str, ...]) -> str:
    """What to do about a reason that there is not: the nearest one that there is, and all of them."""
    nearest = near(code, known) if known else ""
    listed = f"possible: {', '.join(known)}"
    return listed if not nearest or nearest.startswith("one of") else f"{nearest} {listed}"


def _form(word: str) -> str:
    return fold(word).casefold()
