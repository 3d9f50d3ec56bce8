"""Titles, needs and company names as people write them: what `corpus/{titles,products,companies}.toml` says is read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import leadkit as lk
from leadkit.records.text import read_company

CORPUS = Path(__file__).with_name("corpus")


def cases(name: str) -> list[dict[str, Any]]:
    return tomllib.loads((CORPUS / f"{name}.toml").read_text("utf-8"))["cases"]


@pytest.mark.parametrize(("name", "fact"), [("titles", "role"), ("products", "product")])
def test_the_words_of_the_standard_policy(standard: lk.Policy, name: str, fact: str) -> None:
    rule = standard.document.derive.words[fact]
    read = {case["text"]: (rule.read(case["text"]) or ("none",))[0] for case in cases(name)}
    assert read == {case["text"]: case[fact] for case in cases(name)}


def test_companies() -> None:
    names = [(case["pair"], case["same"]) for case in cases("companies")]
    assert [(pair, read_company(pair[0]).same_as(read_company(pair[1]))) for pair, _ in names] == names
