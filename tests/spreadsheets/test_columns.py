"""Which column is which field: by a map, by its head, by its cells; and what stays open is left out and named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.heads.columns import Columns, plan_columns
from leadkit.adapters.spreadsheets.heads.maps import load_map
from leadkit.adapters.spreadsheets.heads.vocabulary import key_of, read_head
from leadkit.policy.sheets import SheetMap

from .lines import cells


def planned(heads: str, *rows: str, **maps: object) -> Columns:
    return plan_columns(cells(heads), [[cell or None for cell in cells(row)] for row in rows], **maps)  # type: ignore[arg-type]


def fields(columns: Columns) -> list[str | None]:
    return [use.field for use in columns.uses]


def leads_map(**table: object) -> SheetMap:
    policy = lk.load_policy({"extends": "standard", "name": "mine", "sheets": {"leads": table}})
    assert policy.document.sheets.leads is not None
    return policy.document.sheets.leads


class TestHeads:
    """A head is one field however it is written; its marks, case, width, accents and polite words don't matter."""

    @pytest.mark.parametrize(
        "head",
        [
            *(
                "电话",
                "*电话",
                "电话*",
                "电话：",
                "电话（必填）",
                " 电 话 ",
                "电话(手机)",
                "電話",
                "您的电话",
                "電話番号",
            ),
            *("phone_number", "PhoneNumber", "Phone number*", "PHONE-NUMBER", "your phone number", "phone 2"),
            *("What is your phone number?", "contact_phone", "Teléfono", "telefono", "Téléphone", "Telefonnummer"),
            *("Телефон", "Telefon Numarası"),
        ],
    )
    def test_phones(self, head):
        assert "phone" in read_head(head).fields

    @pytest.mark.parametrize(
        ("head", "field"),
        [
            ("what_is_your_budget?", "budget"),
            ("您的姓名", "contact"),
            ("Ad Soyad", "contact"),
            ("created_at", "entered_at"),
            ("Firmenname", "company"),
            ("Nom de l'entreprise", "company"),
            ("Correo electrónico", "email"),
            ("会社名", "company"),
            ("Компания", "company"),
            ("Empresa", "company"),
            ("Nome", "contact"),
        ],
    )
    def test_languages(self, head, field):
        assert field in read_head(head).fields

    @pytest.mark.parametrize(
        "head",
        ["Sender email", "Owner phone", "推荐人电话", "发件人邮箱", "Do not call", "Date of birth", "Email opt in", ""],
    )
    def test_heads_that_speak_of_somebody_else(self, head):
        assert not {"email", "phone", "entered_at", "contact"} & set(read_head(head).fields)

    @given(st.text())
    def test_any_text_is_read_and_its_key_is_stable(self, head):
        assert key_of(key_of(head)) == key_of(head)
        read_head(head)


class TestCellsDecide:
    """What the cells look like decides where words leave it open, and speaks against words that are wrong."""

    def test_a_name_full_of_companies_is_a_company(self):
        columns = planned("name | phone", "Acme Ltd | 1", "Bolt GmbH | 2", "Cord Inc. | 3")
        assert fields(columns)[0] == "company"

    def test_a_name_full_of_people_is_a_contact(self):
        columns = planned("name | phone", "Ann Lee | 020 7946 0018", "Bob Ray | 020 7946 0019")
        assert fields(columns)[0] == "contact"

    def test_a_title_full_of_topics_is_no_job_title(self):
        topics = [
            "Question about delivery times of your conveyor belts to Spain",
            "Please send me a quote for two robots by May",
        ]
        columns = planned("name | email | title", *(f"Ann Lee | a@b.example | {topic}" for topic in topics))
        assert fields(columns)[2] in {None, "need"}

    def test_a_title_full_of_titles_is_one(self):
        rows = ["Ann Lee | a@b.example | Purchasing Manager", "Bob Ray | b@b.example | CEO"]
        assert fields(planned("name | email | title", *rows))[2] == "job_title"

    def test_a_yes_no_column_is_no_contact(self):
        columns = planned("contact | email", "yes | a@b.example", "no | b@b.example", "yes | c@b.example")
        assert fields(columns)[0] is None
        assert fields(planned("联系人 | 手机", "是 | 13912340001", "否 | 13912340002"))[0] is None

    def test_what_stays_open_is_left_out_and_named(self):
        columns = planned("客户 | 手机", "华为 | 13912340001", "腾讯云 | 13912340002")
        use = columns.uses[0]
        assert (use.field, use.note) == (None, "open")
        assert {"company", "contact"} <= set(use.possible)

    def test_what_another_column_is_decides_what_is_left(self):
        columns = planned("客户 | 联系人 | 手机", "华为 | 李雷 | 13912340001", "腾讯云 | 韩梅梅 | 13912340002")
        assert fields(columns) == ["company", "contact", "phone"]

    def test_two_columns_that_never_disagree_are_read_together(self):
        columns = planned("行业 | industry | phone", "制造 | | 1", " | 物流 | 2")
        assert fields(columns)[:2] == ["industry", "industry"]

    def test_of_two_columns_that_disagree_the_more_usual_head_is_taken_and_the_other_named(self):
        columns = planned("Account name | Company Name | phone", "Acct | Northpack Ltd | 020 7946 0019")
        assert fields(columns)[:2] == [None, "company"]
        assert columns.uses[0].note == "taken"

    def test_a_status_is_carried_unless_a_map_says_its_words(self):
        assert planned("姓名 | 手机 | 状态", "李雷 | 13912340001 | 未处理").uses[2].note == "unread"


class TestMaps:
    """A company's map comes first; what it says wrongly is refused with its place."""

    def test_it_says_what_no_head_tells(self):
        columns = planned("甲 | 乙 | 手机", "李雷 | 封箱机 | 13912340001", company=leads_map(name="甲", product="乙"))
        assert fields(columns) == ["contact", "product", "phone"]
        assert columns.uses[0].basis == "map"

    def test_constants_and_settings(self):
        columns = planned(
            "姓名 | 手机", company=leads_map(source={"value": "展会"}, dates="day_first", phone_region="US")
        )
        assert (columns.constants, columns.dates, columns.phone_region) == ({"source": "展会"}, "day_first", "US")

    def test_heads_that_are_not_there_are_named(self):
        assert planned("姓名 | 手机", company=leads_map(product="产品线")).absent == ("产品线",)

    def test_what_is_ignored_is_no_field(self):
        columns = planned("姓名 | 手机 | 邮箱", "李雷 | 13912340001 | a@b.example", company=leads_map(ignore=["邮箱"]))
        assert (fields(columns)[2], columns.uses[2].note) == (None, "ignored")

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ('phon = "电话"', "no such field (hint: did you mean 'phone'?)"),
            ('job_title = ["职位", "职务"]', "is a single field, and two heads are named for it"),
            ('source = { head = "来源", value = "展会" }', "says a head and a constant"),
            ("source = { }", "says neither a head nor a constant"),
            ('email = "A"\nphone = "A"', "names the head 'A' for two fields"),
            ('budget = { head = "预算", unit = "吨" }', "unit"),
        ],
    )
    def test_what_is_refused(self, tmp_path, line, message):
        text = f"[sheets.leads]\n{line}\n"
        file = tmp_path / "map.toml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(lk.errors.SheetError) as refused:
            load_map(file)
        assert message in str(refused.value)
        assert "map.toml:" in str(refused.value)
        policy = tmp_path / "policy.toml"
        policy.write_text(f'name = "mine"\nextends = "standard"\n{text}', encoding="utf-8")
        with pytest.raises(lk.errors.PolicyError) as refused_policy:
            lk.load_policy(policy)
        assert message in str(refused_policy.value)

    def test_a_name_that_no_map_has(self):
        with pytest.raises(lk.errors.SheetError, match="no such map"):
            load_map("hubspott")

    def test_a_map_may_name_the_fields_of_a_policy(self, tmp_path: Path):
        file = tmp_path / "map.toml"
        file.write_text('[sheets.leads]\ninstalled_base = "现有设备"\n', encoding="utf-8")
        fields = {"installed_base": {"type": "text"}}
        policy = lk.load_policy({"extends": "standard", "name": "mine", "fields": fields})
        assert load_map(file, policy).sheets.leads is not None
        with pytest.raises(lk.errors.SheetError, match="no such field"):
            load_map(file)
