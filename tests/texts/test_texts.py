"""Every language says the same things: the same topics, keys and placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
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
