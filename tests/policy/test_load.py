"""Loading: a bad policy is refused whole, every problem with its place and a hint."""

from __future__ import annotations

import os
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.policy.merging import merge

RULE = {"r": {"field": "role", "points": {"user": 1}}}
ODD = {"rules": {"odd": {"field": "odd", "points": {"a": 1}}}}
CONTRADICTION = {"field": "budget", "at_least": 5, "less_than": 5}
WRONG = """\
name = "wrong"
extends = "standard"
[scoring.groups.attributes]
limit = "sixty"
[scoring.groups.attributes.rules.standing]
field = "rolle"
points = { user = 1 }
[scoring.groups.behaviour.rules.demo]
event = "demo"
points = 5
withindays = 3
[scoring.bands.priority]
low = 10
[qualification.conversion.criteria.fit]
when = { all = [{ field = "budget", at_leas = 3 }, { field = "role", equals = "boss" }] }
"""


@pytest.fixture
def wrong(tmp_path):
    file = tmp_path / "wrong.toml"
    file.write_text(WRONG, encoding="utf-8")
    return file


def problems(source) -> list[lk.Problem]:
    with pytest.raises(lk.PolicyError) as caught:
        lk.load_policy(source)
    return list(caught.value.problems)


class TestProblems:
    """Errors are all reported at once, each with file:line:column, the path, what is wrong and a hint."""

    def test_all_at_once_with_their_places(self, wrong):
        listed = problems(wrong)
        found = {(problem.place.removeprefix(f"{wrong}:"), problem.path, problem.message) for problem in listed}
        assert found == {
            ("4:1", "scoring.groups.attributes.limit", "must be a number"),
            ("6:1", "scoring.groups.attributes.rules.standing.field", "no such fact"),
            ("11:1", "scoring.groups.behaviour.rules.demo.withindays", "no such key"),
            ("13:1", "scoring.bands", "values from 0 up to the lowest band belong to none"),
            ("15:37", "qualification.conversion.criteria.fit.when.all.0.at_leas", "no such key"),
            ("15:70", "qualification.conversion.criteria.fit.when.all.1.equals", "'boss' is not a level of role"),
        }

    def test_a_hint_names_the_nearest_fact(self, wrong):
        assert any(problem.hint == "did you mean 'role'?" for problem in problems(wrong))

    def test_a_place_is_that_of_the_layer_that_says_it(self, tmp_path):
        file = tmp_path / "base.toml"
        file.write_text('name = "base"\nextends = "standard"\n')
        found = problems({"name": "own", "extends": str(file), "scoring": {"limit": "x"}})
        assert [(problem.place, problem.path) for problem in found] == [("policy", "scoring.limit")]

    def test_thousands_of_mistakes_cost_little(self, tmp_path):
        lines = "".join(f"k{n} = 3\n" for n in range(3000))
        (tmp_path / "own.toml").write_text(f'name = "own"\nextends = "standard"\n[labels.en]\n{lines}')
        found = problems(tmp_path / "own.toml")
        assert found[0].place.endswith("own.toml:4:1")
        assert found[-1].message == "and 2950 more problems"

    def test_their_number_is_bounded(self):
        rules = {f"r{n}": {"field": "nothing", "points": {"a": 1}} for n in range(500)}
        found = problems({"name": "many", "scoring": {"groups": {"g": {"rules": rules}}}})
        assert len(found) == 51
        assert found[-1].message == "and 450 more problems"


class TestMeaning:
    """What a policy says must make sense: names exist, and values are ones that a fact can have."""

    @pytest.mark.parametrize(
        ("said", "path"),
        [
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"time_zone": "../../etc/passwd"}, "time_zone"),
            ({"currency": "yuan"}, "currency"),
            ({"capture": {"required": ["fone"]}}, "capture.required.0"),
            ({"derive": {"words": {"role": {"from": "job_title", "words": {"boss": ["boss"]}}}}}, "derive.words"),
            ({"derive": {"words": {"budget": {"from": "need", "words": {"a": ["b"]}}}}}, "derive.words"),
            ({"derive": {"prices": {"low": 9, "high": 8}}}, "derive.prices"),
            ({"derive": {"prices": {"service": {"low": 9, "high": 8}}}}, "derive.prices.service"),
            ({"derive": {"prices": {"sevrice": {"low": 8, "high": 9}}}}, "derive"),
            ({"derive": {"exchange_rates": {"USD": 0}}}, "derive.exchange_rates"),
            ({"nurture": {"bands": "prio"}}, ""),
            ({"qualification": {"conversion": {"at_least": 9}}}, "qualification.conversion"),
            ({"scoring": {"groups": {"attributes": {"limit": -1}}}}, "scoring.groups.attributes"),
            ({"scoring": {"bands": {"priority": {"medium": 80}}}}, "scoring.bands"),
            ({"scoring": {"bands": {"role": {"a": 0}}}}, "scoring.bands"),
            ({"scoring": {"groups": {"more": {"rules": {"role": {"event": "x", "points": 1}}}}}}, "scoring.groups"),
            ({"labels": {"fr": {}}}, "labels.fr"),
            ({"name": "Not A Code"}, "name"),
        ],
    )
    def test_refused_with_the_path(self, said, path):
        assert [problem.path for problem in problems({"name": "own", "extends": "standard"} | said)] == [path]

    @pytest.mark.parametrize(
        ("said", "path"),
        [
            ({"scoring": {"groups": {"total": {"rules": RULE}}}}, "scoring.groups"),
            ({"scoring": {"groups": {"g": {"rules": {"sum": RULE["r"]}}}}}, "scoring.groups"),
            ({"grading": {"dimensions": {"total": {"points": {"a": 1}}}}}, "grading"),
            ({"grading": {"dimensions": {"amount": {"points": {"a": 1}}}}}, "grading"),
            ({"fields": {"points": {"type": "number"}}}, ""),
            ({"examples": [{"assessment": {"bugdet": "high"}, "expect": {"grade": "A"}}]}, "examples.0.assessment"),
            ({"examples": [{"assessment": {"budget": "hgh"}, "expect": {"grade": "A"}}]}, "examples.0.assessment"),
            ({"fields": {"odd": {"type": "category"}}}, "fields.odd"),
            ({"fields": {"odd": {"type": "category", "levels": ["a", "a"]}}}, "fields.odd"),
            (
                {"fields": {"odd": {"type": "categori", "levels": ["a"]}}, "scoring": {"groups": {"g": ODD}}},
                "fields.odd.type",
            ),
            (
                {"scoring": {"groups": {"g": {"rules": {"r": {"field": "region", "points": {"": 5}}}}}}},
                "scoring.groups.g.rules.r.points.",
            ),
            ({"screening": {"criteria": {"c": {"when": CONTRADICTION}}}}, "screening.criteria.c.when"),
        ],
    )
    def test_names_and_values_that_could_mean_two_things_are_refused_once(self, said, path):
        assert [problem.path for problem in problems({"name": "own", "extends": "standard"} | said)] == [path]

    def test_a_fact_may_be_called_age(self, now):
        rules = {
            "old": {"field": "age", "ranges": {"a": {"at_least": 50, "points": 7}}},
            "visit": {"event": "visit", "points": 1, "within_days": 30},
        }
        said = {"name": "own", "fields": {"age": {"type": "number"}}, "scoring": {"groups": {"g": {"rules": rules}}}}
        assert lk.load_policy(said).score({"age": 10}, {"visit": 1}, as_of=now).points == 1

    def test_a_half_life_needs_whole_points(self):
        rule = {"event": "x", "points": Decimal("1.5"), "half_life_days": 9}
        said = {"name": "own", "scoring": {"groups": {"g": {"rules": {"r": rule}}}}}
        assert "whole points" in problems(said)[0].message


class TestBounds:
    """Hostile files cost bounded time and end in an error that names the place."""

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "name = ",
            "name = 'x'\nname = 'y'",
            "x = nan",
            "x = 1e400",
            "x = inf",
            "x = " + "9" * 5000,
            "x = " + "[" * 100_000,
            ".".join("a" * 10_000) + " = 1",
            "a." * 10_000 + "a = 1",
            "[" + "a." * 5_000 + "a]",
            "x = '" + "y" * 2_000_000 + "'",
        ],
        ids=range(12),
    )
    def test_refused(self, tmp_path, text):
        file = tmp_path / "hostile.toml"
        file.write_text(text, encoding="utf-8")
        found = problems(file)
        assert "hostile.toml" in found[0].place
        assert all(len(str(problem)) < 1500 for problem in found)

    def test_mappings_that_are_no_documents(self):
        assert problems({1: 2})[0].message == "every key must be a text"
        circle: dict[str, object] = {"name": "own"}
        circle["labels"] = circle
        assert problems(circle)[0].message == "is nested too deep"

    def test_wrong_encoding(self, tmp_path):
        file = tmp_path / "gb.toml"
        file.write_bytes('name = "标准"'.encode("gb18030"))
        assert "UTF-8" in problems(file)[0].message

    def test_missing_file_and_unknown_name(self, tmp_path):
        assert problems(tmp_path / "none.toml")[0].message == "No such file or directory"
        assert problems("standrd")[0].hint == "did you mean 'standard'?"


class TestExtends:
    """`extends` merges by key; circles are refused."""

    def test_a_key_overrides_a_key_and_leaves_its_neighbours(self, now):
        bands = {"priority": {"high": 90}}
        policy = lk.load_policy({"name": "own", "extends": "standard", "scoring": {"bands": bands}})
        assert policy.document.scoring.bands["priority"].thresholds == {"high": 90, "medium": 50, "low": 0}

    def test_remove_takes_a_rule_away(self, now):
        rules = {"role": {"remove": True}}
        policy = lk.load_policy(
            {"name": "own", "extends": "standard", "scoring": {"groups": {"attributes": {"rules": rules}}}}
        )
        assert policy.score({"role": "user"}, as_of=now).points == 0

    def test_a_circle_is_refused(self, tmp_path):
        (tmp_path / "a.toml").write_text('name = "a"\nextends = "b.toml"')
        (tmp_path / "b.toml").write_text('name = "b"\nextends = "a.toml"')
        assert "circle" in problems(tmp_path / "a.toml")[0].message

    def test_a_circle_by_other_spellings_of_a_path_is_one(self, tmp_path):
        (tmp_path / "a.toml").write_text(f'name = "a"\nextends = "../{tmp_path.name}/a.toml"')
        assert "circle" in problems(tmp_path / "a.toml")[0].message

    def test_very_many_parents_are_no_circle(self, tmp_path):
        for number in range(20):
            (tmp_path / f"{number}.toml").write_text(f'name = "c"\nextends = "{number + 1}.toml"')
        (tmp_path / "20.toml").write_text('name = "c"\nextends = "standard"')
        assert problems(tmp_path / "0.toml")[0].message == "extends more than 16 policies, one by the other"
        assert lk.load_policy(tmp_path / "6.toml").name == "c"

    @pytest.mark.parametrize("extends", ["./pipe", "./", "/dev/zero", "/dev/null", "./a\\u0000b"])
    def test_what_is_no_file_is_refused_at_once(self, tmp_path, extends):
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "a.toml").write_text(f'name = "a"\nextends = "{extends}"')
        assert problems(tmp_path / "a.toml")[0].message.endswith((": is no regular file", ": is no name of a file"))

    def test_a_path_is_looked_up_beside_the_file_that_says_it(self, tmp_path):
        (tmp_path / "base.toml").write_text('name = "base"\nextends = "standard"\ncurrency = "EUR"')
        (tmp_path / "own.toml").write_text('name = "own"\nextends = "base.toml"')
        assert lk.load_policy(tmp_path / "own.toml").document.currency == "EUR"

    @given(st.recursive(st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner), max_leaves=8))
    def test_merging_nothing_changes_nothing(self, said):
        document = {"root": said}
        assert merge(document, {}) == document
        assert merge(document, document) == document


class TestWithin:
    """With `within` nothing but the files of one folder is read, and nothing is said of others."""

    @pytest.fixture
    def folder(self, tmp_path):
        folder = tmp_path / "tenant"
        (folder / "deep").mkdir(parents=True)
        (folder / "base.toml").write_text('name = "base"\nextends = "standard"\ncurrency = "EUR"')
        (tmp_path / "other.toml").write_text('name = "other"\nextends = "standard"\n[secret_table]\nkey = 1')
        (tmp_path / "no.toml").write_text("= what is this")
        (folder / "link.toml").symlink_to(tmp_path / "other.toml")
        (folder / "dangling.toml").symlink_to(tmp_path / "nothing.toml")
        (folder / "linked").symlink_to(tmp_path)
        return folder

    @pytest.mark.parametrize("extends", ["base.toml", "./base.toml", "deep/../base.toml", "standard"])
    def test_what_is_inside_is_read(self, folder, extends):
        document = {"name": "own", "extends": extends}
        assert lk.load_policy(document, within=folder).name == "own"
        (folder / "own.toml").write_text(f'name = "own"\nextends = "{extends}"')
        assert lk.load_policy(folder / "own.toml", within=str(folder)).name == "own"

    @pytest.mark.parametrize(
        "extends",
        ["../other.toml", "../no.toml", "../nothing.toml", "link.toml", "dangling.toml", "linked/other.toml",
         "/etc/passwd", "/nowhere/at/all.toml", "deep/../../other.toml", "a\0b.toml"],
    )  # fmt: skip
    def test_everything_else_is_refused_alike(self, folder, extends):
        with pytest.raises(lk.PolicyError) as caught:
            lk.load_policy({"name": "own", "extends": extends}, within=folder)
        assert str(caught.value) == (
            "policy extends: lies outside the folder of the policies"
            " (hint: name a shipped policy, or a file in the folder)"
        )

    def test_a_parent_is_held_to_it_as_well(self, folder):
        (folder / "first.toml").write_text('name = "first"\nextends = "../other.toml"')
        with pytest.raises(lk.PolicyError, match="lies outside the folder"):
            lk.load_policy({"name": "own", "extends": "first.toml"}, within=folder)


class TestHash:
    """Every policy has a content hash of what decides."""

    def test_labels_and_examples_do_not_count_but_points_do(self):
        own = {"name": "standard", "extends": "standard"}
        plain = lk.load_policy("standard")
        assert lk.load_policy(own | {"labels": {"en": {"reply": "answer"}}}).hash == plain.hash
        assert lk.load_policy(own | {"scoring": {"limit": 99}}).hash != plain.hash
        assert plain.id == f"standard@1#{plain.hash[:12]}"


def test_numbers_are_exact(now):
    points = {"user": Decimal("0.1")}
    rules = {name: {"field": "role", "points": points} for name in ("a", "b", "c")}
    policy = lk.load_policy({"name": "tenths", "scoring": {"groups": {"g": {"rules": rules}}}})
    assert policy.score({"role": "user"}, as_of=now).points == Decimal("0.3")


def test_the_shipped_policies_satisfy_the_json_schema(standard):
    schema = lk.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    said = standard.document.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert said["name"] == "standard"
    assert set(said) <= set(schema["properties"])


@pytest.mark.parametrize("value", ["NaN", "sNaN"])
def test_a_decimal_that_is_no_number_is_unknown(standard, now, value):
    assert "budget" in standard.screen({"budget": Decimal(value)}).missing


@pytest.mark.parametrize("value", ["large", 1.5j, True, float("inf")])
def test_a_fact_of_the_wrong_type_is_refused(standard, value):
    with pytest.raises(lk.errors.FactError, match="budget: must be a finite number"):
        standard.screen({"budget": value})


def test_a_debugger_can_read_the_generated_source(standard, now):
    import linecache

    standard.score({}, as_of=now)
    name = standard.scorer.evaluate.__code__.co_filename
    assert linecache.getline(name, 1) == "def evaluate(_facts, _events, _as_of):\n"
