"""Who is told of what, and where it can be looked at."""

from __future__ import annotations

from string import Formatter
from typing import Annotated
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from leadkit.records.fields import RECORD, Code, Role, Text
from leadkit.rules.facts import near, refuse

LEAD, OPPORTUNITY = "lead_id", "opportunity_id"


def _address(link: str) -> str:
    """Refuse what is no address with one of the two ids in it."""
    try:
        parts = [(name, form or turned) for _, name, form, turned in Formatter().parse(link) if name is not None]
        host = urlsplit(link).netloc
    except ValueError:
        raise refuse("has braces or brackets that do not fit", "write {lead_id} or {opportunity_id}") from None
    strange = next((name for name, form in parts if name not in {LEAD, OPPORTUNITY} or form), None)
    if strange is not None:
        raise refuse(f"there is no {{{strange}}} in a link", near(strange, (LEAD, OPPORTUNITY)))
    if not link.startswith(("http://", "https://")) or not host or "{" in host or not link.isprintable() or " " in link:
        raise refuse("must be an address that begins with https:// or http://", "https://crm.example/leads/{lead_id}")
    if not parts:
        raise refuse("names neither {lead_id} nor {opportunity_id}", "https://crm.example/leads/{lead_id}")
    return link


Link = Annotated[Text, AfterValidator(_address)]


class Everybody(BaseModel):
    """Several receivers of one notice, each of whom gets it: `owner`, `approver`, `expert` or a role."""

    model_config = RECORD

    all: tuple[Role, ...] = Field(min_length=1, max_length=50)
    """The receivers, each of whom gets the notice."""


class Notices(BaseModel):
    """For each kind of notice who may get it, in order: the first that there is gets it.

    That is `owner`, `approver`, `entered_by` (the member of the team who entered the lead) or a role.

    With `{ all = [...] }` every one of them gets it. `expert` is who was asked, in notices about that.

    `notifiers` are the names of those that every notice is for, wherever they run: a notice is done when each of them
    has it. Others that a desk has are told, too.

    `link` is where a lead can be looked at, with `{lead_id}` for its id, and `opportunity_link` the same of an
    opportunity, with `{opportunity_id}`; every notice carries the one that fits.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow", defer_build=True)
    __pydantic_extra__: dict[Code, tuple[Role, ...] | Everybody] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]

    notifiers: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    """The notifiers that every notice is for, by name."""
    link: Link | None = None
    """The address of a lead, with `{lead_id}` in it."""
    opportunity_link: Link | None = None
    """The address of an opportunity, with `{opportunity_id}` in it."""

    def receivers(self, kind: str) -> tuple[str, ...]:
        """Who may get a notice of this kind, in order."""
        named = (self.__pydantic_extra__ or {}).get(kind, ())
        return named.all if isinstance(named, Everybody) else named

    def reaches_all(self, kind: str) -> bool:
        """Whether a notice of this kind goes to everybody who may get it, and not to the first."""
        return isinstance((self.__pydantic_extra__ or {}).get(kind), Everybody)

    def link_to(self, lead_id: str | None, opportunity_id: str | None) -> str | None:
        """Where a lead or an opportunity can be looked at; None where the policy has no address that fits."""
        ids = {LEAD: lead_id, OPPORTUNITY: opportunity_id}
        known = {name: quote(value, safe="") for name, value in ids.items() if value is not None}
        for link in (self.opportunity_link if opportunity_id else None, self.link):
            if link is not None and all(name is None or name in known for _, name, _, _ in Formatter().parse(link)):
                return link.format(**known)
        return None
