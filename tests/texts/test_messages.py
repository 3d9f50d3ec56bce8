"""Errors in the reader's language: all that the desk and the stores say is translated, whatever stands in the gaps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkit.errors import Problem
from leadkit.texts import LANGUAGES, texts
from leadkit.texts.messages import in_language, translated

SOURCE = Path(str(files("leadkit")))
ROOMS = (
    "desk", "process/assignment.py", "process/command.py", "process/permissions.py", "store", "adapters/sql",
    "adapters/spreadsheets", "adapters/files.py", "adapters/case_files.py", "adapters/fact_rows.py", "learning",
    "adapters/adopting.py", "adapters/backup.py", "adapters/export.py", "reviewing/period.py",
)  # fmt: skip
FOR_PROGRAMS = {
    # What only a host's program can do wrong.
    "there is no command {0}",
    "use .replace(tzinfo=...)",
    "is due at a time without a zone",
    "{0} is no storage",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def wording(node: ast.expr) -> str | None:
    """A text or an f-string, with numbered gaps."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    gaps = iter(range(len(node.values)))
    parts = (str(part.value) if isinstance(part, ast.Constant) else "{" + str(next(gaps)) + "}" for part in node.values)
    return "".join(parts)


def assigned(function: ast.AST) -> Iterator[tuple[str, str]]:
    """The texts that names of a function stand for."""
    for node in (node for node in ast.walk(function) if isinstance(node, ast.Assign)):
        for target in node.targets:
            pairs = (
                zip(target.elts, node.value.elts, strict=True)
                if isinstance(target, ast.Tuple)
                and isinstance(node.value, ast.Tuple)
                and not any(isinstance(part, ast.Starred) for part in (*target.elts, *node.value.elts))
                else [(target, node.value)]
            )
            for name, value in pairs:
                values = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
                for text in filter(None, map(wording, values)):
                    yield getattr(name, "id", ""), text


def said_in(file: Path) -> Iterator[str]:
    """Every message and every hint that a file makes a problem of."""
    for function in (
        node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
    ):
        named = list(assigned(function))
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", "") == "Problem":
                for part in call.args[:2]:
                    text = wording(part)
                    yield from [text] if text else [value for name, value in named if name == getattr(part, "id", None)]


def every_message() -> set[str]:
    places = [SOURCE / room for room in ROOMS]
    sources = [file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))]
    return {message for file in sources for message in said_in(file)} - FOR_PROGRAMS


def test_the_search_finds_messages():
    found = every_message()
    assert len(found) > 90
    assert "there is no such lead" in found
    assert "was signed by {0} already" in found
    assert "is not known to be qualified" in found


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_all_that_the_desk_and_the_stores_say_is_translated(language):
    filled = {message: re.sub(r"\{\d\}", "x7", message) for message in every_message()}
    assert {message for message, text in filled.items() if translated(text, language) == text} == set()


CODES = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=1, max_size=12)


@given(st.data())
def test_what_stands_in_the_gaps_stays(data):
    english = texts("messages", "en")["messages"]
    name = data.draw(st.sampled_from(sorted(english)))
    gaps = sorted(set(re.findall(r"\{(\d)\}", english[name])))
    parts = [
        data.draw(
            CODES.filter(
                lambda code: code not in {**texts("desk", "zh_CN")["states"], **texts("desk", "zh_CN")["roles"]}
            )
        )
        for _ in gaps
    ]
    line = translated(english[name].format(*parts), "zh_CN")
    assert line == texts("messages", "zh_CN")["messages"][name].format(*parts)


def test_states_in_the_gaps_are_words_and_commands_are_as_they_are_typed():
    assert translated("cannot convert what is invalid", "zh_CN") == "当前状态“无效”不能执行 convert"


def test_roles_in_the_gaps_are_words():
    line = "允许的角色:主管, 总监"
    assert translated("allowed roles: supervisor, director", "zh_CN") == line
    assert translated("allowed roles: supervisor, fox", "zh_CN") == "允许的角色:supervisor, fox"


def test_a_problem_keeps_its_place_and_its_hint():
    problem = Problem("there is no such lead", "leadkit queue lists the ids", place="7")
    assert in_language(problem, "en") == str(problem)
    assert in_language(problem, "zh_CN") == "7: 没有这条线索(提示:用 leadkit queue 或 leadkit list 查看编号)"
    assert in_language(Problem("nobody knows this", place="7"), "zh_CN") == "7: nobody knows this"


def test_every_translation_is_one():
    for table in ("messages", "touches"):
        assert all(CHINESE.search(text) for text in texts("messages", "zh_CN")[table].values())
