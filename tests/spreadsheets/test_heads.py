"""What heads mean, as data: a phrase stands for the same field in every language, and shipped maps hold together."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from leadkit.records.lead_fields import BY_NAME
from leadkit.records.text import fold
from leadkit.texts import texts

HEADS = {
    file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8"))
    for file in (files("leadkit.adapters.spreadsheets.heads") / "words").iterdir()
    if file.name.endswith(".toml")
}
LEAD_FIELDS = {*BY_NAME, "first_name", "last_name", "budget", "website", "external_id"}
ACTIVITY_FIELDS = {
    "lead_id", "occurred_at", "means", "contact", "content", "feedback", "next_step", "by", "subject", "amount",
}  # fmt: skip
OPPORTUNITY_FIELDS = {
    "name", "account", "owner", "urgency", "budget", "competition", "decision_chain", "total", "grade", "reported_at",
    "id", "lead_id", "amount", "currency", "expected_close", "opened_at", "closed_at", "won_at", "lost_at", "status",
    "stage", "lost_reason", "competitor",
}  # fmt: skip
SHEETS = {"leads": LEAD_FIELDS, "activities": ACTIVITY_FIELDS, "opportunities": OPPORTUNITY_FIELDS}
LANGUAGES = sorted(HEADS)


def plain(head: str) -> str:
    """A head without case, accents, blanks and marks: two phrases that are equal so can't mean two things."""
    letters = (char for char in unicodedata.normalize("NFD", fold(head).casefold()) if char not in MARKS)
    return "".join(char for char in unicodedata.normalize("NFC", "".join(letters)) if char.isalnum()) or head


MARKS = {chr(code) for code in range(0x300, 0x370)}
"""Accents of Latin, Greek and Cyrillic letters; those of other scripts, such as the kana's, make another letter."""


@cache
def meanings(language: str, sheet: str) -> dict[str, set[tuple[str, ...]]]:
    """What each phrase of a language means in a sheet: the field, or the fields where the cells decide."""
    result = defaultdict(set)
    for name, phrases in HEADS[language].get(sheet, {}).items():
        for phrase in phrases:
            result[plain(phrase)].add((name,))
    if sheet == "leads":
        for phrase, fields in HEADS[language]["open"].items():
            result[plain(phrase)].add(tuple(fields))
    return result


class TestWords:
    """The heads of a language."""

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("sheet", SHEETS)
    def test_every_field_is_there_to_be_read(self, language: str, sheet: str):
        fields = HEADS[language].get(sheet, {})
        assert set(fields) <= SHEETS[sheet]
        assert all(phrases for phrases in fields.values())

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("sheet", SHEETS)
    def test_a_phrase_means_a_single_thing(self, language: str, sheet: str):
        assert {phrase: fields for phrase, fields in meanings(language, sheet).items() if len(fields) > 1} == {}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_phrase_stands_twice(self, language: str):
        for sheet in SHEETS:
            counts = Counter(plain(phrase) for phrases in HEADS[language].get(sheet, {}).values() for phrase in phrases)
            assert [phrase for phrase, count in counts.items() if count > 1] == []

    def test_a_phrase_of_two_languages_means_the_same_in_both(self):
        everywhere: dict[str, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
        for language in LANGUAGES:
            for phrase, fields in meanings(language, "leads").items():
                for each in fields:
                    everywhere[phrase][each].append(language)
        assert {phrase: dict(fields) for phrase, fields in everywhere.items() if len(fields) > 1} == {}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_open_heads_name_fields_of_a_lead(self, language: str):
        for phrase, fields in HEADS[language]["open"].items():
            assert fields, phrase
            assert set(fields) <= LEAD_FIELDS, phrase
            assert len(set(fields)) == len(fields), phrase

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_parts_of_a_place_are_heads_of_regions(self, language: str):
        regions = {plain(phrase) for phrase in HEADS[language]["leads"]["region"]}
        parts = HEADS[language].get("parts", {})
        assert set(parts) <= {"country", "state", "city", "district"}
        assert {plain(phrase) for phrases in parts.values() for phrase in phrases} <= regions

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_language_has_its_small_words(self, language: str):
        words: dict[str, Any] = HEADS[language]
        assert words["others"]["words"]
        assert words["noise"]["words"]
        assert words["answers"]["yes"]
        assert words["answers"]["no"]
        assert not set(words["answers"]["yes"]) & set(words["answers"]["no"])


MAPS = {
    file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8"))
    for file in (files("leadkit.adapters.spreadsheets.heads") / "shipped").iterdir()
    if file.name.endswith(".toml")
}
TOOLS = sorted(MAPS)
JOINED = {"contact", "need", "phone", "email", "tag", "source"}
"""Fields that several heads may fill; of another field's heads a reader could not tell which counts."""


def heads_of(entry: Any) -> list[str]:
    """The heads that an entry of a map reads; a constant reads none."""
    if isinstance(entry, dict):
        return [entry["head"]] if "head" in entry else []
    return [entry] if isinstance(entry, str) else list(entry)


def table_of(tool: str) -> tuple[str, dict[str, Any]]:
    """The kind of sheet that a map is of, and its table."""
    ((kind, table),) = MAPS[tool]["sheets"].items()
    return kind, table


def entries(tool: str) -> dict[str, Any]:
    return {name: entry for name, entry in table_of(tool)[1].items() if name != "ignore"}


class TestMaps:
    """The maps of the exports of tools."""

    @pytest.mark.parametrize("tool", TOOLS)
    def test_its_entries_are_fields_and_heads(self, tool: str):
        known = {"leads": {*LEAD_FIELDS, "external_system", "phone_region"}, "opportunities": OPPORTUNITY_FIELDS}
        assert set(entries(tool)) <= {*known[table_of(tool)[0]], "dates"}
        for name, entry in entries(tool).items():
            assert name in JOINED or len(heads_of(entry)) <= 1, name
        assert MAPS[tool]["name"]

    @pytest.mark.parametrize("tool", TOOLS)
    def test_a_head_goes_to_a_single_field(self, tool: str):
        heads = [plain(head) for entry in entries(tool).values() for head in heads_of(entry)]
        heads += [plain(head) for head in table_of(tool)[1].get("ignore", [])]
        assert [head for head, count in Counter(heads).items() if count > 1] == []

    @pytest.mark.parametrize("tool", TOOLS)
    def test_it_is_known_by_heads_that_it_knows(self, tool: str):
        known = {plain(head) for entry in entries(tool).values() for head in heads_of(entry)}
        known |= {plain(head) for head in table_of(tool)[1].get("ignore", [])}
        assert {plain(head) for heads in MAPS[tool]["signature"] for head in heads} <= known

    @pytest.mark.parametrize("tool", TOOLS)
    def test_words_of_a_fixed_status_are_those_of_its_kind(self, tool: str):
        words = texts("fields", "en")
        of_leads, of_deals = set(words["lead_status_words"]), set(words["opportunity_status_words"])
        known = {"leads": of_leads, "opportunities": of_deals}[table_of(tool)[0]]
        assert set(entries(tool).get("status", {"words": {}})["words"]) <= known
        assert set(entries(tool).get("stage", {"words": {}})["words"]) <= of_deals | set(
            words["opportunity_stage_words"]
        )

    def test_no_file_is_known_as_two_tools_by_the_same_heads(self):
        signatures = [(tool, {plain(head) for head in heads}) for tool in TOOLS for heads in MAPS[tool]["signature"]]
        clashes = [
            (tool, other) for tool, heads in signatures for other, more in signatures if tool != other and heads <= more
        ]
        assert clashes == []


FILES = tomllib.loads(Path(__file__).with_name("heads.toml").read_text("utf-8"))["file"]
EXPECTED = [(file["language"], head, name) for file in FILES for head, name in file["heads"].items()]


def fields_of(head: str) -> set[str]:
    """The fields that a head may be by its whole phrase, in any language."""
    return {
        name for language in LANGUAGES for fields in meanings(language, "leads").get(plain(head), ()) for name in fields
    }


class TestCorpus:
    """The invented files that the heads are tried on."""

    def test_it_is_large_enough(self):
        assert len(EXPECTED) >= 400
        assert len({file["language"] for file in FILES}) >= 10

    def test_its_fields_are_those_of_leads(self):
        assert {name for _, _, name in EXPECTED} - {""} <= LEAD_FIELDS

    def test_every_head_has_cells(self):
        assert all(set(file["cells"]) == set(file["heads"]) for file in FILES)

    def test_no_head_of_another_is_a_phrase_of_the_leads(self):
        assert [(head, fields_of(head)) for _, head, name in EXPECTED if not name and fields_of(head)] == []

    def test_no_phrase_misleads(self):
        wrong = [(head, name, fields_of(head)) for _, head, name in EXPECTED if name and fields_of(head) - {name}]
        assert [each for each in wrong if each[1] not in each[2]] == []
