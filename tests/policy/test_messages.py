"""Whatever a file says wrong, people read our own words: the place, the problem, and the nearest that there is."""

from __future__ import annotations

import re

import pytest
from pydantic_core._pydantic_core import list_all_errors

import leadkit as lk
from leadkit.policy.messages import words

OURS = frozenset({"value_error", "assertion_error", "policy", "condition"})
TEMPLATES = [
    re.compile("^" + re.sub(r"\\\{\w+\\\}", ".*", re.escape(error["message_template_python"])) + "$", re.DOTALL)
    for error in list_all_errors()
    if error["type"] not in OURS
]

RULE = "[scoring.groups.g.rules.r]\n"
EVENT = RULE + "event = 'x'\npoints = 1\n"
WHEN = "[screening.criteria.c]\nwhen = "
WRONG = [
    ("name = 3", "name: must be a text"),
    ("name = 'Not a code'", "name: is no code (hint: did you mean 'not_a_code'?)"),
    ("name = ''", "name: is no code (hint: lower-case letters"),
    ("version = 'a b'", "version: is no version (hint: up to 40"),
    ("scorring = 3", "scorring: no such key (hint: did you mean 'scoring'?)"),
    ("inherits = 'standard'", "inherits: no such key (hint: did you mean 'extends'?)"),
    ("language = 'english'", "language: must be one of en, zh_CN"),
    ("currency = 'euro'", "currency: is no currency (hint: three capital letters, such as EUR)"),
    ("phone_region = 'de'", "phone_region: is no country (hint: two capital letters, such as DE)"),
    ("time_zone = 'Mars'", "time_zone: no such time zone"),
    ("no_answer = 'x'", "no_answer: must be an array"),
    ("no_answer = [3]", "no_answer.0: must be a text"),
    ("fields = 3", "fields: must be a table"),
    ("fields.x = 3", "fields.x: must be a table"),
    ("fields.X = { type = 'number' }", "fields.X: is no code (hint: did you mean 'x'?)"),
    ("fields.x = { type = 'numbr' }", "fields.x.type: must be one of category, text, number, boolean (hint: did"),
    ("capture.required = ['phon']", "capture.required.0: must be one of"),
    ("labels.fr.x = 'y'", "labels.fr: must be one of en, zh_CN"),
    ("labels.en.x = 3", "labels.en.x: must be a text"),
    ("[scoring]\nlimit = 0", "scoring.limit: must be more than 0"),
    ("[scoring]\nlimit = 100_001", "scoring.limit: must be at most 100000"),
    ("[scoring]\nlimit = '9'", "scoring.limit: must be a number"),
    ("[scoring]\nlimit = true", "scoring.limit: must be a number"),
    ("[scoring]\ngroup = {}", "scoring.group: no such key (hint: did you mean 'groups'?)"),
    ("[scoring.groups.g]\nrules = {}", "scoring.groups.g.rules: must not be empty"),
    ("[scoring.groups.g.rules]\nr = 3", "scoring.groups.g.rules.r: must be a table"),
    ("[scoring.bands.priority]\n'very high' = 99", "scoring.bands.priority.very high: is no name of a band"),
    (EVENT + "limit = -3", "rules.r.limit: must be more than 0"),
    (EVENT + "within_days = 0", "rules.r.within_days: must be at least 1"),
    (EVENT + "within_days = 1.5", "rules.r.within_days: must be a whole number"),
    (EVENT + "half_life_days = 1462", "rules.r.half_life_days: a half-life is at most 1461 days"),
    (EVENT + "half_life = 30", "rules.r.half_life: no such key (hint: did you mean 'half_life_days'?)"),
    (EVENT + "once_per = 'week'", "rules.r.once_per: must be one of day, subject"),
    (EVENT + "where = { subject = 3 }", "rules.r.where.subject: must be a text or an array"),
    (RULE + "event = 'X'\npoints = 1", "rules.r.event: is no code (hint: did you mean 'x'?)"),
    (RULE + "event = 'x'\npoint = 1", "rules.r.point: no such key (hint: did you mean 'points'?)"),
    (RULE + "event = 'x'\npoints = 0.1234567", "rules.r.points: must have at most 6 decimals"),
    (RULE + "event = 'x'\npoints = { a = 1 }", "rules.r.points: must be a number"),
    (RULE + "field = 'rolle'\npoints = { a = 1 }", "rules.r.field: no such fact (hint: did you mean 'role'"),
    (RULE + "field = 'role'\npoints = { usr = 1 }", "rules.r.points.usr: 'usr' is not a level of role (hint"),
    (RULE + "field = 'role'\npoints = 3", "rules.r.points: must be a table"),
    (RULE + "field = 'role'\npoints = {}", "rules.r.points: must not be empty"),
    (RULE + "field = 'budget'\nranges.a = { at_least = 'x', points = 1 }", "rules.r.ranges.a.at_least: must be"),
    (RULE + "field = 'budget'\nranges.a = { from = 3, points = 1 }", "rules.r.ranges.a.at_least: is missing"),
    (WHEN + "3", "c.when: must be a condition such as"),
    (WHEN + "{}", "c.when.field: is missing"),
    (WHEN + "{ field = 'budget', at_most = 3 }", "c.when.at_most: no such key (hint: did you mean 'less_than'"),
    (WHEN + "{ field = 'budget', greater_than = 3 }", "greater_than: no such key (hint: did you mean 'at_least'"),
    (WHEN + "{ field = 'industry', contains = 'x' }", "c.when.contains: no such key (hint: did you mean 'in'?)"),
    (WHEN + "{ field = 'role', equals = [1] }", "c.when.equals: must be true or false, a number or a text"),
    (WHEN + "{ field = 'role', equals = 'boss' }", "c.when.equals: 'boss' is not a level of role"),
    (WHEN + "{ field = 'role', in = ['user', 'bos'] }", "c.when.in.1: 'bos' is not a level of role"),
    (WHEN + "{ field = 'role', in = [] }", "c.when.in: must not be empty"),
    (WHEN + "{ field = 'role', known = 'yes' }", "c.when.known: must be true or false"),
    (WHEN + "{ all = [{ not = { feild = 'role' } }] }", "all.0.not.feild: no such key (hint: did you mean 'field'"),
    ("screening.open_days = 4000", "screening.open_days: must be at most 3650"),
    ("[grading.table.rows.r]\ngrade = '1 A'", "grading.table.rows.r.grade: is no name of a grade"),
    ("rescoring.every_days = 36_501", "rescoring.every_days: must be at most 36500"),
    ("calendar.weekdays = ['monday']", "calendar.weekdays.0: must be one of mon,"),
    ("calendar.weekdays = []", "calendar.weekdays: must not be empty"),
    ("calendar.hours = [['09:00']]", "calendar.hours.0.1: is missing"),
    ("calendar.hours = [['9', '10']]", "calendar.hours.0.0: is not a time of day"),
    ("calendar.closures = ['soon']", "calendar.closures.0: is not a date"),
    ("notices.new_lead = 3", "notices.new_lead: must be an array or a table"),
    ("notices.new_lead = { al = ['x'] }", "notices.new_lead.all: is missing"),
    ("imports.update = 'allways'", "imports.update: must be one of always, if_empty, never (hint: did you mean"),
    ("review.targets.leads = 0", "review.targets.leads: must be at least 1"),
    ("review.targets.won_amount = -1", "review.targets.won_amount: must be more than 0"),
    ("pool.claim = []", "pool.claim: must not be empty"),
    ("sheets.leads.phone = 3", "sheets.leads.phone: must be a table"),
    ("sheets.leads.budget = { head = 'x', unit = 'q' }", "sheets.leads.budget.unit: must be one of"),
    ("[[examples]]\nexpect = {}", "examples.0.expect: must not be empty"),
    ("[[examples]]\nas_of = 2026-11-24\nexpect.points = 3", "examples.0.as_of: must be a time with its zone"),
    ("[[examples]]\nas_of = 2026-11-24T09:00:00\nexpect.points = 3", "examples.0.as_of: must be a time with its zone"),
    ("[[examples]]\nevents.x = -1\nexpect.points = 3", "examples.0.events.x: must be at least 0"),
    ("[[examples]]\nlead.role = 'boss'\nexpect.points = 3", "examples.0.lead.role: 'boss' is not a level of role"),
    ("[[examples]]\nexpect.points = []", "examples.0.expect.points: must be a text or a number"),
    ("[[invariants]]\nname = 'x'", "invariants.0: claims nothing"),
    ("scoring.groups.attributs.rules.role.unknown = 3", "the policy that this extends has no attributs (hint"),
    ("scoring.groups.behaviour.rules.webinarr.points = 3", "no webinarr (hint: did you mean 'webinar'"),
    ("scoring.groups.behaviour.rules.webinarr.remove = true", "webinarr: is not there to be removed: "),
    ("scoring.bands.priority.hihg = { remove = true }", "scoring.bands.priority.hihg: is not there to be removed"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), WRONG, ids=[text.replace("\n", " ") for text, _ in WRONG])
def test_a_wrong_file(tmp_path, text, problem):
    head = "" if text.startswith("name") else 'name = "own"\n'
    file = tmp_path / "own.toml"
    file.write_text(f'{head}extends = "standard"\n{text}', encoding="utf-8")
    with pytest.raises(lk.PolicyError) as refused:
        lk.load_policy(file)
    listed = refused.value.problems
    assert any(problem in str(found) for found in listed), str(refused.value)
    for found in listed:
        assert re.fullmatch(re.escape(str(file)) + r":\d+:\d+", found.place), found.place
        assert "[key]" not in found.path
        assert not [template.pattern for template in TEMPLATES if template.match(found.message)], found.message


@pytest.mark.parametrize("error", list_all_errors(), ids=lambda error: error["type"])
def test_no_error_of_pydantic_is_told_in_its_words(error):
    if error["type"] in OURS:
        return
    example = {
        "type": error["type"],
        "loc": ("x",),
        "ctx": error["example_context"],
        "msg": error["example_message_python"],
    }
    message, _ = words(example)
    assert message
    assert not [template.pattern for template in TEMPLATES if template.match(message)]


def test_a_policy_that_is_not_there_is_named_where_it_is_extended(tmp_path):
    (tmp_path / "own.toml").write_text('name = "own"\nextends = "standart"')
    (tmp_path / "far.toml").write_text('name = "far"\n\nextends = "none.toml"')
    for name, problem in (
        ("own", ":2:1 extends: standart: no such policy (hint: did you mean 'standard'?)"),
        ("far", f":3:1 extends: {tmp_path}/none.toml: No such file or directory (hint: shipped policies: "),
    ):
        with pytest.raises(lk.PolicyError) as refused:
            lk.load_policy(tmp_path / f"{name}.toml")
        assert str(refused.value).startswith(f"{tmp_path}/{name}.toml{problem}")
