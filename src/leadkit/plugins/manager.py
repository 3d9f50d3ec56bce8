"""The plugins of one desk: registered by hand, or found by their entry points when asked to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from inspect import iscoroutinefunction
from pathlib import Path
from types import NoneType
from typing import Any

import pluggy
from attrs import define, setters

from leadkit.errors import CommandError, LeadkitError, PluginError, Problem
from leadkit.plugins import hooks
from leadkit.plugins.hooks import PROJECT, Verification
from leadkit.policy.taken import shown
from leadkit.process.calendar import WorkCalendar
from leadkit.process.command import Command
from leadkit.records import Lead
from leadkit.rules.facts import Fact
from leadkit.store.protocol import Storage

BUILT_IN = "leadkit"
_PLAIN = (str, int, float, Decimal, NoneType)


@define(on_setattr=setters.frozen)
class Answer:
    """What a register, or a person, says of one fact: its value, who says so, and since when it is known."""

    value: Any
    source: str
    at: datetime | None = None


@define(on_setattr=setters.frozen)
class Plugin:
    """One plugin: its name, the distribution it came with (empty where it was registered by hand), and its hooks."""

    name: str
    distribution: str
    hooks: tuple[str, ...]


class Plugins:
    """The plugins that one desk asks. Nothing is global: two desks have two sets.

    `plugins` are objects or modules with functions marked by `hookimpl`. With `discover` the entry points of the group
    `leadkit` are loaded too; one that can't be is kept in `failures` and the rest load, unless `strict`. `built_in` is
    what comes with leadkit, asked last and not listed.

    Raises:
        PluginError: a plugin has a hook that leadkit does not know, or wrong arguments; with `strict` also what can't
            be loaded.
    """

    def __init__(
        self,
        plugins: Iterable[Any] = (),
        *,
        discover: bool = False,
        strict: bool = False,
        built_in: Any = None,
    ) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(hooks)
        if built_in is not None:
            self._manager.register(built_in, BUILT_IN)
        self._distributions: dict[str, str] = {}
        failures = list(self._discover()) if discover else []
        for plugin in plugins:
            self._register(plugin, name_of(plugin))
        if failures and strict:
            raise PluginError(failures)
        self.failures: tuple[Problem, ...] = tuple(failures)

    def __iter__(self) -> Iterator[Plugin]:
        for name, plugin in self._manager.list_name_plugin():
            if plugin is not None and name != BUILT_IN:
                hooks = sorted(caller.name for caller in self._manager.get_hookcallers(plugin) or ())
                yield Plugin(name, self._distributions.get(name, ""), tuple(hooks))

    def open_storage(self, url: str) -> Storage:
        """The store at `url`, from the first plugin that knows the address.

        Raises:
            StorageError: it can't be opened.
            PluginError: a plugin failed with an error of its own.
        """
        with _plugin_errors("leadkit_open_storage"):
            storage: Storage = self._manager.hook.leadkit_open_storage(url=url)
        if not is_storage(storage):
            raise self._nonsense("leadkit_open_storage", storage, "a storage")
        return storage

    def calendar(self, name: str) -> WorkCalendar | None:
        """The working calendar called `name`; None where no plugin has it."""
        with _plugin_errors("leadkit_calendar"):
            calendar: WorkCalendar | None = self._manager.hook.leadkit_calendar(name=name)
        if calendar is not None and not isinstance(calendar, WorkCalendar):
            raise self._nonsense("leadkit_calendar", calendar, "a leadkit WorkCalendar or None")
        return calendar

    def _nonsense(self, hook: str, answer: object, wanted: str) -> PluginError:
        """The error for an answer that is no answer; the place is every plugin that has the hook."""
        names = ", ".join(name for name, _ in self._each(hook) if name != BUILT_IN)
        message = f"{hook} answered {shown(answer)}"
        return PluginError(Problem(message, f"it answers {wanted}", place=names))

    def policies(self) -> Mapping[str, Path]:
        """The policy files that plugins bring, by name."""
        with _plugin_errors("leadkit_policies"):
            return {name: path for files in self._manager.hook.leadkit_policies() for name, path in files.items()}

    @property
    def have_calendar(self) -> bool:
        """Whether a plugin may have the working calendar of a country."""
        return any(name != BUILT_IN for name, _ in self._each("leadkit_calendar"))

    @property
    def hear_of_commands(self) -> bool:
        """Whether a plugin is asked about commands, or about their leads, before the transaction."""
        return self.verifies or any(True for _ in self._each("leadkit_veto"))

    @property
    def verifies(self) -> bool:
        """Whether a plugin asks an outside register."""
        return any(True for _ in self._each("leadkit_verify"))

    def verify(self, lead: Lead, known: Mapping[str, Fact]) -> tuple[dict[str, Answer], tuple[str, ...]]:
        """What outside registers say about a lead by fact, and the names of the plugins that failed.

        An answer that the policy can't use, of which no fact is `known` or which is no level, is left out; behind the
        name of its plugin stands the name of the fact, as in `register:company_size`.
        """
        facts: dict[str, Answer] = {}
        failed = []
        for name, ask in self._each("leadkit_verify"):
            try:
                verification: Verification | None = ask(lead)
                answers = _answers(verification, name) if verification else {}
                usable = {fact for fact, answer in answers.items() if fact in known and known[fact].takes(answer.value)}
                facts.update({fact: answer for fact, answer in answers.items() if fact in usable})
                failed += [f"{name}:{fact}" for fact in answers if fact not in usable]
            except KeyboardInterrupt:
                raise
            except BaseException:  # noqa: BLE001
                failed.append(name)
        return facts, tuple(failed)

    def veto(self, command: Command) -> None:
        """Ask every plugin whether it objects.

        Raises:
            CommandError: one does; the message says which.
        """
        for name, ask in self._each("leadkit_veto"):
            try:
                ask(command)
            except (LeadkitError, KeyboardInterrupt):
                raise
            except BaseException as error:
                message = f"the plugin {name} objects ({type(error).__name__})"
                raise CommandError(Problem(message, "nothing was stored", path=command.name)) from error

    def notifiers(self) -> dict[str, Any]:
        """The function that tells, by the name of its plugin."""
        return dict(self._each("leadkit_notify"))

    def _each(self, hook: str) -> Iterator[tuple[str, Any]]:
        for implementation in reversed(getattr(self._manager.hook, hook).get_hookimpls()):
            yield implementation.plugin_name, implementation.function

    def _discover(self) -> Iterator[Problem]:
        from importlib.metadata import entry_points

        for point in sorted(entry_points(group=PROJECT), key=lambda point: point.name):
            distribution = point.dist.name if point.dist else ""
            try:
                self._register(point.load(), point.name)
                self._distributions[point.name] = distribution
            except (Exception, SystemExit) as error:  # noqa: BLE001
                message = str(error) if isinstance(error, PluginError) else f"can't be loaded ({type(error).__name__})"
                yield Problem(message, f"fix or uninstall {distribution or point.value}", place=point.name)

    def _register(self, plugin: Any, name: str) -> None:
        problem = _unusable(plugin, name)
        if problem is not None:
            raise PluginError(problem)
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()
            self._check_arguments(plugin)
        except (pluggy.PluginValidationError, ValueError) as error:
            if self._manager.has_plugin(name) and self._manager.get_plugin(name) is plugin:
                self._manager.unregister(plugin)
            first, *rest = str(error).splitlines()
            message = f"{first}: {rest[-1]}" if rest else first
            raise PluginError(
                Problem(message, "see the reference of hooks for names and arguments", place=name)
            ) from None

    def _check_arguments(self, plugin: Any) -> None:
        """Refuse what pluggy lets pass: a hook that leaves out the one argument it is called with."""
        for caller in self._manager.get_hookcallers(plugin) or ():
            implementation = next(hook for hook in caller.get_hookimpls() if hook.plugin is plugin)
            if caller.spec is not None and implementation.argnames != caller.spec.argnames:
                raise ValueError(f"{caller.name} takes {', '.join(caller.spec.argnames) or 'nothing'}")


def is_storage(value: object) -> bool:
    """Whether a value has the methods of a store."""
    return all(callable(getattr(value, name, None)) for name in ("transaction", "sweep", "close"))


def _unusable(plugin: Any, name: str) -> Problem | None:
    """Why a plugin would never do a thing: pluggy takes it without a word."""
    if isinstance(plugin, type):
        return Problem("is a class", f"give an instance: {plugin.__name__}()", place=name)
    marked = [hook for hook in dir(plugin) if _is_marked(plugin, hook)]
    waiting = [hook for hook in marked if iscoroutinefunction(getattr(plugin, hook))]
    if waiting:
        hint = "make it a plain function; asyncio.run inside it may wait for others"
        return Problem(f"{waiting[0]} is an async function, and nobody would await it", hint, place=name)
    bare = [hook for hook in dir(plugin) if hook.startswith("leadkit_") and hook not in marked]
    if bare:
        return Problem(f"{bare[0]} is not marked as a hook", "put @lk.hookimpl above it", place=name)
    return None if marked else Problem("has no hook", "mark its hooks with @lk.hookimpl", place=name)


def _is_marked(plugin: Any, hook: str) -> bool:
    return hasattr(getattr(plugin, hook, None), f"{PROJECT}_impl")


def name_of(plugin: Any) -> str:
    """What a plugin is called: its `name`, else its module's or its class's."""
    name = getattr(plugin, "name", None) or getattr(plugin, "__name__", None)
    return name if isinstance(name, str) else type(plugin).__name__


def _answers(verification: Verification, plugin: str) -> dict[str, Answer]:
    """What a register answered, as a store keeps it; a TypeError where its source or its time is none."""
    source, at = verification.source or plugin, verification.at
    if not isinstance(source, str) or (at is not None and at.tzinfo is None):
        raise TypeError(source)
    return {name: Answer(value, source[:100], at) for name, value in _plain(verification.facts).items()}


def _plain(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Facts as a store keeps them; a TypeError where a value is neither a text, a number, True, False nor None."""
    strange = next((name for name, value in facts.items() if not isinstance(value, _PLAIN)), None)
    if strange is not None:
        raise TypeError(strange)
    return facts


@contextmanager
def _plugin_errors(hook: str) -> Iterator[None]:
    """Let leadkit's errors through, and tell a plugin's own as one of them."""
    try:
        yield
    except LeadkitError:
        raise
    except Exception as error:
        raise PluginError(Problem(f"failed in {hook} ({type(error).__name__})", place="a plugin")) from error
