"""Names are nouns. Those that are pronouns or participles are counted by file, and the counts may only fall.

python -m tests.test_names      # writes the counts as they are now
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
COUNTS = Path(__file__).with_name("names.toml")
PRONOUNS = {"one", "said", "found", "told", "own", "how"}
SLACK = 5


def names(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives: of classes, functions, parameters, attributes, variables and imports."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.arg(arg=name) | ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                yield name


def is_pronoun(name: str) -> bool:
    """Whether a name is one of the pronouns, or begins or ends with one as a word."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().strip("_").split("_")
    return not PRONOUNS.isdisjoint({words[0], words[-1]})


def counts() -> dict[str, int]:
    """How many pronouns each file of the source gives as names, where there are any."""
    files = {file.relative_to(ROOT).as_posix(): file for file in sorted((ROOT / "src").rglob("*.py"))}
    result = {name: sum(map(is_pronoun, names(ast.parse(file.read_text("utf-8"))))) for name, file in files.items()}
    return {name: count for name, count in result.items() if count}


def as_toml(numbers: dict[str, int]) -> str:
    return "".join(f'"{name}" = {count}\n' for name, count in numbers.items())


class TestNames:
    """No new name is a pronoun, and what was cleaned up stays clean."""

    def test_no_file_has_more_of_them_than_before(self):
        ceilings = tomllib.loads(COUNTS.read_text("utf-8"))
        more = {name: count for name, count in counts().items() if count > ceilings.get(name, 0)}
        assert more == {}, "name the thing instead: rows, document, arguments, message"

    def test_the_ceilings_follow_when_names_go(self):
        ceilings, now = tomllib.loads(COUNTS.read_text("utf-8")), counts()
        spare = sum(ceilings.values()) - sum(min(now.get(name, 0), ceiling) for name, ceiling in ceilings.items())
        assert spare <= SLACK, f"run `python -m tests.test_names`, or write this to {COUNTS.name}:\n{as_toml(now)}"

    def test_what_counts_as_one(self):
        assert all(map(is_pronoun, ("said", "_said", "told_as", "lead_found", "_Told", "own_errors")))
        assert not any(map(is_pronoun, ("phone", "known", "show", "founder", "as_told_by", "ones")))

    def test_where_names_are_given(self):
        text = "def f(how, *said, **told):\n    for one in [own for own in how]: x.found = (said := 1)\n"
        given = [name for name in names(ast.parse(text)) if is_pronoun(name)]
        assert sorted(given) == ["found", "how", "one", "own", "said", "said", "told"]


if __name__ == "__main__":
    COUNTS.write_text(as_toml(counts()), "utf-8")
