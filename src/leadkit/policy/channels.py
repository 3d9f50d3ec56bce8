"""The channels by which leads come: what each is called, and what parts it from its detail."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from leadkit.records import text
from leadkit.records.fields import RECORD, Text
from leadkit.records.lead import Lead
from leadkit.records.text import fold
from leadkit.records.text.memory import Memory
from leadkit.rules.facts import refuse

Mark = Annotated[str, Field(min_length=1, max_length=10)]


class Channels(BaseModel):
    """Which spellings are one channel, and how a source such as `展会-2026工博会` is parted.

    `aliases` has for a channel its other spellings: they are counted as the channel, and in rules they are it. What was
    written stays in the record. `split` are the marks that part a channel from its detail, in a sheet; without it
    leadkit finds them itself, and with none a source is never parted. A source that is an alias as a whole has no
    detail.
    """

    model_config = RECORD

    split: tuple[Mark, ...] | None = None
    """The marks that part a channel from its detail; left out, leadkit finds them, and `[]` parts nothing."""
    aliases: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    """For each channel its other spellings."""

    @model_validator(mode="after")
    def _a_spelling_is_one_channel(self) -> Self:
        named: dict[str, str] = {}
        for channel, spellings in self.aliases.items():
            for spelling in (channel, *spellings):
                other = named.setdefault(_form(spelling), channel)
                if other != channel:
                    raise refuse(f"{spelling!r} is {other} and {channel}", "a spelling belongs to one channel")
        return self

    def canonical(self, channel: str | None) -> str | None:
        """The channel as it is counted: the one that it is an alias of, else itself."""
        if channel is None or not self.aliases:
            return channel
        counted: str | None = self._memory.get(channel)
        return counted or self._memory.keep(channel, self._by_form.get(_form(channel), channel))

    def read(self, source: str) -> tuple[str, str | None]:
        """The channel and the detail of a source as a sheet has it, both as they are written."""
        if self.aliases and _form(source) in self._by_form:
            return source.strip(), None
        if self.split is None:
            return text.read_source(source)
        whole = source.strip()
        parted = [(whole.find(mark), mark) for mark in self.split if whole.find(mark) > 0]
        if not parted:
            return whole, None
        at, mark = min(parted, key=lambda place: (place[0], -len(place[1])))
        return whole[:at].strip(), whole[at + len(mark) :].strip() or None

    def counted(self, lead: Lead) -> Lead:
        """The lead with its channel as it is counted."""
        source = lead.source
        channel = self.canonical(source.channel) if source is not None and self.aliases else None
        if source is None or channel is None or channel == source.channel:
            return lead
        return lead.model_copy(update={"source": source.model_copy(update={"channel": channel})})

    @cached_property
    def _memory(self) -> Memory:
        return Memory()

    @cached_property
    def forms(self) -> dict[str, tuple[str, ...]]:
        """For each channel its spellings in lower case, its own included."""
        return {channel: tuple(map(_form, (channel, *names))) for channel, names in self.aliases.items()}

    @cached_property
    def _by_form(self) -> dict[str, str]:
        return {form: channel for channel, forms in self.forms.items() for form in forms}


NO_CHANNELS = Channels.model_construct()


def _form(spelling: str) -> str:
    """What two spellings have in common that are one: whatever their case, width and spaces."""
    return fold(spelling).casefold()
