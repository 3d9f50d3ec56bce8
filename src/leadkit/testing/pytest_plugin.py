"""The pytest plugin: policy files are tests. Every example and every invariant that a file says is one of them.

It is imported whenever pytest starts, so that it imports nothing of leadkit until a policy is found.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from leadkit.policy import Policy
    from leadkit.policy.claims import Example, Invariant
    from leadkit.scoring.witness import Witness

Fails = Callable[..., str]
Explaining = Callable[..., str]
MOST_BYTES = 1_000_000
"""A larger file is no policy."""

_CLAIMS = re.compile(r"^[ \t]*\[\[[ \t]*(examples|invariants)[ \t]*\]\]", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_NAME = re.compile(r"^[ \t]*name[ \t]*=", re.MULTILINE)
_EXTENDS = re.compile(r"^[ \t]*extends[ \t]*=", re.MULTILINE)
_SCORING = re.compile(r"^[ \t]*\[[ \t]*scoring[ \t]*[.\]]", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--no-leadkit-policies`."""
    usage = "do not collect the examples and invariants of leadkit policies (*.toml)"
    parser.getgroup("leadkit").addoption("--no-leadkit-policies", action="store_true", help=usage)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PolicyFile | None:
    """Collect the TOML files that look like policies which claim something."""
    wanted = file_path.suffix == ".toml" and not parent.config.getoption("no_leadkit_policies")
    return PolicyFile.from_parent(parent, path=file_path) if wanted and _is_policy(file_path) else None


def _is_policy(path: Path) -> bool:
    """Whether a file looks like a policy with claims of its own, judged by its text."""
    try:
        text = _text(path)
    except (OSError, UnicodeDecodeError):
        return False
    first_table = _TABLE.search(text)
    head = text[: first_table.start()] if first_table else text
    decides = _EXTENDS.search(head) or _SCORING.search(text)
    return bool(_CLAIMS.search(text) and _NAME.search(head) and decides)


def _text(path: Path) -> str:
    """The text of a file; a blank one where it is too large for a policy."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    return content.decode("utf-8-sig") if len(content) <= MOST_BYTES else ""


class PolicyFile(pytest.File):
    """A policy file, with a test for each of its examples, and for each invariant, inherited ones included."""

    def collect(self) -> Iterator[pytest.Item]:
        """Load the policy and give its examples, then its invariants."""
        from leadkit.policy import load_policy

        policy = load_policy(self.path)
        yield from self._claims("example", policy.document.examples, _example_fails, policy)
        yield from self._claims("invariant", policy.document.invariants, _refuted, policy)

    def explaining(self, lead: Witness) -> str:
        """The command that explains a lead, to paste below the folder in which pytest was started."""
        from leadkit.scoring.witness import command

        return command(os.path.relpath(self.path, self.config.invocation_params.dir), lead)

    def _claims(self, kind: str, claims: Sequence[Any], fails: Fails, policy: Policy) -> Iterator[pytest.Item]:
        names = [" ".join(claim.name.split()) for claim in claims]
        for number, (name, claim) in enumerate(zip(names, claims, strict=True), 1):
            title = f"{kind} {number} ({name})" if name else f"{kind} {number}"
            unique = name if name and names.count(name) == 1 else title
            yield Claim.from_parent(
                self, name=unique, title=title, fails=partial(fails, policy, claim, self.explaining)
            )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """The problems of a policy that can't be loaded, one a line."""
        from leadkit.errors import PolicyError

        return str(excinfo.value) if isinstance(excinfo.value, PolicyError) else super().repr_failure(excinfo)


class Claim(pytest.Item):
    """One example or one invariant of a policy; `fails` tells why it does not hold, and nothing where it does."""

    def __init__(self, *, title: str, fails: Callable[[], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.title = title
        self.fails = fails

    def runtest(self) -> None:
        """Hold the policy against its claim."""
        reason = self.fails()
        if reason:
            raise ClaimError(reason)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Why the claim does not hold, without a traceback."""
        from leadkit.errors import FactError

        broken = isinstance(excinfo.value, (ClaimError, FactError))
        return str(excinfo.value) if broken else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """The heading of a failure: `ours.toml: example 2 (name)`."""
        return self.path, None, f"{self.path.name}: {self.title}"


class ClaimError(Exception):
    """A claim of a policy does not hold; its text is all that a reader needs."""


def _example_fails(policy: Policy, example: Example, explaining: Explaining) -> str:
    """Each answer that differs, and where points or bands were asked, the whole score."""
    from leadkit.checking.examples import AS_OF, mismatches

    lines = [str(mismatch) for mismatch in mismatches(policy, example)]
    if lines and {"points", *policy.document.scoring.outcomes} & set(example.expect):
        as_of = example.as_of or AS_OF
        lines += ["", policy.score(example.lead, example.witness.activities(as_of), as_of=as_of).explain()]
        lines += [explaining(example.witness)]
    return "\n".join(lines).rstrip()


def _refuted(policy: Policy, invariant: Invariant, explaining: Explaining) -> str:
    """What refutes an invariant; what is proved, undecided or about nobody passes."""
    from leadkit.checking.invariants import prove

    proof = prove(policy, invariant)
    if proof.outcome != "refuted" or proof.witness is None:
        return ""
    return f"{proof}\n{explaining(proof.witness)}".rstrip()
