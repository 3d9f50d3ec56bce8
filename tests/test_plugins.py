"""Plugins: found when asked for, refused by name when they are wrong, and kept apart from one another."""

from __future__ import annotations

import ast
import sys
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

import pytest

import leadkit as lk
from leadkit.plugins import hooks
from leadkit.plugins.manager import Plugin, Plugins, name_of
from leadkit.process.calendar import WorkCalendar
from leadkit.store.memory import MemoryStorage
from leadkit.store.tables import JOURNAL, KEYS, LEADS
from tests.desk.held import held, number_of

ROOT = Path(__file__).parent.parent
HOOKS = sorted(name for name, one in vars(hooks).items() if hasattr(one, "leadkit_spec"))


def plugin(name: str, **hooks: Any) -> Any:
    """A plugin called `name` with these functions as its hooks."""
    made = type(name, (), {hook: staticmethod(lk.hookimpl(function)) for hook, function in hooks.items()})()
    made.name = name
    return made


def lead(name: str = "1") -> lk.Lead:
    return lk.Lead(
        id=name,
        source=lk.Source(channel="web"),
        company=lk.Company(name=f"Firm {name * 3} Ltd", industry="energy", size="large"),
        contact=lk.Contact(name="Ann", job_title="director", phone=f"+1 212-555-01{name}0"),
        need=lk.Need(description="machines"),
    )


def fails(**_: object) -> None:
    raise ValueError("private: +1 212-555-0110")


class TestCompleteness:
    """Every hook is typed, has a section in the reference and a test that names it."""

    def test_every_hook_has_a_section_and_every_section_is_a_hook(self):
        page = (ROOT / "docs/reference/hooks.md").read_text("utf-8")
        sections = [line[3:] for line in page.splitlines() if line.startswith("## leadkit_")]
        assert sorted(sections) == HOOKS

    def test_every_section_shows_the_hook_in_use(self):
        page = (ROOT / "docs/reference/hooks.md").read_text("utf-8")
        for section in page.split("\n## ")[1:]:
            name = section.splitlines()[0]
            if name.startswith("leadkit_"):
                assert f"    def {name}(" in section, name

    def test_every_hook_has_a_test_that_names_it(self):
        parts = [one for one in ast.walk(ast.parse(Path(__file__).read_text("utf-8"))) if _is_test(one)]
        said = " ".join(f"{part.name} {ast.get_docstring(part)}" for part in parts)
        assert [hook for hook in HOOKS if hook not in said] == []

    @pytest.mark.parametrize("hook", HOOKS)
    def test_every_hook_is_typed_and_says_what_it_is_for(self, hook):
        function = getattr(hooks, hook)
        known = {"Storage": MemoryStorage, "WorkCalendar": WorkCalendar}
        assert "return" in get_type_hints(function, localns=known)
        assert len(get_type_hints(function, localns=known)) == function.__code__.co_argcount + 1
        assert function.__doc__

    @pytest.mark.parametrize("hook", HOOKS)
    def test_every_hook_is_in_the_table_of_the_module(self, hook):
        assert f"| `{hook}` |" in hooks.__doc__

    def test_the_table_of_the_reference_is_that_of_the_module(self):
        page = (ROOT / "docs/reference/hooks.md").read_text("utf-8")
        tables = [[line for line in text.splitlines() if line.startswith("| `")] for text in (hooks.__doc__, page)]
        assert tables[0] == tables[1]


def _is_test(one: ast.AST) -> bool:
    return isinstance(one, (ast.ClassDef, ast.FunctionDef)) and one.name.lower().startswith("test")


class TestRegistering:
    """A plugin with a hook that is unknown, or called with something else, is refused by its name."""

    def test_a_misspelt_hook(self):
        with pytest.raises(lk.errors.PluginError, match=r"^acme: .*leadkit_notfy") as caught:
            Plugins([plugin("acme", leadkit_notfy=lambda notice: None)])
        assert caught.value.problems[0].place == "acme"

    @pytest.mark.parametrize("hook", HOOKS)
    def test_a_wrong_argument(self, hook):
        with pytest.raises(lk.errors.PluginError, match=r"^acme: .*(wrong|takes)"):
            Plugins([plugin("acme", **{hook: lambda wrong: None})])

    @pytest.mark.parametrize("hook", [hook for hook in HOOKS if hook != "leadkit_policies"])
    def test_an_argument_left_out(self, hook):
        with pytest.raises(lk.errors.PluginError, match=rf"^acme: {hook} takes "):
            Plugins([plugin("acme", **{hook: lambda: None})])

    def test_two_of_one_name(self):
        with pytest.raises(lk.errors.PluginError, match="acme"):
            Plugins([plugin("acme"), plugin("acme")])

    def test_names(self):
        assert name_of(plugin("acme")) == "acme"
        assert name_of(ModuleType("acme.hooks")) == "acme.hooks"
        assert name_of(object()) == "object"

    def test_what_is_registered_is_listed_with_its_hooks(self):
        one = plugin("acme", leadkit_veto=lambda command: None, leadkit_notify=lambda notice: None)
        assert list(Plugins([one])) == [Plugin("acme", "", ("leadkit_notify", "leadkit_veto"))]
        assert list(Plugins()) == []


class TestApart:
    """Nothing is global: two desks have two sets of plugins, and entry points are loaded only when asked for."""

    def test_two_desks_have_separate_plugins(self):
        told: list[str] = []
        loud = lk.Desk("standard", plugins=[plugin("loud", leadkit_notify=lambda notice: told.append(notice.id))])
        quiet = lk.Desk("standard")
        for desk in (loud, quiet):
            desk.capture(lead())
        assert quiet.deliver().delivered == 0
        assert told == []
        assert loud.deliver().delivered == len(told) > 0

    def test_entry_points_are_loaded_only_when_asked_for(self, tmp_path, monkeypatch):
        (tmp_path / "acme-1.0.dist-info").mkdir()
        (tmp_path / "acme-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
        (tmp_path / "acme-1.0.dist-info/entry_points.txt").write_text("[leadkit]\nacme = acme_hooks\nend = acme_end\n")
        (tmp_path / "acme_hooks.py").write_text("import leadkit as lk\n@lk.hookimpl\ndef leadkit_notify(notice): ...\n")
        (tmp_path / "acme_end.py").write_text("raise SystemExit(7)\n")
        monkeypatch.syspath_prepend(tmp_path)
        assert (list(Plugins()), Plugins().failures) == ([], ())
        assert "acme_hooks" not in sys.modules
        found = Plugins(discover=True)
        assert list(found) == [Plugin("acme", "acme", ("leadkit_notify",))]
        assert [(one.place, one.hint) for one in found.failures] == [("end", "fix or uninstall acme")]
        with pytest.raises(lk.errors.PluginError, match="SystemExit"):
            Plugins(discover=True, strict=True)


class TestOpenStorage:
    """`leadkit_open_storage`: the first plugin that knows the address opens the store; an error stops the opening."""

    def test_the_first_result_counts_and_the_last_registered_is_asked_first(self):
        asked: list[str] = []

        def opens(name: str, storage: MemoryStorage | None):
            return plugin(name, leadkit_open_storage=lambda url: asked.append(f"{name} {url}") or storage)

        mine = MemoryStorage()
        desk = lk.Desk(
            "standard", "mine:x", plugins=[opens("first", MemoryStorage()), opens("second", mine), opens("third", None)]
        )
        assert desk.storage is mine
        assert asked == ["third mine:x", "second mine:x"]

    def test_addresses_of_nobody_go_to_what_is_built_in(self):
        none = plugin("none", leadkit_open_storage=lambda url: None)
        assert isinstance(lk.Desk("standard", "memory:", plugins=[none]).storage, MemoryStorage)
        with pytest.raises(lk.errors.StorageError, match="mine databases are not known here"):
            lk.Desk("standard", "mine:///x", plugins=[none])

    def test_an_error_of_its_own_is_told_without_its_words(self):
        with pytest.raises(lk.errors.PluginError, match=r"failed in leadkit_open_storage \(ValueError\)") as caught:
            lk.Desk("standard", "mine:x", plugins=[plugin("bad", leadkit_open_storage=lambda url: fails())])
        assert "private" not in str(caught.value)

    def test_an_error_of_leadkits_goes_through(self):
        def opens(url: str) -> None:
            raise lk.errors.StorageError(lk.Problem("is asleep", place=url))

        with pytest.raises(lk.errors.StorageError, match="mine:x: is asleep"):
            lk.Desk("standard", "mine:x", plugins=[plugin("bad", leadkit_open_storage=opens)])


class TestCalendar:
    """`leadkit_calendar`: the first plugin that knows the policy's country gives the calendar."""

    ALWAYS = WorkCalendar(
        zone=ZoneInfo("UTC"), spans=((timedelta(), timedelta(hours=24)),), weekdays=frozenset(range(7))
    )

    def test_the_first_result_counts(self):
        asked: list[str] = []
        mine = plugin("mine", leadkit_calendar=lambda name: asked.append(name) or self.ALWAYS)
        other = plugin("other", leadkit_calendar=lambda name: None)
        assert Plugins([mine, other]).calendar("CN") is self.ALWAYS
        assert asked == ["CN"]
        assert Plugins([other]).calendar("CN") is None
        lk.Desk("standard", plugins=[mine]).capture(lead())
        assert asked[1:] == ["CN"]

    def test_an_error_stops_the_command_and_nothing_is_stored(self):
        desk = lk.Desk("standard", plugins=[plugin("bad", leadkit_calendar=lambda name: fails())])
        with pytest.raises(lk.errors.PluginError, match="leadkit_calendar"):
            desk.capture(lead(), key="k")
        assert number_of(desk.storage, LEADS) == number_of(desk.storage, KEYS) == 0


class TestPolicies:
    """`leadkit_policies`: every plugin's policies can be asked for by name."""

    def test_a_name_that_a_plugin_brings(self, tmp_path):
        for name in ("ours", "theirs"):
            (tmp_path / f"{name}.toml").write_text(f'name = "{name}"\nextends = "standard"\n')
        plugins = [
            plugin(name, leadkit_policies=lambda name=name: {name: tmp_path / f"{name}.toml"})
            for name in ("ours", "theirs")
        ]
        assert [lk.Desk(name, plugins=plugins).policy.document.name for name in ("ours", "theirs")] == [
            "ours",
            "theirs",
        ]
        with pytest.raises(lk.PolicyError):
            lk.Desk("ours")

    def test_an_error_stops_the_loading(self):
        with pytest.raises(lk.errors.PluginError, match="leadkit_policies"):
            lk.Desk("standard", plugins=[plugin("bad", leadkit_policies=fails)])


class TestVerify:
    """`leadkit_verify`: what registers say wins over the lead's text; one that fails is noted and stops nobody."""

    def test_facts_of_all_and_the_failures_of_some(self):
        plugins = [
            plugin("size", leadkit_verify=lambda lead: lk.Verification(facts={"company_size": "small"})),
            plugin("none", leadkit_verify=lambda lead: None),
            plugin("bad", leadkit_verify=lambda lead: fails()),
            plugin("strange", leadkit_verify=lambda lead: lk.Verification(facts={"company_size": object()})),
            plugin("gone", leadkit_verify=lambda lead: sys.exit(1)),
            plugin("phone", leadkit_verify=lambda lead: lk.Verification(facts={"phone_valid": False})),
        ]
        facts, failed = Plugins(plugins).verify(lead(), lk.load_policy("standard").facts)
        assert {name: (answer.value, answer.source) for name, answer in facts.items()} == {
            "company_size": ("small", "size"),
            "phone_valid": (False, "phone"),
        }
        assert sorted(failed) == ["bad", "gone", "strange"]

    def test_facts_decide_and_failures_stand_in_the_journal(self):
        small = plugin("size", leadkit_verify=lambda lead: lk.Verification(facts={"company_size": "small"}))
        points = {}
        for name, plugins in (("alone", []), ("asked", [small, plugin("bad", leadkit_verify=lambda lead: fails())])):
            desk = lk.Desk("standard", plugins=plugins)
            desk.capture(lead())
            points[name] = desk.lead("1").points
        assert points["alone"] - points["asked"] == 10
        assert desk.history("1")[0].details["not_verified_by"] == ("bad",)
        assert "private" not in repr(held(desk.storage))


class TestVeto:
    """`leadkit_veto`: an error aborts the command; nothing is stored and no key is used up."""

    @pytest.mark.parametrize("objects", [lambda command: fails(), lambda command: sys.exit(1)])
    def test_nothing_is_stored(self, objects):
        desk = lk.Desk("standard", plugins=[plugin("careful", leadkit_veto=objects)])
        with pytest.raises(lk.CommandError, match="the plugin careful objects") as caught:
            desk.capture(lead(), key="k")
        assert "private" not in str(caught.value)
        assert [number_of(desk.storage, table) for table in (LEADS, KEYS, JOURNAL)] == [0, 0, 0]

    def test_the_key_is_free_afterwards(self):
        objecting = [True]
        desk = lk.Desk(
            "standard", plugins=[plugin("moody", leadkit_veto=lambda command: fails() if objecting else None)]
        )
        with pytest.raises(lk.CommandError):
            desk.capture(lead(), key="k")
        objecting.clear()
        assert desk.capture(lead(), key="k").outcome == "captured"

    def test_an_error_of_leadkits_goes_through_in_its_own_words(self):
        def objects(command: lk.Command) -> None:
            raise lk.NotAllowedError(lk.Problem("not before nine", path=command.name))

        desk = lk.Desk("standard", plugins=[plugin("late", leadkit_veto=objects)])
        with pytest.raises(lk.NotAllowedError, match="capture: not before nine"):
            desk.capture(lead())

    def test_it_sees_who_asks_for_what(self):
        seen: list[lk.Command] = []
        boss = lk.Actor(id="wu", role="director")

        def watch(command: lk.Command) -> None:
            seen.append(command)

        desk = lk.Desk("standard", plugins=[plugin("watch", leadkit_veto=watch)])
        desk.capture(lead(), by=boss)
        desk.screen("1")
        capture, screen = seen
        assert isinstance(capture, lk.commands.Capture)
        assert (capture.name, capture.by, capture.lead.id) == ("capture", boss, "1")
        assert isinstance(screen, lk.commands.Screen)
        assert (screen.by, screen.lead_id) == (lk.Actor(id="system", role="system"), "1")


class TestNotify:
    """`leadkit_notify`: every plugin is told on its own; one that fails is told again and holds up nobody."""

    def test_one_that_fails_silences_no_other(self):
        told: list[str] = []
        good = plugin("good", leadkit_notify=lambda notice: told.append(notice.id))
        bad = plugin("bad", leadkit_notify=lambda notice: fails())
        for plugins in ([good, bad], [bad, good]):
            desk = lk.Desk("standard", plugins=plugins)
            desk.capture(lead())
            told.clear()
            assert desk.deliver().failed == len(told) > 0

    def test_each_is_known_by_its_name(self):
        names = [f"n{number}" for number in range(3)]
        plugins = Plugins([plugin(name, leadkit_notify=lambda notice: None) for name in names])
        assert list(plugins.notifiers()) == names[::-1]
