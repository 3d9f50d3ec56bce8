"""What people type where they know nothing, in whichever spelling, is told from what says something."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkit.records.text import (
    describes_nothing,
    is_dummy_email,
    is_dummy_phone,
    is_shared_phone,
    names_nothing,
    read_company,
    read_email,
    read_phone,
    says_nothing,
)
from leadkit.records.text.names.nobody_words import words

NOTHING = [
    "", " ", "\u200b", "\u3164", "\u2800", "-", "--", "——", ".", "...", "？", "/", "___", "0", "000", "(0)", "0.00",
    "无", "無", "暂无", "暫無", "没有", "沒有", "未知", "不详", "不詳", "保密", "保 密", "【保密】", "(无)",
    "“无”", "/无/", "无。", "无、无", "无/无", "N/A", "n/a", "n.a.", "N. A.", "n／a", "NA", "N/A N/A", "#N/A",
    "#REF!", "(null)", "<null>", "\\N", "None", "ｎｏｎｅ", "NULL", "nil", "NaN", "undefined", "unknown",
    "Not applicable", "TBD", "x", "xxx", "X X X", "XXXX", "aaa", "哈哈哈", "Keine", "k.A.", "k. A.",
    "Keine Angabe", "aucun", "NÉANT", "Néant", "ninguno", "Ningún", "nessuno", "geen", "brak", "нет",
    "НЕТ ДАННЫХ", "yok", "なし", "特になし", "該当なし", "없음", "해당 없음", "không", "ไม่มี", "لا يوجد",
    "--请选择--", "請選擇", "同上",
]  # fmt: skip
MADE_UP = [
    "test", "测试公司", "測試公司", "测试公司2", "test company", "Testing", "TEST", "test 2", "test-3",
    "test123", "test test", "测试", "測試", "测试1", "测试 003", "asdf", "QWERTY", "テスト", "тест", "111",
    "1 1 1", "123", "12345", "123-456",
]  # fmt: skip
NOBODY = [
    "个人", "個人", "個 人", "个体户", "個體戶", "自由职业", "学生", "學生", "Student", "private", "Privat",
    "Individual", "self", "Self-Employed", "self employed", "freelancer", "Freelance", "某", "某公司",
    "某某有限公司", "某科技公司", "北京某公司", "XX公司", "xx科技有限公司", "北京XX科技", "××公司",
    "○○有限公司", "深圳市**有限公司", "测试有限公司", "上海测试有限公司", "测试有限公司2", "Test Company Ltd.",
    "Test Co., Ltd", "Unknown Company", "No company", "my company", "abc公司", "ABC Company", "公司",
    "有限公司", "本公司", "未知公司", "无公司", "个人公司", "中国", "China", "john doe", "個人事業主",
    "프리랜서", "частное лицо",
]  # fmt: skip
SOMETHING = [
    "Example Ltd", "示例有限公司",
    "无锡", "无锡机械有限公司", "无限科技有限公司", "无印良品", "没有食品有限公司", "北京公司", "甲公司",
    "A公司", "华为", "3M", "360", "999电子", "12", "1", "X Corp", "XXL服装店", "Exxon", "Maxx公司", "Noco",
    "NOCO Co", "ACO", "MyCo", "NASA", "Nana", "Nokia", "测试仪器有限公司", "检测", "个人护理产品有限公司",
    "学生用品厂", "中国移动", "China Mobile", "Test Valley Council", "Privat Bank", "Independent Systems",
    "Home24", "Self Storage Inc", "None Such Ltd", "Null Object AG", "Value", "王某", "李无", "未来",
    "要一条生产线", "Ж", "한국", "ก",
]  # fmt: skip
DUMMIES = [
    "13800000000", "138-0000-0000", "138 0000 0000", "+86 138 0000 0000", "+8613800000000", "8613800000000",
    "0086-13800000000", "１３８００００００００", "手机:13800000000", "13800000000转8",
    "13800000000/13900000000", "13900000000", "13800138000", "11111111111", "000-0000-0000", "99999999",
    "12345678901", "123-456-7890", "12345", "0123456789", "987654321", "+1 (111) 111-1111", "110", "10086",
]  # fmt: skip
NUMBERS = [
    "13812345678", "+8613812345678", "13800000001", "13800100001", "18888888888", "021-62345678",
    "400-820-8820", "138****0000", "1380010000", "95588", "861-2345", "+1 212-555-0123", "+12125550143",
    "+1 201-234-5678", "+852 2812 3456", "", "无", "13800000000/13812345678",
]  # fmt: skip
MAILS = [
    "test@test.com", "Test@Test.com", "a@a.com", "none@none.com", "no@no.com", "noreply@acme.cn",
    "No-Reply@acme.com", "do.not.reply@acme.cn", "test@gmail.com", "xxx@xxx.com", "abc@abc.com",
    "asdf@asdf.com", "123456@qq.com", "111@qq.com", "aaa@163.com", "qq@qq.com", "li@domain.com",
]  # fmt: skip
ADDRESSES = [
    "li@example.com", "test@example.com", "a@x.example", "w1@t1.example", "wang@qq.com", "1234987@qq.com",
    "li@acme.com", "info@acme.com", "acme@acme.com", "aa@delta.com", "wei.test@acme.cn", "a@b.cn", "test", "",
]  # fmt: skip


class TestWords:
    """Three questions, each wider than the one before: what says nothing, describes nothing, names nothing."""

    @pytest.mark.parametrize("text", NOTHING)
    def test_it_says_nothing(self, text):
        assert (says_nothing(text), describes_nothing(text), names_nothing(text)) == (True, True, True)

    @pytest.mark.parametrize("text", MADE_UP)
    def test_what_was_made_up_describes_nothing(self, text):
        assert (says_nothing(text), describes_nothing(text), names_nothing(text)) == (False, True, True)

    @pytest.mark.parametrize("text", NOBODY)
    def test_it_names_nothing_and_may_describe(self, text):
        assert (says_nothing(text), describes_nothing(text), names_nothing(text)) == (False, False, True)
        assert read_company(text).core == ""

    @pytest.mark.parametrize("text", SOMETHING)
    def test_it_says_something(self, text):
        assert (says_nothing(text), describes_nothing(text), names_nothing(text)) == (False, False, False)

    @given(st.text(alphabet=st.characters(categories=["Z", "C", "P", "Sm", "Sk"]), max_size=80))
    def test_without_a_letter_or_a_digit_nothing_is_said(self, text):
        letters = [char for char in unicodedata.normalize("NFKC", text) if char.isalnum()]
        assert letters or says_nothing(text)

    @given(st.sampled_from([*NOTHING, *MADE_UP, *NOBODY, *SOMETHING]), st.data())
    def test_the_spelling_makes_no_difference(self, text, data):
        wide = "".join(
            chr(ord(char) + 0xFEE0) if "!" <= char <= "~" and data.draw(st.booleans()) else char for char in text
        )
        case = data.draw(st.sampled_from([str, str.upper, str.lower]))
        hidden = "\u200b".join(["", case(wide), ""])
        padded = data.draw(st.sampled_from(["{}", " {} ", "\u3000{}", "{}\n", "{}\ufeff"])).format(hidden)
        for question in (says_nothing, describes_nothing, names_nothing):
            assert question(padded) == question(text)

    @given(st.text(max_size=80))
    def test_each_question_is_wider_than_the_one_before(self, text):
        assert says_nothing(text) <= describes_nothing(text) <= names_nothing(text)

    @given(st.sampled_from([*NOTHING, *MADE_UP, *NOBODY]), st.sampled_from(["华为", "机械", "Siemens", "robots"]))
    def test_with_something_beside_it_something_is_said(self, nothing, something):
        assert not says_nothing(f"{nothing} {something}")

    def test_the_words_are_in_one_list_each(self):
        known = words()
        assert not known.nothing & known.made_up
        assert not known.nothing & known.nobody
        assert not known.made_up & known.nobody

    @pytest.mark.parametrize("char", "无-1某0")
    def test_a_long_text_is_read_in_time(self, char):
        assert names_nothing(char * 40_000)
        assert not names_nothing(f"x{char}a" * 20_000)


class TestPhones:
    """A number that nobody has is not given; one that many share is no sign of who calls."""

    @pytest.mark.parametrize("text", DUMMIES)
    def test_nobody_has_it(self, text):
        assert is_dummy_phone(text)

    @pytest.mark.parametrize("text", NUMBERS)
    def test_somebody_may_have_it(self, text):
        assert not is_dummy_phone(text)

    @given(st.sampled_from(["130", "138", "159", "186", "199"]), st.integers(1_000_000, 99_999_999))
    def test_a_number_and_its_normal_form_are_alike(self, prefix, rest):
        text = f"{prefix}{rest:08}"
        phone = read_phone(text)
        assert phone.valid
        assert is_dummy_phone(text) == is_dummy_phone(str(phone.e164)) == is_dummy_phone(f"0086 {prefix} {rest:08}")

    @pytest.mark.parametrize(
        "text", ["400-820-8820", "800-820-8820", "+1 800 555 1234", "+81 570 000 000", "18888888888", "021-66666666转3"]
    )
    def test_many_share_it(self, text):
        phone = read_phone(text)
        assert (phone.valid, is_shared_phone(phone.normal), is_dummy_phone(text)) == (True, True, False)

    @pytest.mark.parametrize("text", ["13812345678", "021-62345678转801", "+1 212-555-0123", "+49 30 23125000"])
    def test_one_has_it(self, text):
        assert not is_shared_phone(read_phone(text).normal)


class TestMails:
    """An address that nobody reads is not given."""

    @pytest.mark.parametrize("text", MAILS)
    def test_nobody_reads_it(self, text):
        assert is_dummy_email(text)
        assert read_email(text).valid

    @pytest.mark.parametrize("text", ADDRESSES)
    def test_somebody_may_read_it(self, text):
        assert not is_dummy_email(text)
