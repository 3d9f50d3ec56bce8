"""`leadkit read`: what is read from a text, in the terminal."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from leadkit.cli.commands import cli

NEED = "李总,总经理,13812345678 li@example.com,注册资本1000万,300人,采购机器人2台,预算50-80万,2027-03-31前落地"


def read(*words: str) -> Result:
    return CliRunner().invoke(cli, ["read", *words])


def lines(*words: str) -> list[list[str]]:
    result = read(*words)
    assert result.exit_code == 0, result.output
    return [line.split("  ") for line in result.output.splitlines()]


class TestRead:
    """A line for every candidate and every decision, with the words it came from."""

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ("CNY 10000000", "1000万"),
            ("CNY 500000-800000", "50-80万"),
            ("300", "300人"),
            ("+8613812345678", "13812345678"),
            ("li@example.com", "li@example.com"),
            ("决策者", "总经理"),
        ],
    )
    def test_says_what_was_read_and_from_which_words(self, value: str, words: str) -> None:
        assert any(value in " ".join(line) and line[-1].strip() == words for line in lines(NEED))

    def test_speaks_the_language_of_the_text_or_the_one_asked_for(self) -> None:
        assert "预算(结论)" in read(NEED).output
        assert "Budget, decided" in read(NEED, "--language", "en").output
        assert "Budget, decided" in read("budget $50k").output

    def test_says_what_is_not_known(self) -> None:
        output = read("预算几十万", "--language", "en").output
        assert "can't be told" in output
        assert "not known" in output

    def test_a_date_is_seen_from_the_time_given(self) -> None:
        assert "2027-12-31" in read("年底前", "--as-of", "2027-05-01").output

    def test_several_texts_stand_apart(self) -> None:
        assert "" in read("budget $50k", "120 employees").output.splitlines()

    def test_an_unknown_policy_is_refused(self) -> None:
        assert read("x", "--policy", "nothing-of-the-kind").exit_code == 3

    def test_a_text_is_needed(self) -> None:
        assert read().exit_code == 2
