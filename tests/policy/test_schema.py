"""The JSON Schema of a policy file takes what `load_policy` takes, and refuses misspellings in readable words."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

import leadkit as lk
from leadkit.policy import shipped
from leadkit.testing.policies import policies

ROOT = Path(__file__).parents[2]
TAPLO = Path(sys.executable).with_name("taplo")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CODE = re.compile(r"```toml\n(.*?)```", re.DOTALL)

SCHEMA = lk.json_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def _documented() -> list[str]:
    texts = [text for page in PAGES for text in CODE.findall(page.read_text("utf-8"))]
    return [text for text in texts if "project" not in tomllib.loads(text)]


def complaints(schema: Any, texts: list[str], folder: Path) -> list[str]:
    """What taplo, the language server of editors, says about files: the messages without their pictures."""
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    for number, text in enumerate(texts):
        (folder / f"{number}.toml").write_text(text, encoding="utf-8")
    files = [str(folder / f"{number}.toml") for number in range(len(texts))]
    command = [str(TAPLO), "lint", "--schema", f"file://{folder}/schema.json", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return re.findall(r"^error: (.*)$", done.stderr, re.MULTILINE)


def as_layer(text: str) -> str:
    """A piece of a policy as a file that extends one."""
    head = [line for key, line in (("name", 'name = "ours"'), ("extends", 'extends = "standard"'))
            if key not in tomllib.loads(text)]  # fmt: skip
    return "\n".join([*head, text])


@pytest.mark.skipif(not TAPLO.exists(), reason="taplo is not installed")
class TestTaplo:
    """The validator of people's editors."""

    def test_takes_every_shipped_policy_with_its_own_schema(self, tmp_path):
        for name in shipped():
            text = (ROOT / f"src/leadkit/policies/{name}.toml").read_text("utf-8")
            assert complaints(SCHEMA, [text], tmp_path) == []
            assert complaints(lk.json_schema(lk.load_policy(name)), [text], tmp_path) == []

    def test_takes_every_documented_piece(self, tmp_path):
        texts = [as_layer(text) for text in _documented() if not set(tomllib.loads(text)) - set(SCHEMA["properties"])]
        assert len(texts) > 30
        assert complaints(SCHEMA, texts, tmp_path) == []

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("scorring = 1", "Additional properties are not allowed ('scorring' was unexpected)"),
            ("[scoring.groups.a.rules.r]\nevent = 'x'\nfield = 'role'", '"field" is not one of ["points","remove",'),
            ("[scoring.groups.a.rules.r]\nevent = 'x'\npoints = '3'", '"3" is not of type'),
            ("[scoring.groups.a.rules.r]\nfield = 'rolle'", '"rolle" is not one of ["industry",'),
            ("[scoring.groups.a.rules.r]\nfield = 'role'\npoints.usr = 3", '"usr" is not one of ["decision_maker",'),
            ("[[invariants]]\nwhen = { field = 'role', equals = 'boss' }", '"boss" is not one of ["decision_maker",'),
            ("[calendar]\nweekdays = ['monday']", '"monday" is not one of ["mon",'),
            ("[screening.criteria.c]\nwhen = { any = [{ equals = 3 }] }", '"field" is a required property'),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong_in_readable_words(self, tmp_path, text, message):
        listed = complaints(lk.json_schema(lk.load_policy("standard")), [as_layer(text)], tmp_path)
        assert any(line.startswith(message) for line in listed), listed
        assert not any("under any of the" in line or "oneOf" in line for line in listed)


class TestSchema:
    def test_is_valid_in_both_drafts_that_editors_know(self):
        for schema in (SCHEMA, lk.json_schema(lk.load_policy("machinery"))):
            jsonschema.Draft7Validator.check_schema(schema)
            jsonschema.Draft202012Validator.check_schema(schema)
            keywords = set(re.findall(r'"([a-zA-Z$-]+)": ', json.dumps(schema)))
            assert not keywords & {"gt", "ge", "lt", "le", "x-names", "x-levels-of", "oneOf"}

    def test_each_key_is_described(self):
        tables = {"": SCHEMA} | SCHEMA["definitions"]
        bare = [
            f"{name}.{key}"
            for name, table in tables.items()
            for key, value in table.get("properties", {}).items()
            if not value.get("description")
        ]
        assert bare == []

    def test_a_file_by_itself_needs_a_name_and_scoring_and_one_that_extends_does_not(self):
        assert [error.message for error in VALIDATOR.iter_errors({})] == [
            "'name' is a required property",
            "'scoring' is a required property",
        ]
        assert VALIDATOR.is_valid({"extends": "standard"})

    @pytest.mark.parametrize(
        "text",
        [
            "[scoring.groups.attributes.rules.role]\nremove = true",
            "[scoring.groups.attributes.rules.role]\nunknown = 3",
            "[scoring.bands.priority]\nhigh = { remove = true }",
            "[service_levels]\nregrade = { remove = true }\nreport = { hours = { remove = true }, working_days = 1 }",
            "[invariants]\nremove = true",
            "[scoring.bands.stage]\nMQL = 30\nA1 = 10\nc = 0",
            "[calendar]\nclosures = [2026-12-24, '2026-12-25']",
            "[grading.table.rows.a]\ngrade = 'A'\nwhen = { budget = 'high' }",
            "[notices]\nnew_lead = { all = ['owner'] }\nlead_assigned = ['owner']",
        ],
    )
    def test_a_layer_says_a_part(self, text):
        document = json.loads(json.dumps(tomllib.loads(as_layer(text)), default=str))
        assert [error.message for error in VALIDATOR.iter_errors(document)] == []

    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("points = '10'", "points"),
            ("points = 100_001", "points"),
            ("half_life_days = 1_462", "half_life_days"),
            ("limit = 0", "limit"),
            ("pionts = 3", ""),
        ],
    )
    def test_wrong_values_of_a_rule_are_refused(self, text, path):
        document = tomllib.loads(as_layer(f"[scoring.groups.g.rules.r]\nevent = 'x'\n{text}"))
        errors = list(VALIDATOR.iter_errors(document))
        assert {".".join(map(str, error.path)) for error in errors} == {
            ".".join(filter(None, ["scoring.groups.g.rules.r", path]))
        }

    @given(policies())
    @settings(max_examples=40)
    def test_random_policies_are_taken(self, document):
        plain = json.loads(json.dumps(document, default=_plain))
        assert [error.message for error in VALIDATOR.iter_errors(plain)] == []
        own = jsonschema.Draft7Validator(lk.json_schema(lk.load_policy(document)))
        assert [error.message for error in own.iter_errors(plain)] == []


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
