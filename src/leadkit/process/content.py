"""The content library: what a company has to send, for which stage, industry and language."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pydantic import BaseModel, Field, field_validator

from leadkit.records.fields import RECORD, Code, Text
from leadkit.rules.facts import refuse
from leadkit.texts import Language


class Content(BaseModel):
    """One thing to send. `kind` is a content code of the policy's `[nurture]`, such as `success_story`.

    Without `industries` it suits every one, without `stages` the stages that its kind belongs to. `link` says where it
    lies.
    """

    model_config = RECORD

    id: Code
    title: Text
    kind: Code
    stages: tuple[Code, ...] = ()
    industries: tuple[Text, ...] = ()
    language: Language = "zh_CN"
    link: Text | None = None


class ContentLibrary(BaseModel):
    """All that there is to send, in the company's order of preference."""

    model_config = RECORD

    content: tuple[Content, ...] = Field(default=(), max_length=10_000)

    @field_validator("content")
    @classmethod
    def _ids_are_different(cls, content: tuple[Content, ...]) -> tuple[Content, ...]:
        seen: set[str] = set()
        for item in content:
            if item.id in seen:
                raise refuse(f"{item.id} stands twice", "give each its own id")
            seen.add(item.id)
        return content

    def suggest(
        self,
        kinds: Iterable[str],
        *,
        stage: str,
        industry: str | None,
        language: Language,
        sent: Collection[str] = (),
    ) -> tuple[Content, ...]:
        """What suits a lead, best first: in the order of `kinds`, made for its industry before what suits every one.

        What stands in `sent`, by id, is left out.
        """
        order = {kind: place for place, kind in enumerate(kinds)}
        fitting = [
            item
            for item in self.content
            if item.kind in order
            and item.language == language
            and (not item.stages or stage in item.stages)
            and (not item.industries or industry in item.industries)
            and item.id not in sent
        ]
        return tuple(sorted(fitting, key=lambda item: (not item.industries, order[item.kind])))
