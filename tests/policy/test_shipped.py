"""The policies that come with leadkit: pinned, without a problem, and labelled in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import leadkit as lk
from leadkit.policy import shipped
from tests.conftest import NOW

FOLDER = Path(lk.__file__).parent / "policies"
IDS = {
    "education_enrolment": "education_enrolment@1#429f0fd4dbfd",
    "insurance": "insurance@1#ac3317b7dfb8",
    "machinery": "machinery@1#6604a734f643",
    "professional_services": "professional_services@1#0d80974f3f78",
    "real_estate": "real_estate@1#b8506f013408",
    "saas_product_led": "saas_product_led@1#a03d95651cae",
    "software_services": "software_services@1#7029d3a02796",
    "standard": "standard@1#de6e250397a9",
    "standard_by_table": "standard_by_table@1#857e9c76aaab",
    "trade_fair": "trade_fair@1#8f63f2ed9129",
}
"""What decides in each of them; a new one is a changed policy, and wants a line in the changelog."""
INDUSTRIES = sorted(set(IDS) - {"standard", "standard_by_table"})
LONGEST = 240


def test_their_ids_are_pinned():
    assert {name: lk.load_policy(name).id for name in shipped()} == IDS


@pytest.mark.parametrize("name", shipped())
class TestEvery:
    def test_none_has_a_problem(self, name):
        assert lk.checks.check(lk.load_policy(name)).problems == ()

    def test_each_is_shown_by_examples(self, name):
        assert lk.load_policy(name).document.examples


@pytest.mark.parametrize("name", INDUSTRIES)
class TestIndustry:
    def test_each_claims_something_about_every_lead(self, name):
        assert lk.load_policy(name).document.invariants

    def test_each_can_be_read_in_one_go(self, name):
        assert len((FOLDER / f"{name}.toml").read_text("utf-8").splitlines()) <= LONGEST

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_what_it_adds_has_a_label(self, name, language):
        policy = lk.load_policy(name)
        labels = policy.document.labels[language]
        plain = language == "en"
        missing = [code for code in added(policy) if code not in labels and not (plain and "." in code)]
        assert missing == []

    def test_a_lead_of_whom_nothing_is_known_is_explained(self, name):
        policy = lk.load_policy(name)
        for language in ("en", "zh_CN"):
            assert policy.score({}, as_of=NOW).explain(language=language).endswith(NOW.isoformat())


def added(policy: lk.Policy) -> Iterator[str]:
    """The codes that a policy has beside those of the standard one, and that people read."""
    theirs, ours = set(codes(lk.load_policy("standard"))), codes(policy)
    yield from (code for code in ours if code not in theirs)


def codes(policy: lk.Policy) -> Iterator[str]:
    """Groups, rules, declared facts with their levels, band sets and tables with what they say."""
    document = policy.document
    for name, group in document.scoring.groups.items():
        yield from (name, *group.rules)
    for name, fact in document.fields.items():
        yield from (name, *(f"{name}.{level}" for level in fact.levels))
    for name, results in document.scoring.outcomes.items():
        yield from (name, *(f"{name}.{result}" for result in results))
