"""The codes of reasons that a policy knows, and the refusal of others."""

from __future__ import annotations

from collections.abc import Iterable

from leadkit.errors import CommandError, Problem
from leadkit.policy import Policy
from leadkit.policy.reasons import ReasonKind, unknown_hint
from leadkit.records.fields import is_code


def check_code(subject: str, code: str, path: str, example: str) -> None:
    """Refuse words where a code is wanted, which is counted and outlives an erasure.

    Raises:
        CommandError: it is none.
    """
    if not is_code(code):
        hint = "small letters, digits and single underscores; the words go into `reason`"
        raise CommandError(
            Problem(f"must be a code such as `{example}`, not free text", hint, place=subject, path=path)
        )


def check_reason(policy: Policy, subject: str, code: str, kind: ReasonKind, *, also: Iterable[str] = ()) -> None:
    """Refuse a reason that is no code or, where the policy names its reasons, none of them; `also` are taken, too.

    Raises:
        CommandError: it is one; the hint has the nearest and all that there are.
    """
    path, example = ("lost_reason", "price") if kind == "lost" else ("reason_code", "budget_too_small")
    check_code(subject, code, path, example)
    known = policy.reasons(kind)
    if known and code not in {*known, *also}:
        hint = unknown_hint(code, known)
        raise CommandError(Problem("is no reason of this policy", hint, place=subject, path=f"{path}.{code}"))
