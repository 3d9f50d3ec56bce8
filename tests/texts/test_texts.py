"""Every language says the same things: the same topics, keys and placeholders."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from leadkit.texts import LANGUAGES, texts

ROOT = files("leadkit.texts")
TOPICS = sorted({one.name.removesuffix(".toml") for lang in LANGUAGES for one in (ROOT / lang).iterdir()})


def leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


@pytest.mark.parametrize("topic", TOPICS)
class TestLanguages:
    """A third language is a folder with the same files and keys."""

    def test_every_language_has_the_same_keys(self, topic):
        english = dict(leaves(texts(topic, "en")))
        for language in LANGUAGES:
            assert dict(leaves(texts(topic, language))).keys() == english.keys()

    def test_no_text_is_empty_and_none_can_be_changed(self, topic):
        for language in LANGUAGES:
            assert all(value or value == 0 for _, value in leaves(texts(topic, language)))
            with pytest.raises(TypeError):
                texts(topic, language)["new"] = "x"


@pytest.mark.parametrize("topic", TOPICS)
def test_both_languages_fill_the_same_gaps(topic):
    gaps = re.compile(r"\{[^{}]*\}|\$\w+|\$\{\w+\}")
    english = dict(leaves(texts(topic, "en")))
    chinese = dict(leaves(texts(topic, "zh_CN")))
    for key, text in english.items():
        if isinstance(text, str):
            assert sorted(set(gaps.findall(text))) == sorted(set(gaps.findall(chinese[key]))), key


class Phrases(ast.NodeVisitor):
    """The strings of a file that are no docstrings."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.all.append(node.value)


CHINESE = re.compile(r"[\u4e00-\u9fff]")
READERS = "records/text/"
READS_OR_TRIES_CHINESE = {
    # What salespeople write, and leadkit reads, beside all that stands in READERS.
    "adapters/spreadsheets/cells.py",
    "adapters/spreadsheets/heads/evidence.py",
    "adapters/spreadsheets/heads/units.py",
    "adapters/spreadsheets/rows.py",
    "adapters/spreadsheets/files/languages.py",
    "adapters/spreadsheets/review_sheet.py",
    "cli/amending.py",
    "cli/given.py",
    "cli/lists.py",
    "cli/shared.py",
    "policy/sheets.py",
    "reviewing/period.py",
    "rules/words.py",
    # What tests are made of.
    "testing/commands.py",
    "testing/policies.py",
    "testing/strategies.py",
    "testing/storage/value_checks.py",
}


def test_no_other_python_file_has_chinese_outside_of_its_docstrings():
    source = Path(str(files("leadkit")))
    written = set()
    for file in source.rglob("*.py"):
        phrases = Phrases()
        phrases.visit(ast.parse(file.read_text("utf-8")))
        if CHINESE.search("".join(phrases.all)):
            written.add(file.relative_to(source).as_posix())
    assert {file for file in written if not file.startswith(READERS)} == READS_OR_TRIES_CHINESE
