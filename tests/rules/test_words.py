"""Words found in texts, and the exceptions beside which they don't count."""

from __future__ import annotations

import re
import sys

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.errors import MissingExtraError, PolicyError
from leadkit.records.text import characters, comparable, simplified
from leadkit.rules.derive import WordRule

PIECES = (
    "设备",
    "备件",
    "设备件",
    "系统",
    "robot",
    "robots",
    "bot",
    "s",
    "ü",
    "ue",
    " ",
    ",",
    "x",
    "线",
    "产线",
    "#1",
    "泵",
    "+",
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
WORDS = st.dictionaries(st.sampled_from(("a", "b", "c")), st.lists(TEXTS.filter(str.strip), max_size=4), min_size=1)
TITLES = {"boss": ["总经理", "ceo", "软件"], "staff": ["助理", "assistant", "助理工程师"]}
LATIN = re.compile(r"[a-z .'\u2019&/-]+")


def rule(words: dict[str, list[str]], source: str = "need", exceptions: tuple[str, ...] = ()) -> WordRule:
    return WordRule.model_validate(
        {
            "from": source,
            "words": {level: tuple(some) for level, some in words.items()},
            "except": exceptions,
        }
    )


def stands(word: str, text: str) -> bool:
    """Whether a word is in a text; one of letters not as a part of a longer one."""
    starts = (start for start in range(len(text)) if text.startswith(word, start))
    return any(
        not (is_letter(word[0]) and is_letter(text[:start][-1:]))
        and not (is_letter(word[-1]) and is_letter(text[start + len(word) :][:1]))
        for start in starts
    )


def is_letter(char: str) -> bool:
    return char.isascii() and char.isalnum()


def joined(text: str) -> str:
    """The comparable form without the blanks between Chinese characters, which count for nothing."""
    return re.sub("(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", comparable(text))


class TestLongest:
    """Of all words that stand in a text the longest decides."""

    @given(WORDS, TEXTS)
    def test_as_word_by_word(self, words: dict[str, list[str]], text: str) -> None:
        ranked = [(joined(word), level) for level, some in words.items() for word in some]
        standing = [(word, level) for word, level in ranked if word and stands(word, joined(text))]
        longest = max(map(len, (word for word, _ in standing)), default=0)
        expected = {
            next(level for word, level in ranked if word == longer) for longer, _ in standing if len(longer) == longest
        }
        read = rule(words).read(text)
        assert (read[0] if read else None) in (expected or {None})

    @given(WORDS, TEXTS)
    def test_a_word_that_is_read_stands_in_the_text(self, words: dict[str, list[str]], text: str) -> None:
        read = rule(words).read(text)
        assert read is None or joined(read[1]) in joined(text)

    def test_of_equal_length_the_first_level(self) -> None:
        assert rule({"b": ["系统"], "a": ["设备"]}).read("设备与系统") == ("b", "系统")

    @pytest.mark.parametrize("text", ["設備", "设备", "設　備".replace("\u3000", ""), "新設備二台"])
    def test_traditional_characters(self, text: str) -> None:
        assert rule({"a": ["设备"]}).read(text) == ("a", "设备")
        assert rule({"a": ["設備"]}).read(text) == ("a", "設備")

    @pytest.mark.parametrize("text", ["总 经 理", "总　经　理", "新 总经\n理 x"])
    def test_blanks_between_chinese_characters(self, text: str) -> None:
        assert rule({"a": ["总经理"], "b": ["理x"]}).read(text) == ("a", "总经理")

    @pytest.mark.parametrize(
        "text", ["Geschäftsführer", "GESCHÄFTSFÜHRER", "Geschaeftsfuehrer", "Gescha\u0308ftsfu\u0308hrer"]
    )
    def test_umlauts(self, text: str) -> None:
        assert rule({"a": ["geschäftsführer"]}).read(text) == ("a", "geschäftsführer")

    @pytest.mark.parametrize("text", ["vice presidential", "ceoptics", "Überdirector", "директории"])
    def test_a_word_of_letters_stands_alone(self, text: str) -> None:
        assert rule({"a": ["president", "vice president", "ceo", "director", "директор"]}).read(text) is None


class TestOffices:
    """A job title may hold several offices: the first level counts, whatever its word's length."""

    def test_the_first_level(self) -> None:
        words = {"boss": ["ceo"], "other": ["chief engineer"]}
        assert rule(words, "job_title").read("CEO / Chief Engineer") == ("boss", "ceo")
        assert rule(words, "need").read("CEO / Chief Engineer") == ("other", "chief engineer")

    def test_a_longer_word_hides_those_within(self) -> None:
        words = {"boss": ["owner", "副总"], "other": ["product owner", "总工程师"]}
        assert rule(words, "job_title").read("Product Owner") == ("other", "product owner")
        assert rule(words, "job_title").read("副总工程师") == ("other", "总工程师")


class TestExceptions:
    """`…` stands for what doesn't count; without it the words within the phrase don't."""

    @pytest.mark.parametrize(
        ("exception", "text", "level"),
        [
            ("…助理", "总经理助理", "staff"),
            ("...助理", "总经理助理", "staff"),
            ("…助理", "總經理助理", "staff"),
            ("…助理", "助理总经理", "boss"),
            ("…助理…", "助理总经理", "staff"),
            ("…办公室", "总经理办公室", None),
            ("…办公室", "办公室总经理", "boss"),
            ("assistant to …", "Assistant to the CEO", "staff"),
            ("assistant to …", "CEO, assistant to nobody", "boss"),
            ("assistant to …", "assistants to the CEO", "boss"),
            ("…助理", "总经理兼销售助理", "boss"),
            ("…助理", "总经理; 助理", "boss"),
            ("软件园", "软件园", None),
            ("软件园", "软件园的总经理", "boss"),
            ("前总…", "前总经理", None),
            ("…助理…", "助理工程师", "staff"),
        ],
    )
    def test_of_titles(self, exception: str, text: str, level: str | None) -> None:
        read = rule(TITLES, "job_title", (exception,)).read(text)
        assert (read[0] if read else None) == level

    def test_a_clause_ends_elsewhere_than_an_office(self) -> None:
        assert rule({"a": ["软件"], "b": ["叉车"]}, "need", ("不需要…",)).read("不需要软件,只要叉车") == ("b", "叉车")
        assert rule({"a": ["软件"], "b": ["叉车"]}, "job_title", ("不需要…",)).read("不需要软件,只要叉车") is None

    def test_both_sides_written_apart(self) -> None:
        both = rule({"a": ["厂长"]}, "job_title", ("退休…", "…退休"))
        assert both.read("退休厂长") is both.read("厂长(退休)") is None

    @pytest.mark.parametrize("empty", ["", "…", " … ", "......"])
    def test_an_exception_has_a_word(self, empty: str) -> None:
        words = {"from": "job_title", "words": {"user": ["a"]}, "except": [empty]}
        with pytest.raises(PolicyError, match="has no word"):
            lk.load_policy({"name": "x", "extends": "standard", "derive": {"words": {"role": words}}})


class TestStandard:
    """The words of the standard policy."""

    @pytest.mark.parametrize("fact", ["role", "product"])
    def test_each_word_has_its_own_level(self, standard: lk.Policy, fact: str) -> None:
        words = standard.document.derive.words[fact]
        levels = {word: level for level, some in words.words.items() for word in some}
        assert {word: (words.read(word) or (None,))[0] for word in levels} == levels

    def test_an_assistant_is_nobodys_boss(self, standard: lk.Policy) -> None:
        role = standard.document.derive.words["role"]
        for title in role.words["decision_maker"]:
            texts = (
                (f"assistant to the {title}", f"{title}'s assistant", f"PA to {title}", f"Executive Secretary, {title}")
                if LATIN.fullmatch(comparable(title))
                else (f"{title}助理", f"{title}秘书", f"{title}的特助", f"{title}办公室助理")
            )
            assert {text: role.read(text) and role.read(text)[0] for text in texts} == dict.fromkeys(texts, "user")

    def test_who_was_or_serves_a_boss_is_none(self, standard: lk.Policy) -> None:
        role = standard.document.derive.words["role"]
        for title in role.words["decision_maker"]:
            texts = (
                (f"former {title}", f"ex-{title}", f"Office of the {title}", f"reports to the {title}")
                if LATIN.fullmatch(comparable(title))
                else (f"前任{title}", f"{title}办公室", f"已退休{title}", f"汇报给{title}")
            )
            assert {text: role.read(text) for text in texts} == dict.fromkeys(texts)

    def test_traditional_characters_change_nothing(self, standard: lk.Policy) -> None:
        traditional = opencc.OpenCC("s2t").convert
        for fact in ("role", "product"):
            words = standard.document.derive.words[fact]
            for word in (word for some in words.words.values() for word in some):
                written = traditional(word)
                if simplified(written) == simplified(word):  # 坐 is 座 in 座標: two spellings, not two characters
                    assert words.read(written) == words.read(word)


class TestHostile:
    """Nothing raises, however long."""

    @pytest.mark.parametrize(
        ("text", "product"),
        [
            ("设备" * 16_000, "equipment"),
            ("不需要设备," * 5_000, None),
            ("泵" * 32_000, "equipment"),
            ("經" * 32_000, None),
        ],
    )
    def test_is_read(self, standard: lk.Policy, text: str, product: str | None) -> None:
        read = standard.document.derive.words["product"].read(text)
        assert (read[0] if read else None) == product

    @given(st.text() | TEXTS)
    def test_only_words_are_read(self, text: str) -> None:
        read = rule(TITLES, "job_title", ("…助理", "ceo")).read(text)
        assert read is None or read[1] in TITLES[read[0]]


class TestWithoutOpencc:
    """Simplified characters and letters need no further library; a text that needs it is refused, never misread."""

    @pytest.fixture(autouse=True)
    def _without_opencc(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setitem(sys.modules, "opencc", None)
        characters._converter.cache_clear()
        yield
        characters._converter.cache_clear()

    def test_words(self) -> None:
        read = rule({"a": ["購買部長", "总经理"]}, "job_title", ("…秘書", "…助理")).read
        assert read("总经理") == ("a", "总经理")
        assert read("总经理助理") is None
        with pytest.raises(MissingExtraError, match="match"):
            read("總經理")
