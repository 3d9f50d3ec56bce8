"""The content library: what a company has to send, for which stage, industry and language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from pydantic import BaseModel, Field, field_validator

from leadkit.errors import Problem
from leadkit.process.nurture import Nurturing
from leadkit.records.fields import RECORD, Code, Text
from leadkit.rules.facts import near, refuse
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

    def piece(self, content_id: str) -> Content | None:
        """The piece with this id; None where there is none."""
        return next((item for item in self.content if item.id == content_id), None)

    def misfits(self, nurturing: Nurturing | None, answers: Collection[str] = ()) -> Iterator[Problem]:
        """What the stages of a policy have no use for: a kind or a stage that they don't name.

        `answers` are the ids of pieces that answer objections; those need no stage.
        """
        if nurturing is None:
            return
        kinds = tuple(dict.fromkeys(kind for stage in nurturing.stages.values() for kind in stage.content))
        for place, item in enumerate(self.content):
            path = f"content.{place}"
            if item.kind not in kinds and item.id not in answers:
                hint = near(item.kind, kinds)
                yield Problem(f"no stage of [nurture] has content of the kind {item.kind}", hint, path=f"{path}.kind")
            for stage in item.stages:
                if stage not in nurturing.stages:
                    hint = near(stage, nurturing.stages)
                    yield Problem(f"[nurture] has no stage {stage}", hint, path=f"{path}.stages")

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
