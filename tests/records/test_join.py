"""Leads of one customer are joined, whatever their order; what they say is kept, and what differs is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import leadkit as lk
from leadkit.records.duplicates import all_keys, companies_of
from leadkit.records.fields import LONGEST_TEXT, FrozenDict
from leadkit.records.join import Difference, Join, join, join_duplicates, merged
from leadkit.records.lead_fields import given as is_given
from leadkit.records.text import fold

PLACES, CORES = ("", "北京", "上海"), ("北辰智造", "远航机器人")
COMPANIES = [None, "个人", "测试公司", *(f"{place}{core}有限公司" for place in PLACES for core in CORES)]
PHONES = [None, "13812340001", "+86 138 1234 0001", "13812340002", "13812340003", "13800000000", "400-820-8820", "待补"]
MAILS = [None, "li@acme.cn", "LI@acme.cn", "wu@acme.cn", "test@test.com"]
WORDS = st.sampled_from(["a", "b", "c"])
CONTACTS = st.builds(
    lk.Contact,
    name=st.sampled_from([None, "王一", "李二", "N/A"]),
    job_title=st.sampled_from([None, "总经理", "技术员"]),
    phone=st.sampled_from(PHONES),
    email=st.sampled_from(MAILS),
)


@st.composite
def leads(draw: st.DrawFn, number: int = 1) -> lk.Lead:
    """Leads that have a company, a phone and an address in common, or not, and say the same of all else, or not."""
    maybe = st.none() | WORDS
    low = draw(st.none() | st.integers(1, 2))
    return lk.Lead(
        id=f"L{number}",
        source=draw(st.none() | st.builds(lk.Source, channel=WORDS, detail=maybe)),
        tags=tuple(draw(st.sets(WORDS))),
        received_at=draw(st.none() | st.just(datetime(2026, 8, number % 28 + 1, tzinfo=UTC))),
        entered_by=draw(maybe),
        external_id=draw(maybe),
        external_system=draw(maybe),
        company=lk.Company(
            name=draw(st.sampled_from(COMPANIES)), industry=draw(maybe), size=draw(maybe), website=draw(maybe)
        ),
        contact=draw(CONTACTS),
        need=lk.Need(
            description=draw(
                st.none() | st.lists(st.sampled_from(["要设备", "预算5万", "预算15万", "无"])).map("\n".join)
            ),
            product=draw(maybe),
            budget=low and lk.Budget(low=Decimal(low), high=Decimal(low + draw(st.integers(0, 2)))),
            purchase_by=draw(st.none() | st.sampled_from([date(2026, 9, 1), date(2026, 10, 1)])),
        ),
        custom=FrozenDict(draw(st.dictionaries(WORDS, st.booleans() | st.integers(0, 2) | WORDS, max_size=2))),
        owner=draw(maybe),
    )


FIRMS = st.sampled_from(COMPANIES).map(lambda name: lk.Company(name=name))
SHORT = st.lists(st.builds(lk.Lead, id=st.just("L"), company=FIRMS, contact=CONTACTS), min_size=1, max_size=8)
SHORT = SHORT.map(lambda drawn: [lead.model_copy(update={"id": f"L{n}"}) for n, lead in enumerate(drawn)])
"""Leads that say no more than who comes from which company."""
MANY = st.integers(1, 4).flatmap(lambda number: st.tuples(*map(leads, range(number)))).map(list)
"""A few that say much."""


def partition(given_leads: list[lk.Lead]) -> set[frozenset[str]]:
    """The ids of the leads of each customer."""
    result = join_duplicates(given_leads)
    return {
        frozenset([first.id, *(one for one, to in result.joined_to.items() if to == first.id)])
        for first in result.leads
    }


def closed(items: list[Any], related: Callable[[Any, Any], bool]) -> list[list[Any]]:
    """Groups of all that are related, or related to what is."""
    groups = [[item] for item in items]
    while True:
        for one, other in combinations(groups, 2):
            if any(related(a, b) for a in one for b in other):
                groups = [group for group in groups if group is not one and group is not other] + [one + other]
                break
        else:
            return groups


def plainly(given_leads: list[lk.Lead]) -> set[frozenset[str]]:
    """The customers as one would tell them on paper: companies, then names without a place, then who names none."""
    keys = {lead.id: set(all_keys(lead, "CN")) for lead in given_leads}
    names = {lead.id: companies_of(lead) for lead in given_leads}
    places = {(name.core, name.place) for every in names.values() for name in every if name.place}

    def resolved(lead_id: str) -> set[tuple[str, str]]:
        known = set()
        for name in names[lead_id]:
            same = {place for core, place in places if core == name.core}
            known.add((name.core, name.place or (same.pop() if len(same) == 1 else "")))
        return known

    firms = closed([one for one in names if names[one]], lambda a, b: bool(resolved(a) & resolved(b)))
    parties = closed([one for one in names if not names[one]], lambda a, b: bool(keys[a] & keys[b]))
    party_keys = [set().union(*(keys[one] for one in party)) for party in parties]

    def linked(a: str, b: str) -> bool:
        return bool(keys[a] & keys[b]) or any(keys[a] & through and keys[b] & through for through in party_keys)

    def unclear(firm: list[str]) -> bool:
        cores = {name.core for one in firm for name in names[one]}
        several = any(len({place for core, place in places if core == wanted}) > 1 for wanted in cores)
        return several and not any(name.place for one in firm for name in names[one])

    placed = [firm for firm in firms if not unclear(firm)]
    result = {id(firm): list(firm) for firm in placed}
    for firm in firms:
        if unclear(firm):
            homes = [home for home in placed if any(
                linked(a, b) and {n.core for n in names[a]} & {n.core for n in names[b]} for a in firm for b in home
            )]  # fmt: skip
            result.setdefault(id(homes[0]) if len(homes) == 1 else id(firm), []).extend(firm)
    before = {key: list(group) for key, group in result.items()}
    for party, through in zip(parties, party_keys, strict=True):
        homes = [key for key, group in before.items() if any(keys[one] & through for one in group)]
        result.setdefault(homes[0] if len(homes) == 1 else id(party), []).extend(party)
    return {frozenset(group) for group in result.values()}


def texts(value: Any, name: str = "") -> Iterator[str]:
    """Every text that a record says and that says something, as it is compared."""
    if isinstance(value, BaseModel):
        for inner, part in value:
            yield from texts(part, inner)
    elif isinstance(value, dict):
        for inner, part in value.items():
            yield from texts(part, inner)
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part, name)
    elif isinstance(value, str) and name == "description":
        yield from filter(None, map(fold, value.splitlines() if is_given("need", value) else ()))
    elif value is not None and name not in {"id", "status", "low", "high", "currency"}:
        field = {"name": "company", "description": "need"}.get(name, name)
        text = value.isoformat() if isinstance(value, date) else str(value)
        if not isinstance(value, str) or is_given(field, text):
            yield fold(text.lower() if name == "email" else text)


class TestWhichBelongTogether:
    """Phones, addresses and companies, never two companies; the order of the rows makes no difference."""

    @settings(max_examples=300)
    @given(SHORT)
    def test_as_told_on_paper(self, given_leads):
        assert partition(given_leads) == plainly(given_leads)

    @given(SHORT, st.randoms())
    def test_in_any_order(self, given_leads, random):
        mixed = random.sample(given_leads, len(given_leads))
        assert partition(mixed) == partition(given_leads)
        assert [lead.id for lead in join_duplicates(mixed).leads] == [
            lead.id for lead in mixed if lead.id not in join_duplicates(mixed).joined_to
        ]

    @given(SHORT)
    def test_once_joined_nothing_is_left_to_join(self, given_leads):
        first = join_duplicates(given_leads)
        assert join_duplicates(first.leads) == type(first)(first.leads, ())

    @given(SHORT)
    def test_no_two_companies_are_joined(self, given_leads):
        for lead in join_duplicates(given_leads).leads:
            assert len({(name.core, name.place) for name in companies_of(lead)}) < 2

    @given(SHORT)
    def test_every_lead_is_kept_or_listed_once(self, given_leads):
        result = join_duplicates(given_leads)
        assert sorted(lead.id for lead in given_leads) == sorted(
            [*(lead.id for lead in result.leads), *(one.lead_id for one in result.joins)]
        )

    @given(SHORT)
    def test_what_they_have_in_common_is_told(self, given_leads):
        keys = {lead.id: set(all_keys(lead, "CN")) for lead in given_leads}
        result = join_duplicates(given_leads)
        for one in result.joins:
            group = [one.to, *(key for key, to in result.joined_to.items() if to == one.to)]
            shared = keys[one.lead_id] & set().union(*(keys[other] for other in group if other != one.lead_id))
            kinds = {key.partition(":")[0] for key in shared}
            assert one.by == ("phone" if "phone" in kinds else "email" if "email" in kinds else "company")

    def test_a_partner_enters_many_customers(self):
        given_leads = [_lead(1, "甲客户机械有限公司"), _lead(2, "乙客户电子有限公司"), _lead(3, "甲客户机械")]
        assert join_duplicates(given_leads).joined_to == {"L3": "L1"}

    def test_who_names_no_company_under_the_phone_of_several_stays_alone(self):
        given_leads = [_lead(3, None), _lead(1, "甲客户机械有限公司"), _lead(2, "乙客户电子有限公司"), _lead(4, "个人")]
        assert join_duplicates(given_leads).joined_to == {"L4": "L3"}

    def test_who_names_no_company_is_the_only_customer_with_that_phone(self):
        assert join_duplicates([_lead(3, None), _lead(1, "甲客户机械有限公司")]).joined_to == {"L1": "L3"}

    @pytest.mark.parametrize("company", ["个人", "无", "N/A", "test", "某公司", "XX公司"])
    def test_nobodys_company_joins_nobody(self, company):
        assert join_duplicates([_lead(n, company, phone=f"1381234000{n}") for n in (1, 2)]).joins == ()

    @pytest.mark.parametrize("phone", ["13800000000", "400-820-8820", "11111111111", "无"])
    def test_nobodys_phone_joins_nobody(self, phone):
        assert join_duplicates([_lead(n, None, phone=phone) for n in (1, 2)]).joins == ()

    def test_one_id_is_one_lead(self):
        result = join_duplicates([_lead(1, "甲客户机械有限公司"), _lead(1, "乙客户电子有限公司")])
        assert [one.by for one in result.joins] == ["id"]
        assert result.leads[0].other_values == {"company": ("乙客户电子有限公司",)}
        assert result.joined_to == {}


class TestWhatIsKept:
    """The first lead's values stay, the later one's stand beside them, and nothing is said twice."""

    @given(MANY)
    def test_everything(self, given_leads):
        result = join_duplicates(given_leads)
        kept = {lead.id: " ".join(texts(lead)).lower() for lead in result.leads}
        for lead in given_leads:
            home = kept[result.joined_to.get(lead.id, lead.id)]
            phones = {fold(phone) for phone in [lead.contact.phone] if phone}
            assert [text for text in texts(lead) if text.lower() not in home and text not in phones] == []
            keys = {key for one in result.leads for key in all_keys(one, "CN")}
            assert set(all_keys(lead, "CN")) <= keys

    @given(leads(1), leads(2))
    def test_the_first_says_what_it_said(self, first, later):
        both = join(first, later)
        for path in ("company.name", "company.industry", "need.product", "need.purchase_by", "owner", "id", "status"):
            before, after = _at(first, path), _at(both, path)
            assert after == before or before is None or not is_given("company", str(before))

    @given(leads(1), leads(2))
    def test_again_it_changes_nothing(self, first, later):
        both = join(first, later)
        assert join(both, later) == both
        assert join(both, first) == both
        assert join(first, first) == first

    def test_of_two_phones_that_are_nobodys_the_first_stays(self):
        first = _lead(1, None, phone="13800000000")
        contact = lk.Contact(name="王一", phone="待补", job_title="总经理")
        later = _lead(2, None).model_copy(update={"contact": contact})
        assert join(first, later).contact.phone == join(join(first, later), first).contact.phone == "13800000000"

    @given(leads(1), leads(2))
    def test_a_difference_is_kept_in_the_record(self, first, later):
        result = merged(first, later)
        kept = " ".join(texts(result.lead)).lower() + str(result.lead.other_values).lower()
        for difference in result.differences:
            assert difference.kept != difference.other
            assert all(
                fold(line).lower() in kept
                for line in difference.other.splitlines()
                if difference.field not in {"phone", "source"}
            )

    @given(leads(1), leads(2))
    def test_the_record_can_be_stored(self, first, later):
        both = join(first, later)
        assert lk.Lead.model_validate(both.model_dump()) == lk.Lead.model_validate_json(both.model_dump_json()) == both

    def test_names_of_fields_and_texts(self):
        first = _lead(1, "甲客户机械有限公司", budget=lk.Budget(low=5, high=8), industry="机械", custom={"base": 1})
        later = _lead(2, "甲客户机械", budget=lk.Budget(high=300), industry="电子", custom={"base": 2}, name="王二")
        result = merged(first, later)
        assert result.differences == (
            Difference("company", "甲客户机械有限公司", "甲客户机械"),
            Difference("industry", "机械", "电子"),
            Difference("contact", "王一", "王二"),
            Difference("budget", "5-8 CNY", "300 CNY"),
            Difference("custom.base", "1", "2"),
        )
        assert result.lead.other_values == {
            "company": ("甲客户机械",), "industry": ("电子",), "budget": ("300 CNY",), "custom.base": ("2",),
        }  # fmt: skip
        assert [contact.name for contact in result.lead.other_contacts] == ["王二"]
        assert "王二" not in repr(result)

    def test_one_person_under_another_title_is_kept_as_both(self):
        first = _lead(1, "甲客户机械").model_copy(update={"contact": _contact("采购专员")})
        both = join(first, _lead(2, "甲客户机械").model_copy(update={"contact": _contact("总经理")}))
        assert [contact.job_title for contact in (both.contact, *both.other_contacts)] == ["采购专员", "总经理"]

    def test_who_is_known_by_nothing_in_common_is_somebody_else(self):
        first = _lead(1, "甲客户机械").model_copy(update={"contact": lk.Contact(name="王一")})
        later = _lead(2, "甲客户机械").model_copy(update={"contact": lk.Contact(email="li@acme.cn")})
        both = join(first, later)
        assert (both.contact.email, [one.email for one in both.other_contacts]) == (None, ["li@acme.cn"])

    def test_an_equal_source_is_no_other_source(self):
        source = lk.Source(channel="展会")
        first, later = (_lead(n, "甲客户机械").model_copy(update={"source": source}) for n in (1, 2))
        assert join(first, later).other_sources == ()

    @pytest.mark.parametrize(("first", "later", "both"), [
        ("预算15万", "5万", "预算15万\n5万"),
        ("要设备", "要设备", "要设备"),
        ("要设备\n尽快", "尽快\n预算5万", "要设备\n尽快\n预算5万"),
        ("无", "要设备", "要设备"),
        ("要设备", "测试", "要设备"),
        (None, "要设备", "要设备"),
    ])  # fmt: skip
    def test_both_needs_by_line(self, first, later, both):
        assert join(_lead(1, None, need=first), _lead(2, None, need=later)).need.description == both

    def test_one_time_in_two_zones_is_no_difference(self):
        there = datetime(2026, 8, 1, 8, tzinfo=timezone(timedelta(hours=8)))
        first, later = (
            _lead(n, None).model_copy(update={"entered_at": time})
            for n, time in enumerate((there, there.astimezone(UTC)))
        )
        assert merged(first, later).differences == ()
        assert join(first, later) == first

    def test_needs_that_are_too_long_together_stand_apart(self):
        long = "x" * (LONGEST_TEXT - 1) + "y"
        both = join(_lead(1, None, need="要设备"), _lead(2, None, need=long))
        assert (both.need.description, both.other_values) == ("要设备", {"need": (long,)})

    def test_who_entered_a_lead_when_and_whose_it_is_never_comes_from_another(self):
        later = _lead(2, None).model_copy(
            update={"owner": "li", "entered_by": "wu", "received_at": datetime(2026, 8, 1, tzinfo=UTC)}
        )
        both = join(_lead(1, None), later)
        assert (both.owner, both.entered_by, both.received_at) == (None, None, None)
        assert both.other_values == {
            "owner": ("li",), "entered_by": ("wu",), "received_at": ("2026-08-01T00:00:00+00:00",),
        }  # fmt: skip

    def test_the_id_in_another_system_goes_with_that_system(self):
        first = _lead(1, None).model_copy(update={"external_id": "7", "external_system": "hubspot"})
        later = _lead(2, None).model_copy(update={"external_id": "9", "external_system": "zoho"})
        both = join(first, later)
        assert (both.external_id, both.external_system, both.other_values) == (
            "7", "hubspot", {"external_id": ("zoho:9",)},
        )  # fmt: skip

    def test_many_of_one_customer_are_joined_in_time(self):
        given_leads = [_lead(n, "甲客户机械", phone=f"138{n:08}", name=f"王{n}") for n in range(10_001, 12_001)]
        result = join_duplicates(given_leads)
        assert (len(result.leads), len(result.leads[0].other_contacts)) == (1, 1_999)

    def test_a_worklist_passes_the_joins_on(self, standard, now):
        work = lk.worklist(standard, [_lead(1, "甲客户机械"), _lead(2, "甲客户机械")], as_of=now)
        assert work.joins == (Join("L2", "L1", "phone", ()),)


def _lead(number: int, company: str | None, **parts: Any) -> lk.Lead:
    return lk.Lead(
        id=f"L{number}",
        company=lk.Company(name=company, industry=parts.get("industry")),
        contact=lk.Contact(name=parts.get("name", "王一"), phone=parts.get("phone", "13955550000")),
        need=lk.Need(description=parts.get("need"), budget=parts.get("budget")),
        custom=FrozenDict({name: Decimal(value) for name, value in parts.get("custom", {}).items()}),
    )


def _contact(title: str) -> lk.Contact:
    return lk.Contact(name="王一", job_title=title, phone="13955550000")


def _at(record: Any, path: str) -> Any:
    for step in path.split("."):
        record = getattr(record, step)
    return record
