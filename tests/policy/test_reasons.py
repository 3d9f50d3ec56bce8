"""Why deals are lost and leads are invalid: the codes of a policy, and the words that are read as each."""

import pytest

import leadkit as lk
from leadkit.policy.load import load_policy


def policy_with(**reasons):
    return load_policy({"extends": "standard", "name": "own", "reasons": reasons})


class TestReasons:
    """A policy names its reasons, each with words; one that names none takes any code."""

    def test_words_of_both_languages_are_read_whatever_their_case_and_width(self):
        reasons = lk.load_policy("standard").document.reasons
        read = {word: reasons.read("lost", word) for word in ("价格", "Too Expensive", "ＰＲＩＣＥ", "需求变化", "xyz")}
        assert read == {
            "价格": "price", "Too Expensive": "price", "ＰＲＩＣＥ": "price", "需求变化": "changed_need", "xyz": None
        }  # fmt: skip

    def test_what_the_screening_gives_is_known_of_invalid_leads(self):
        policy = lk.load_policy("standard")
        assert {"need_vague", "contact_false", "no_plan"} <= set(policy.reasons("invalid"))
        assert "need_vague" not in policy.reasons("lost")

    def test_a_company_adds_to_them_and_takes_away(self):
        policy = policy_with(lost={"exports": ["出口限制"], "timing": {"remove": True}})
        assert {"exports", "price"} <= set(policy.reasons("lost"))
        assert "timing" not in policy.reasons("lost")

    def test_a_policy_without_the_section_names_none(self):
        rule = {"field": "company_size", "points": {"large": 1}}
        policy = load_policy({"name": "bare", "scoring": {"groups": {"size": {"rules": {"size": rule}}}}})
        assert (policy.reasons("lost"), policy.reasons("invalid")) == ((), ())

    @pytest.mark.parametrize(
        ("lost", "message"),
        [
            ({"exports": ["价格"]}, "read as two reasons"),
            ({"No Code": []}, "No Code"),
            ({"exports": "出口限制"}, "exports"),
        ],
    )
    def test_a_word_for_two_reasons_and_what_is_no_code_are_refused(self, lost, message):
        with pytest.raises(lk.errors.PolicyError, match=message):
            policy_with(lost=lost)
