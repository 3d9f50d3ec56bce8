"""What learned points are written as: the scoring of a policy, or its grading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from attrs import define, setters

from leadkit.learning.bands import DEFAULT
from leadkit.learning.rules import LearnedRule
from leadkit.learning.writing import Bands, policy_text
from leadkit.policy import Policy
from leadkit.reviewing.learned import LearnWarning


class Form(Protocol):
    """What the points are written as, in a file made from `policy`."""

    @property
    def policy(self) -> Policy: ...

    def rules(self, rules: tuple[LearnedRule, ...]) -> tuple[LearnedRule, ...]:
        """The rules as this form has them."""
        ...

    def warnings(self) -> Iterable[LearnWarning]:
        """What of the policy the file has to leave out."""
        ...

    def text(
        self,
        rules: Sequence[LearnedRule],
        bands: Bands,
        notes: Sequence[str],
        comments: Mapping[str, Sequence[str]],
    ) -> str:
        """The file: `notes` at its head, `comments` by the code of their rule."""
        ...


@define(on_setattr=setters.frozen)
class Scoring:
    """The form of `[scoring]`."""

    policy: Policy

    def rules(self, rules: tuple[LearnedRule, ...]) -> tuple[LearnedRule, ...]:
        """The rules as they are."""
        return rules

    def warnings(self) -> Iterator[LearnWarning]:
        """Examples and invariants speak of the old points; bands of a group read what is no longer there."""
        claims = len(self.policy.document.examples) + len(self.policy.document.invariants)
        if claims:
            yield LearnWarning("claims_left_out", figure=str(claims))
        scoring = self.policy.document.scoring
        dropped = [name for name in scoring.outcomes if name not in (scoring.total_bands or DEFAULT)]
        if scoring.bands and dropped:
            yield LearnWarning("bands_left_out", figure=", ".join(dropped))

    def text(
        self,
        rules: Sequence[LearnedRule],
        bands: Bands,
        notes: Sequence[str],
        comments: Mapping[str, Sequence[str]],
    ) -> str:
        """The start policy's file with other rules and bands."""
        return policy_text(self.policy, rules, bands, notes, comments)
