"""Many words looked for at once, against an expression for each of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkit.records.text.characters import fold
from leadkit.records.text.money import sum_words as sums_words
from leadkit.records.text.money import words as money_words
from leadkit.records.text.money import words_behind
from leadkit.records.text.money.clauses import GROUPS
from leadkit.records.text.money.text import FORMS
from leadkit.records.text.numbers import headcount_words
from leadkit.records.text.patterns import Lexicon, alternatives, any_of, whole_words

WORDS = st.lists(st.text(st.sampled_from("ab预算.+(元")), min_size=1, max_size=8).filter(any)
TEXTS = st.lists(
    st.sampled_from(
        [
            "预算",
            "去年",
            "单价",
            "budget",
            "deposit",
            "注册资金",
            "流动资金",
            "竞争对手报价",
            "no",
            "a",
            " ",
            "% of",
            "满",
            ",",
            "5",
            "的",
            "报价",
            "per unit",
            "most",
        ]
    )
).map("".join)


def naive(groups: dict[str, str], text: str) -> list[tuple[str, int, int]]:
    """What one expression of all groups finds."""
    joined = re.compile("|".join(f"(?P<{name}>{whole_words(group)})" for name, group in groups.items()))
    matches = joined.finditer(text)
    return [(str(match.lastgroup), match.start(), match.end()) for match in matches if match.end() > match.start()]


class TestWords:
    """A shared beginning changes nothing; Latin words stand alone, Chinese ones anywhere."""

    @given(WORDS, st.data())
    def test_any_of_matches_its_words_and_the_longest_first(self, words: list[str], data: st.DataObject) -> None:
        words = [word for word in words if word]
        word = data.draw(st.sampled_from(words))
        assert re.fullmatch(any_of(words), word)
        match = re.match(any_of(words), word + "预")
        assert match is not None
        assert match[0] == max((known for known in words if (word + "预").startswith(known)), key=len)

    def test_alternatives_are_the_outermost(self) -> None:
        assert alternatives("a(?:b|c)|[|]d|e") == ["a(?:b|c)", "[|]d", "e"]

    @pytest.mark.parametrize(
        ("text", "matches"), [("ab", True), ("x ab", True), ("abc", False), ("xab", False), ("a预算b", True)]
    )
    def test_whole_words(self, text: str, matches: bool) -> None:
        assert bool(re.search(whole_words("ab|预算"), text)) is matches


class TestLexicon:
    """Looking only where a word can begin finds what looking everywhere finds."""

    @given(TEXTS)
    def test_finds_what_one_large_expression_finds(self, text: str) -> None:
        assert list(Lexicon(GROUPS).find(text)) == naive(GROUPS, text)

    @given(TEXTS, st.integers(0, 20), st.integers(0, 40))
    def test_looks_between_two_places(self, text: str, start: int, end: int) -> None:
        assert all(start <= first < last <= end for _, first, last in Lexicon(GROUPS).find(text, start, end))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (module, name)
        for module in (headcount_words, money_words, words_behind, sums_words)
        for name in dir(module)
        if name.isupper()
    ],
)
def test_words_stand_in_the_form_that_is_searched(module: object, name: str) -> None:
    """A word in traditional characters, capitals or full width would never be found."""
    words = getattr(module, name)
    for text in (words,) if isinstance(words, str) else words:
        written = re.sub(r"\(\?P<\w+>|\s+", "", text)
        assert fold(written).translate(FORMS) == written
