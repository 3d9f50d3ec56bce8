from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise
from unicodedata import normalize

import opencc
import phonenumbers
import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkit.adapters.spreadsheets.table import Cell, Table
from leadkit.demo import words
from leadkit.demo.company import sample_tables
from leadkit.errors import FactError

LEADS, FOLLOW_UPS = sample_tables()
MANY_LEADS, MANY_FOLLOW_UPS = sample_tables(leads=5_000, activities=15_000)
GENERATED = [dict(zip(MANY_LEADS.heads, row, strict=True)) for row in MANY_LEADS.rows[2:]]
TOUCHES = [dict(zip(MANY_FOLLOW_UPS.heads, row, strict=True)) for row in MANY_FOLLOW_UPS.rows[2:]]


def texts(cells: Iterable[Cell]) -> list[str]:
    return [cell for cell in cells if isinstance(cell, str)]


def share(found: Iterable[object], of: Iterable[object]) -> float:
    return len(list(found)) / len(list(of))


def day_of(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    written = re.fullmatch(r"(\d{4})\D(\d+)\D(\d+)日?( \d\d:\d\d)?", str(cell))
    try:
        return date(*map(int, written.group(1, 2, 3))) if written else None
    except ValueError:
        return None


def national_number(phone: Cell) -> str | None:
    text = normalize("NFKC", str(phone)).replace("转", " ext. ")
    if re.search(r"[*a-z]", text.replace("ext", "")):
        return None
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, 0) if phonenumbers.is_valid_number(number) else None


ENTERED = {lead["序号"]: day_of(lead["录入时间"]) for lead in GENERATED}
PHONES = [national_number(lead["电话"]) for lead in GENERATED]


EXAMPLES = """\
1 | 官网-产品咨询 | 科技有限公司 | 智能制造 | 中型 | ~ | 采购经理 | 138 | zhangxx | \
采购型号设备,预算50-80万,Q3落地 | 官网 | ~ | 2023-08-01
2 | 展会-2023年工博会 | YY实业集团 | 新能源 | 大型 | ~ | 总工程师 | 1395678 | wangyy | \
知晓智能生产线解决方案,需定制化 | 展会 | 赵六 | 2023-08-03
1001 | 2023-08-05 | 邮件 | 发送《设备产品手册》及成功案例 | \
已收到,对案例中"降低能耗30%"感兴趣 | 8月10日电话沟通具体需求细节 | ~
1001 | 2023-08-10 | 电话 | 询问设备采购核心痛点与预算范围 | \
需求为提升生产效率,预算可提至90万 | 8月15日邀请参加线上产品演示 | ~
"""


class TestEqualArgumentsGiveEqualSheets:
    @settings(max_examples=15, deadline=None)
    @given(st.integers(0, 2**40), st.integers(3, 150), st.integers(2, 300))
    def test_every_pair_of_runs_agrees_and_has_the_rows_asked_for(self, seed: int, leads: int, activities: int) -> None:
        first, second = sample_tables(seed, leads, activities), sample_tables(seed, leads, activities)
        assert first == second
        assert [len(table.rows) for table in first] == [leads, activities]
        assert {len(row) for row in first[0].rows} == {13}
        assert {len(row) for row in first[1].rows} == {7}

    def test_another_seed_gives_other_sheets(self) -> None:
        ours, others = sample_tables(1), sample_tables(2)
        assert ours[0].rows[3:] != others[0].rows[3:]
        assert ours[1].rows[2:] != others[1].rows[2:]

    @pytest.mark.parametrize(("leads", "activities"), [(2, 600), (200, 1), (-5, 600)])
    def test_too_few_rows_are_refused(self, leads: int, activities: int) -> None:
        with pytest.raises(FactError, match="at least 3 leads and 2 activities"):
            sample_tables(1, leads, activities)


class TestTheTemplates:
    """The heads and the example rows are those of the templates; the generated sheets go on from them."""

    def test_titles_and_heads(self) -> None:
        assert (LEADS.title, FOLLOW_UPS.title) == ("线索信息表", "线索培育跟进表")
        assert (
            " | ".join(LEADS.heads) == "序号 | 线索来源 | 企业名称 | 行业 | 企业规模 | 联系人 | 职位 | 电话 | 邮箱"
            " | 初步需求描述 | 来源标签 | 录入人 | 录入时间"
        )
        assert (
            " | ".join(FOLLOW_UPS.heads) == "线索ID | 跟进时间 | 跟进方式 | 跟进内容 | 客户反馈 | 下次跟进计划 | 跟进人"
        )

    def test_the_example_rows_stand_first(self) -> None:
        rows = (*LEADS.rows[:2], *FOLLOW_UPS.rows[:2])
        assert [" | ".join("~" if cell is None else str(cell) for cell in row) for row in rows] == EXAMPLES.splitlines()

    def test_lead_1001_fits_its_follow_ups(self) -> None:
        lead = dict(zip(LEADS.heads, LEADS.rows[2], strict=True))
        assert (lead["序号"], lead["企业规模"], lead["职位"]) == (1001, "中型", "采购经理")
        assert lead["初步需求描述"] == "采购X200型设备,预算50-80万,Q3落地"
        assert day_of(lead["录入时间"]) == date(2023, 8, 1)
        assert national_number(lead["电话"]) == "+8613816270418"

    def test_the_numbers_count_on_from_1001_in_the_order_of_days(self) -> None:
        assert [lead["序号"] for lead in GENERATED] == list(range(1001, 1001 + len(GENERATED)))
        days = [day for lead in GENERATED[1:] if (day := day_of(lead["录入时间"]))]
        assert all(earlier <= later for earlier, later in pairwise(days))
        assert (min(days), max(days)) == (date(2023, 6, 1), date(2023, 9, 28))


class TestContacts:
    def test_every_mail_host_is_reserved(self) -> None:
        cells = [
            *(cell for row in MANY_LEADS.rows for cell in row),
            *(cell for row in MANY_FOLLOW_UPS.rows for cell in row),
        ]
        mails = [cell for cell in texts(cells) if "@" in cell]
        hosts = {mail.rpartition("@")[2] for mail in mails} - {""}
        assert {host for host in hosts if not host.endswith(".example")} == {"example.com", "example.cn"}
        assert len(mails) > 4_000

    def test_mails_are_sound_where_the_phone_is(self) -> None:
        for lead, phone in zip(GENERATED, PHONES, strict=True):
            if phone and lead["邮箱"]:
                mail = str(lead["邮箱"])
                assert validate_email(mail, check_deliverability=False).normalized == mail

    def test_six_to_eight_percent_of_the_phones_are_masked(self) -> None:
        masked = [lead for lead, phone in zip(GENERATED, PHONES, strict=True) if lead["电话"] and not phone]
        assert 0.06 <= share(masked, GENERATED) <= 0.08
        assert {"138****1234", "138", "1395678", "138zhangxx"} <= {lead["电话"] for lead in masked}
        assert (
            0.3
            <= share((lead for lead in masked if lead["邮箱"] in {"zhangxx", "wangyy", "li@", "稍后提供"}), masked)
            <= 0.7
        )

    def test_phones_are_written_in_many_ways(self) -> None:
        phones = [lead["电话"] for lead in GENERATED]
        for writing in (
            r"1\d{10}",
            r"1\d\d \d{4} \d{4}",
            r"0\d+-\d+转\d+",
            r"\+49 .+",
            r"\+1 .+-555-01.+",
            r"[０-９－ 　＋]+",
        ):
            assert [phone for phone in texts(phones) if re.fullmatch(writing, phone)], writing
        assert 0.01 <= share((phone for phone in phones if isinstance(phone, int)), phones) <= 0.05

    def test_foreign_numbers_are_kept_free_for_fiction(self) -> None:
        foreign = [phone for phone in PHONES if phone and not phone.startswith("+86")]
        free = r"\+49(3023125|6990009|4066969|2214710|8999998)\d{5}|\+1\d{3}55501\d\d"
        assert [phone for phone in foreign if not re.fullmatch(free, phone)] == []
        assert 0.15 <= share(foreign, PHONES) <= 0.25

    def test_a_quarter_of_the_companies_has_an_english_name(self) -> None:
        names = [normalize("NFKC", name) for name in texts(lead["企业名称"] for lead in GENERATED)]
        assert 0.2 <= share((name for name in names if name.isascii()), names) <= 0.3


class TestDuplicates:
    def test_two_or_three_percent_are_known_persons_with_their_phone_written_differently(self) -> None:
        first: dict[str, dict[str, Cell]] = {}
        again = []
        for lead, phone in zip(GENERATED, PHONES, strict=True):
            if phone and lead["企业名称"] and first.setdefault(phone, lead) is not lead:
                again.append((lead, first[phone]))
        same = [(lead, known) for lead, known in again if lead["联系人"] == known["联系人"]]
        assert 0.015 <= share(same, GENERATED) <= 0.035
        assert [
            lead["序号"] for lead, known in same if lead["线索来源"] == known["线索来源"] and lead["线索来源"]
        ] == []
        assert share((lead for lead, known in same if str(lead["电话"]) != str(known["电话"])), same) > 0.9

    def test_two_or_three_percent_are_known_companies_under_another_writing(self) -> None:
        simplified = opencc.OpenCC("t2s")
        forms = sorted({*words.OTHER_FORMS, *words.OTHER_FORMS.values()}, key=len, reverse=True)

        def plain(name: str) -> str:
            folded = simplified.convert(normalize("NFKC", name))
            form = next(form for form in forms if folded.endswith(form))
            return folded.removesuffix(form)

        written: dict[str, set[str]] = {}
        for name in texts(lead["企业名称"] for lead in GENERATED):
            written.setdefault(plain(name), set()).add(name)
        variants = [names for names in written.values() if len(names) > 1]
        every = {name for names in variants for name in names}
        assert 0.015 <= share(variants, GENERATED) <= 0.035
        assert any(re.search("[（Ａ-Ｚ]", name) for name in every)
        assert any(simplified.convert(name) != name for name in every)
        assert any(name.removesuffix("有限责任公司") + "有限公司" in every for name in every if "责任" in name)


class TestNeeds:
    def test_about_eight_percent_are_vague(self) -> None:
        vague = {frame for frames in words.NEEDS["vague"] for frame in frames}
        needs = texts(lead["初步需求描述"] for lead in GENERATED)
        assert 0.06 <= share((need for need in needs if any(frame in need for frame in vague)), needs) <= 0.10

    def test_the_other_kinds_are_there(self) -> None:
        needs = "\n\n".join(texts(lead["初步需求描述"] for lead in GENERATED))
        for part in (
            r"预算\d+-\d+万,Q3落地",
            r"计划年底前上线.+,预算约\d+万元", r"预算不超过\d+万", "三十五万元", r"\d万美元",
            "预算5万", r"budget \d+0k-\d+0k, live in Q4", "预算未定", "时间待定",
        ):  # fmt: skip
            assert re.search(part, needs), part

    def test_some_texts_are_awkward_for_spreadsheets(self) -> None:
        needs = texts(lead["初步需求描述"] for lead in GENERATED)
        for awkward in ("^=", "^[+]", "^-", "\n", '"', "，", ","):
            assert share((need for need in needs if re.search(awkward, need)), needs) >= 0.003, awkward


class TestMistakes:
    """About one row in twenty can't be used."""

    @pytest.mark.parametrize("sheet", [LEADS, MANY_LEADS], ids=["small", "large"])
    def test_every_kind_is_there_even_in_the_small_sheet(self, sheet: Table) -> None:
        leads = [dict(zip(sheet.heads, row, strict=True)) for row in sheet.rows[2:]]
        mandatory = ("线索来源", "企业名称", "联系人", "电话", "初步需求描述")
        blank = Counter(head for lead in leads for head in mandatory if lead[head] is None)
        dates = Counter(lead["录入时间"] for lead in leads if day_of(lead["录入时间"]) is None)
        assert set(blank) == set(mandatory)
        assert set(dates) == {"2023-02-30", "下周补录"}
        assert 0.04 <= (blank.total() + dates.total()) / len(leads) <= 0.06

    def test_entry_times_are_dates_times_and_texts(self) -> None:
        kinds = Counter(type(lead["录入时间"]).__name__ for lead in GENERATED)
        assert 0.5 <= kinds["date"] / len(GENERATED) <= 0.7
        assert 0.2 <= kinds["datetime"] / len(GENERATED) <= 0.3
        assert {"2023/8/4", "2023年8月3日", "2023-08-03"} <= set(texts(lead["录入时间"] for lead in GENERATED))


class TestFollowUps:
    def test_one_percent_speaks_of_unknown_leads(self) -> None:
        unknown = [touch for touch in TOUCHES if touch["线索ID"] not in ENTERED]
        assert 0.007 <= share(unknown, TOUCHES) <= 0.013

    def test_one_percent_has_a_broken_date(self) -> None:
        broken = [touch["跟进时间"] for touch in TOUCHES if day_of(touch["跟进时间"]) is None]
        assert 0.007 <= share(broken, TOUCHES) <= 0.013
        assert "2023-02-30" in broken

    def test_only_a_few_come_before_their_lead(self) -> None:
        days = [(day_of(touch["跟进时间"]), ENTERED.get(touch["线索ID"])) for touch in TOUCHES]
        early = [day for day, entered in days if day and entered and day < entered]
        assert 0 < share(early, TOUCHES) < 0.01
        assert max(day for day, _ in days if day) <= date(2023, 9, 28)

    def test_a_time_of_the_day_is_never_before_the_time_of_entry(self) -> None:
        entered = {lead["序号"]: lead["录入时间"] for lead in GENERATED}
        same_day = [
            (touch["跟进时间"], entry)
            for touch in TOUCHES
            if isinstance(entry := entered.get(touch["线索ID"]), datetime)
            and isinstance(touch["跟进时间"], datetime)
            and touch["跟进时间"].date() == entry.date()
        ]
        assert len(same_day) > 50
        assert all(touched > entry for touched, entry in same_day)

    def test_sales_people_work_on_working_days(self) -> None:
        days = [day for touch in TOUCHES if touch["跟进方式"] in words.TALKS and (day := day_of(touch["跟进时间"]))]
        assert share((day for day in days if day.weekday() >= 5), days) < 0.01
        assert not any(day.weekday() >= 5 for day in ENTERED.values() if day)

    def test_nobody_follows_up_what_cannot_be_used(self) -> None:
        followed = {touch["线索ID"] for touch in TOUCHES}
        mandatory = ("线索来源", "企业名称", "联系人", "电话", "初步需求描述")
        unusable = [lead for lead in GENERATED if None in [lead[head] for head in mandatory]]
        assert [lead["序号"] for lead in unusable if lead["序号"] in followed] == []

    def test_they_are_in_the_order_of_time(self) -> None:
        days = [day for touch in TOUCHES if (day := day_of(touch["跟进时间"]))]
        assert all(earlier <= later for earlier, later in pairwise(days))

    def test_means_and_answers(self) -> None:
        means = Counter(touch["跟进方式"] for touch in TOUCHES)
        assert set(means) == {*words.TALKS, *words.EVENTS}
        talks = [touch for touch in TOUCHES if touch["跟进方式"] in words.TALKS]
        assert {"未接", "无回复", None, "no answer"} <= {touch["客户反馈"] for touch in talks}
        assert 0.3 <= share((touch for touch in talks if answered(touch)), talks) <= 0.7
        assert {touch["跟进人"] for touch in talks} == set(words.REPS)

    def test_most_leads_have_few_and_some_have_many(self) -> None:
        touched = Counter(touch["线索ID"] for touch in TOUCHES)
        counts = [touched[number] for number in ENTERED]
        assert share((count for count in counts if count <= 5), counts) >= 0.85
        assert 0.06 <= share((count for count in counts if count >= 10), counts) <= 0.12


SILENT = {answer for answers in words.SILENCES.values() for answer in answers}
EVENT_POINTS = {
    "官网访问(报价页)": 5, "官网访问(案例页)": 5, "web visit": 5, "下载白皮书": 10, "下载案例": 10,
    "white paper download": 10,
    "case study download": 10, "参加网络研讨会": 15, "webinar": 15,
}  # fmt: skip
ROLE_POINTS = {"decision_maker": 30, "influencer": 20, "user": 10}
TITLE_POINTS = {title: ROLE_POINTS[role] for role, both in words.TITLES.items() for titles in both for title in titles}


def answered(touch: dict[str, Cell]) -> bool:
    return touch["跟进方式"] in words.TALKS and touch["客户反馈"] not in SILENT


def size_points(size: str) -> int:
    people = max(map(int, re.findall(r"\d+", size)), default=0)
    return {"大型": 20, "中型": 15, "小型": 10}.get(size) or (20 if people >= 1000 else 15 if people >= 100 else 10)


def budget_points(need: str) -> int:
    priced = re.search(r"预算\D{0,3}\d|万元|万美元|budget [A-Za-z ]*\d", need)
    return 20 if priced and not re.search("预算5万|3万元以内|spare|used", need) else 0


def scores() -> list[int]:
    behaviour: Counter[Cell] = Counter()
    for touch in TOUCHES:
        behaviour[touch["线索ID"]] += EVENT_POINTS.get(str(touch["跟进方式"]), 10 if answered(touch) else 0)
    return [min(60, attribute_points(lead)) + min(40, behaviour[lead["序号"]]) for lead in GENERATED]


def attribute_points(lead: dict[str, Cell]) -> int:
    size, title, need = str(lead["企业规模"]), str(lead["职位"]), str(lead["初步需求描述"])
    return size_points(size) + TITLE_POINTS[title] + budget_points(need)


class TestScores:
    """By the plain rules of a hundred points the sample has leads in every band and every stage."""

    def test_a_tenth_is_high_and_a_third_medium(self) -> None:
        assert 0.07 <= share((score for score in scores() if score >= 80), scores()) <= 0.13
        assert 0.28 <= share((score for score in scores() if 50 <= score < 80), scores()) <= 0.42

    def test_every_nurture_stage_has_its_leads(self) -> None:
        assert share((score for score in scores() if score < 40), scores()) >= 0.15
        assert share((score for score in scores() if 40 <= score < 70), scores()) >= 0.3
        assert share((score for score in scores() if score >= 70), scores()) >= 0.1


class TestScale:
    def test_five_thousand_firms_are_as_many_names(self) -> None:
        names = Counter(texts(lead["企业名称"] for lead in GENERATED))
        assert len(names) >= 0.95 * len(GENERATED)

    def test_no_place_has_two_firms_of_one_core_name(self) -> None:
        places = "|".join(words.PLACES)
        firms = Counter(
            (place.group(), name.replace(place.group(), "")[:2])
            for name in texts(lead["企业名称"] for lead in GENERATED)
            if (place := re.search(places, name))
        )
        assert len(firms) >= 0.94 * firms.total()

    def test_no_two_persons_share_a_phone_by_chance(self) -> None:
        owners: dict[str, set[Cell]] = {}
        for lead, phone in zip(GENERATED, PHONES, strict=True):
            extension = str(lead["电话"]).partition("ext. ")[2]
            if phone and lead["联系人"]:
                owners.setdefault(f"{phone} {extension}", set()).add(lead["联系人"])
        assert [people for people in owners.values() if len(people) > 1] == []
