"""The tools of an agent: what a policy says about a lead, what a store has, and the commands that are switched on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field, setters

from leadkit.adapters.mcp import Arguments, Tool
from leadkit.cli.agent_leads import Explained, case_of, check_facts, events_of, explained, lead_dict, score_dict
from leadkit.errors import PolicyError, Problem

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk
    from leadkit.policy import Policy
    from leadkit.rules.facts import Fact

TEXT = {"type": "string"}
TIME = {"type": "string", "format": "date-time"}
MOST_LEADS = 100
DRAFT = Path("draft.toml")


@define(on_setattr=setters.frozen)
class Reading:
    """The tools that only read: of a policy, and of a store where there is one."""

    policy: Policy
    named: str
    """The shipped name or the file of the policy."""
    desk: Desk | None
    clock: Callable[[], datetime]
    properties: dict[str, Any] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "properties", self._lead_properties())

    def tools(self) -> Iterator[Tool]:
        """The tools; those of a store only where there is one."""
        policy, lead = self.policy, self.properties
        sets = list(policy.document.scoring.outcomes)
        languages = {"language": {"type": "string", "enum": ["en", "zh_CN"]}}
        yield self._tool(
            "score", "Score a lead: points, bands, what each rule gave, what is not known.", lead, self.score
        )
        yield self._tool(
            "explain", "Explain a lead's score in words, ready to be passed on.", lead | languages, self.explain
        )
        then = {"then": {"type": "object", "description": "Facts and events that would come on top.", "properties": {
            name: lead[name] for name in ("facts", "events")
        }}, "bands": {"type": "string", "enum": sets}}  # fmt: skip
        about = "What would change a lead's score: after `then`, and the cheapest ways to a better band."
        yield self._tool("what_if", about, lead | then, self.what_if)
        names = [*policy.document.qualification, *(["screening"] if policy.document.screening else [])]
        if names:
            asked = {"name": {"type": "string", "enum": names, "default": names[0]}}
            about = "The smallest sets of facts to ask for that may settle a screening or a qualification."
            yield self._tool("worth_asking", about, lead | asked, self.worth_asking)
        toml = {"toml": TEXT | {"description": "A policy file, or a draft that extends this policy or a shipped one."}}
        yield self._tool(
            "check", "Prove what a policy says of itself, and find what looks wrong with it.", toml, self.check
        )
        about = "What a draft would change: what it says otherwise, and how far points can move."
        yield self._tool("diff", about, toml, self.diff, "toml")
        if self.desk is not None:
            yield from self._of_the_store(self.desk)

    def _of_the_store(self, desk: Desk) -> Iterator[Tool]:
        include, lead_id = {"include": self.properties["include"]}, {"lead_id": self.properties["lead_id"]}
        limit = {"limit": {"type": "integer", "minimum": 1, "maximum": MOST_LEADS, "default": 20}}
        owner = {"owner": TEXT | {"description": "The id of the member whose leads are asked for."}}
        priority = (
            {"priority": {"type": "string", "enum": list(self.policy.priorities)}} if self.policy.priorities else {}
        )

        def lead(given: Arguments) -> Any:
            return lead_dict(desk.lead(given["lead_id"]), given.get("include", ()))

        def queue(given: Arguments) -> Any:
            states = desk.queue(owner=given.get("owner"), priority=given.get("priority"), limit=_limit(given))
            return {"leads": [lead_dict(state, given.get("include", ())) for state in states]}

        def due(given: Arguments) -> Any:
            items = desk.due(self.clock(), owner=given.get("owner"), limit=_limit(given))
            return {"due": [item.to_dict() for item in items]}

        yield self._tool("lead", "Where a lead of the store stands.", lead_id | include, lead, "lead_id")
        about = "The leads to work on, the highest score first."
        yield self._tool("queue", about, owner | priority | limit | include, queue)
        yield self._tool("due", "What is due, the most urgent first.", owner | limit, due)

    def score(self, given: Arguments) -> Any:
        """Points, bands and where they come from."""
        case = case_of(self.policy, self.desk, given, self.clock())
        return score_dict(self.policy, self.policy.score(case.facts, case.events, as_of=case.as_of), case)

    def explain(self, given: Arguments) -> str:
        """The same in words."""
        from leadkit.adapters.page.waterfall import labels_of
        from leadkit.scoring.explain import explain

        case = case_of(self.policy, self.desk, given, self.clock())
        score = self.policy.score(case.facts, case.events, as_of=case.as_of)
        shown: Explained = explained(self.policy, score, case)
        return explain(shown, labels_of(self.policy, score), given.get("language", self.policy.language))

    def what_if(self, given: Arguments) -> Any:
        """Before, after, and the ways up from there."""
        case = case_of(self.policy, self.desk, given, self.clock())
        then: Mapping[str, Any] = given.get("then", {})
        check_facts(self.policy, then.get("facts", {}), "then.facts")
        more = events_of(self.policy, then.get("events", []), case.as_of)
        before = self.policy.score(case.facts, case.events, as_of=case.as_of)
        after = self.policy.score({**case.facts, **then.get("facts", {})}, [*case.events, *more], as_of=case.as_of)
        outcomes = self.policy.document.scoring.outcomes
        bands = given.get("bands") or next(iter(outcomes), None)
        ways = self.policy.next_band(after, bands) if bands else ()
        shown = [{"points": str(score.points), "bands": score.bands} for score in (before, after)]
        return {"before": shown[0], "after": shown[1], "ways": [way.to_dict() for way in ways]}

    def worth_asking(self, given: Arguments) -> Any:
        """Questions, the smallest first."""
        case = case_of(self.policy, self.desk, given, self.clock())
        names = [*self.policy.document.qualification, "screening"]
        questions = self.policy.worth_asking(case.facts, as_of=case.as_of, name=given.get("name", names[0]))
        return {"questions": [question.to_dict() for question in questions]}

    def check(self, given: Arguments) -> str:
        """The report of the server's policy, or of a draft."""
        from leadkit.checking.check import check
        from leadkit.desk.commands.catalogue import COMMANDS

        commands = {command.permission for command in COMMANDS if command.table is None}
        return str(check(self._draft(given["toml"]) if "toml" in given else self.policy, commands=commands))

    def diff(self, given: Arguments) -> str:
        """What a draft changes."""
        from leadkit.checking.compare import compare

        return str(compare(self.policy, self._draft(given["toml"])))

    def _draft(self, text: str) -> Policy:
        """A policy from its text, which may name no file: it extends this policy or a shipped one.

        Raises:
            PolicyError: it names a file, or is refused.
        """
        from leadkit.adapters.adopting import extending
        from leadkit.limits import DEFAULT_LIMITS
        from leadkit.policy import shipped
        from leadkit.policy.load import policy_with_text
        from leadkit.policy.toml import read_toml

        content = read_toml(text, str(DRAFT), DEFAULT_LIMITS)
        base, ours = content.get("extends"), {self.policy.name, Path(self.named).name}
        if "route" in content or _names_a_file(content) or (base is not None and base not in {*ours, *shipped()}):
            hint = f"extend {self.policy.name} or a shipped policy, and name shipped lists only"
            raise PolicyError(Problem("names a file", hint, place=str(DRAFT)))
        if base in ours:
            text = extending(text, str(Path(self.named).resolve()) if self.named.endswith(".toml") else self.named)
        return policy_with_text(DRAFT, text)

    def _tool(
        self, name: str, about: str, properties: Mapping[str, Any], run: Callable[[Arguments], Any], *required: str
    ) -> Tool:
        schema = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
        return Tool(name=name, about=about, schema=schema, run=run)

    def _lead_properties(self) -> dict[str, Any]:
        """How a lead is given."""
        facts = {fact.name: _fact_schema(fact) for fact in self.policy.facts.values()}
        kinds = sorted(self.policy.event_kinds)
        about = {"kind": {"type": "string", "enum": kinds}, "occurred_at": TIME, "subject": TEXT}
        event = {"type": "object", "properties": {**about, "amount": {"type": "number"}}, "required": ["kind"]}
        given = {
            "facts": {"type": "object", "properties": facts, "description": "What is known; leave out what is not."},
            "events": {
                "description": "What happened: how many by kind, or a list with times.",
                "anyOf": [{"type": "object", "properties": {kind: {"type": "integer"} for kind in kinds}},
                          {"type": "array", "items": event}],
            },
            "as_of": TIME | {"description": "The time to judge from; now where it is left out."},
        }  # fmt: skip
        if self.desk is None:
            return given
        from leadkit.records.lead_fields import BY_NAME

        texts = [name for name in BY_NAME if name != "custom"]
        needed = "Fields whose texts and names are needed; all others stay in the store."
        included = {"type": "array", "items": {"type": "string", "enum": texts}, "description": needed}
        return {"lead_id": TEXT | {"description": "A lead of the store, instead of facts and events."}, **given,
                "include": included}  # fmt: skip


def _names_a_file(content: Any) -> bool:
    """Whether a list of it lies in a file; shipped ones don't."""
    from leadkit.policy.lists import KEY, shipped_lists

    if isinstance(content, Mapping):
        return any(
            (key == KEY and value not in shipped_lists()) or _names_a_file(value) for key, value in content.items()
        )
    return isinstance(content, (list, tuple)) and any(map(_names_a_file, content))


def _fact_schema(fact: Fact) -> dict[str, Any]:
    if fact.type == "category":
        return {"type": "string", "enum": list(fact.levels)} if fact.levels else dict(TEXT)
    return {"type": {"text": "string", "number": "number", "boolean": "boolean"}[fact.type]}


def _limit(given: Arguments) -> int:
    return min(max(int(given.get("limit", 20)), 1), MOST_LEADS)
