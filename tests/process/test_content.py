"""The content library: what suits a lead, best first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from leadkit.process.content import Content, ContentLibrary
from tests.desk.desks import lead, open_desk, touch

KINDS = ("product_basics", "success_story", "testimonial")
STAGES = ("awareness", "interest")
INDUSTRIES = ("新能源", "智能制造", "医疗")
ANYWHERE = {"stage": "interest", "industry": "新能源", "language": "zh_CN"}


def content(number: int, **said: Any) -> Content:
    return Content(**{"id": f"c{number}", "title": f"内容{number}", "kind": "success_story", **said})


LIBRARIES = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(KINDS),
            "stages": st.lists(st.sampled_from(STAGES), max_size=2, unique=True).map(tuple),
            "industries": st.lists(st.sampled_from(INDUSTRIES), max_size=2, unique=True).map(tuple),
            "language": st.sampled_from(["zh_CN", "en"]),
        }
    ),
    max_size=12,
).map(lambda many: ContentLibrary(content=tuple(content(number, **said) for number, said in enumerate(many))))
ASKED = st.fixed_dictionaries(
    {
        "kinds": st.lists(st.sampled_from(KINDS), unique=True),
        "stage": st.sampled_from(STAGES),
        "industry": st.none() | st.sampled_from(INDUSTRIES),
        "language": st.sampled_from(["zh_CN", "en"]),
        "sent": st.sets(st.sampled_from([f"c{number}" for number in range(12)])),
    }
)


def ids(found: tuple[Content, ...]) -> list[str]:
    return [one.id for one in found]


class TestSuggestions:
    """2.5 Content comes from a content library, predefined by the company, chosen by stage and industry."""

    @given(LIBRARIES, ASKED)
    def test_what_fits_is_suggested_and_nothing_else(self, library, asked):
        found = library.suggest(**asked)
        fits = {
            one.id
            for one in library.content
            if one.kind in asked["kinds"]
            and one.language == asked["language"]
            and one.id not in asked["sent"]
            and (one.stages == () or asked["stage"] in one.stages)
            and (one.industries == () or asked["industry"] in one.industries)
        }
        assert (set(ids(found)), len(found)) == (fits, len(fits))

    @given(LIBRARIES, ASKED)
    def test_made_for_the_industry_comes_first_then_the_kind_that_is_preferred_then_the_companys_order(
        self, library, asked
    ):
        found = library.suggest(**asked)
        places = [(one.industries == (), asked["kinds"].index(one.kind), library.content.index(one)) for one in found]
        assert places == sorted(places)

    @given(LIBRARIES, ASKED)
    def test_what_was_sent_is_not_suggested_again_until_nothing_is_left(self, library, asked):
        sent = set(asked["sent"])
        while found := library.suggest(**{**asked, "sent": sent}):
            assert found[0].id not in sent
            sent.add(found[0].id)
        assert len(sent - asked["sent"]) == len(library.suggest(**asked))

    def test_an_unknown_industry_gets_what_suits_every_one(self):
        library = ContentLibrary(content=(content(1, industries=("新能源",)), content(2)))
        assert ids(library.suggest(["success_story"], **{**ANYWHERE, "industry": None})) == ["c2"]

    def test_an_empty_library_suggests_nothing(self):
        assert ContentLibrary().suggest(KINDS, **ANYWHERE) == ()


class TestLibrary:
    """The library is checked when it is made."""

    def test_an_id_stands_once(self):
        with pytest.raises(ValidationError, match="c1 stands twice"):
            ContentLibrary(content=(content(1), content(2), content(1)))

    @pytest.mark.parametrize(
        "said", [{"id": "Two words"}, {"kind": ""}, {"language": "de"}, {"stages": ("In Between",)}, {"price": 3}]
    )
    def test_what_is_no_content_is_refused(self, said):
        with pytest.raises(ValidationError):
            content(1, **said)


class TestDesk:
    """2.4, 2.5 At each stage the content that the policy names for it, in its order."""

    LIBRARY = ContentLibrary(
        content=(
            content(1, kind="free_trial"),
            content(2, kind="success_story"),
            content(3, kind="success_story", industries=("智能制造",)),
            content(4, kind="success_story", industries=("医疗",)),
            content(5, kind="success_story", language="en"),
            content(6, kind="visit"),
            content(7, kind="tailored_proposal", stages=("interest",)),
        )
    )

    def test_a_lead_is_sent_what_suits_its_stage_and_industry(self):
        desk = open_desk(content=self.LIBRARY)
        desk.capture(lead(1))
        assert (desk.lead("L1").nurture_stage, ids(desk.suggest("L1"))) == ("interest", ["c3", "c2", "c1"])
        assert ids(desk.suggest("L1", sent=["c3"], language="zh_CN")) == ["c2", "c1"]
        assert ids(desk.suggest("L1", language="en")) == ["c5"]

    def test_at_the_next_stage_it_is_sent_something_else(self):
        desk = open_desk(content=self.LIBRARY)
        desk.capture(lead(1))
        desk.record(touch(1))
        assert (desk.lead("L1").nurture_stage, ids(desk.suggest("L1"))) == ("consideration", ["c6"])

    def test_without_a_library_nothing_is_suggested(self):
        desk = open_desk()
        desk.capture(lead(1))
        assert desk.suggest("L1") == ()
