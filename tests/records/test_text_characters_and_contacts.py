"""Characters, phones, emails and company names."""

from __future__ import annotations

import unicodedata

import opencc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadkit.records.text import comparable, fold, read_company, read_email, read_phone, simplified

HOSTILE = (
    "一" * 32_000,
    "1" * 32_000,
    "1-" * 16_000,
    "预算" * 16_000,
    "有限公司" * 8_000,
    "+" * 32_000,
    "a@" * 16_000,
    "a\u0300\u0327" * 10_000,
)

NAMES = st.lists(
    st.sampled_from(
        [
            "北京",
            "上海市",
            "广东省",
            "深圳",
            "(北京)",
            "（中国）",
            "智造",
            "科技",
            "騰訊",
            "集团",
            "有限公司",
            "股份",
            "Co., Ltd.",
            "Inc",
            "AG",
            "Acme",
            " ",
            ".",
            "吉林",
            "市",
            "shanghai",
            "市政",
            "控股",
            "(集团)",
            "株式会社",
            "(株)",
            "ООО ",
            "PT ",
            'TOO "',
            "S.A. ",
            "S. p. A.",
            "GmbH & Co. KG",
            "ü",
            "-",
        ]
    ),
    max_size=8,
).map("".join)


class TestFold:
    """One way to write each character; folding twice is folding once."""

    @given(st.text())
    @example("e\u200d\u0301")
    @example("\u00a8")
    @example("\ud800")
    def test_is_idempotent(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)

    @given(st.text(st.sampled_from("a\u0301\u0327\u0344\u0f73\u0f71e\u0130"), max_size=30))
    def test_orders_marks_in_a_long_text_as_in_a_short_one(self, text: str) -> None:
        assert fold(text + " x" * 1000) == fold(fold(text) + " x" * 1000) == f"{fold(text)}{' x' * 1000}".strip()

    @given(st.text())
    def test_leaves_single_spaces_inside_only(self, text: str) -> None:
        assert fold(text).split() == (fold(text).split(" ") if fold(text) else [])

    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("１２３ＡＢＣ", "123ABC"),
            ("٣४", "34"),
            ("a\u200bb\ufeff", "ab"),
            (" \u3000a \t\n b ", "a b"),
            ("￥5，6", "¥5,6"),
            ("", ""),
        ],
    )
    def test_golden(self, text: str, folded: str) -> None:
        assert fold(text) == folded


LETTERS = st.text(st.sampled_from("İıŁßäÄøéŞ經理总の가ёЁ㈱“’-.()Aa \u0307\u0308\ufb01ſ"), max_size=12)
SIMPLIFIED = st.text(st.sampled_from("总经理采购设备仓储系统业务员厂长"), max_size=8)


class TestComparable:
    """Two writings of the same words have one form."""

    @given(st.text() | LETTERS)
    def test_is_idempotent_and_takes_folded_text(self, text: str) -> None:
        assert comparable(comparable(text)) == comparable(text) == comparable(fold(text))

    @given(LETTERS)
    def test_case_and_composition_do_not_matter(self, text: str) -> None:
        assert comparable(unicodedata.normalize("NFD", text)) == comparable(text)

    @given(SIMPLIFIED)
    def test_nor_do_traditional_characters(self, text: str) -> None:
        assert simplified(opencc.OpenCC("s2t").convert(text)) == simplified(text) == text

    @pytest.mark.parametrize(
        ("text", "form"),
        [
            ("Geschäftsführer Groß", "geschaeftsfuehrer gross"),
            ("Directeur général", "directeur general"),
            ("İSTANBUL ışık IŞIK", "istanbul isik isik"),
            ("Ørsted Łódź Čapek", "oersted lodz capek"),
            ("Королёв", "королев"),
            ("O’Neill", "o'neill"),
            ("ロボット が", "ロボット が"),
            ("售後", "售后"),
            ("總經理　ＡＢＣ", "总经理 abc"),
            ("代表取締役", "代表取缔役"),
        ],
    )
    def test_golden(self, text: str, form: str) -> None:
        assert comparable(text) == form

    @pytest.mark.parametrize("text", ["Ab é", "系统 ü €", "ロボット", ""])
    def test_simplified_leaves_all_else(self, text: str) -> None:
        assert simplified(text) == text


class TestPhone:
    """A valid number has a normal form that reads back the same; nothing else has one."""

    @pytest.mark.parametrize(
        ("text", "normal"),
        [
            ("021-62345678转801", "+862162345678;ext=801"),
            ("021-62345678 分机 801", "+862162345678;ext=801"),
            ("(021) 6234 5678 ext. 801", "+862162345678;ext=801"),
            ("021-62345678#801", "+862162345678;ext=801"),
            ("１３８ ００１３ ８０００", "+8613800138000"),
            ("+86 138-0013-8000", "+8613800138000"),
            ("+1 650-253-0000 x12", "+16502530000;ext=12"),
        ],
    )
    def test_golden(self, text: str, normal: str) -> None:
        assert read_phone(text).normal == normal
        assert read_phone(normal).normal == normal
        assert read_phone(text).text == text

    @pytest.mark.parametrize(
        "text", ["138", "1395678", "138zhangxx", "138****1234", "", "转801", "13800138000ab", "+", "1" * 99]
    )
    def test_invalid(self, text: str) -> None:
        assert (read_phone(text).valid, read_phone(text).normal, read_phone(text).extension) == (False, None, None)

    @given(st.text(st.sampled_from("0123456789+-() 转x#ext*;=.１"), max_size=24))
    def test_normal_reads_back(self, text: str) -> None:
        normal = read_phone(text).normal
        assert normal is None or read_phone(normal).normal == normal

    def test_belongs_to_the_region(self) -> None:
        assert read_phone("650-253-0000", "US").e164 == "+16502530000"
        assert read_phone("650-253-0000").e164 is None

    def test_repr_is_masked(self) -> None:
        assert not any(char.isdigit() for char in repr(read_phone("021-62345678转801")).replace("e164", ""))


class TestEmail:
    """The form decides; the whole address is in lower case."""

    @pytest.mark.parametrize(
        ("text", "address"),
        [
            ("Zhang.San@Example.COM ", "zhang.san@example.com"),
            ("a@example.cn", "a@example.cn"),
            ("a@acme.example", "a@acme.example"),
            ("ａ＠example.com", "a@example.com"),
        ],
    )
    def test_golden(self, text: str, address: str) -> None:
        assert read_email(text).address == address
        assert "a" not in repr(read_email(text)).partition("(")[2].replace("address", "")

    @pytest.mark.parametrize(
        "text", ["zhangxx", "", "@", "a@", "@example.com", "a b@example.com", "a@localhost", "a@@example.com"]
    )
    def test_invalid(self, text: str) -> None:
        assert not read_email(text).valid

    @given(st.emails() | st.text(st.sampled_from("aA@.-_1 张é\u0130"), max_size=20))
    def test_address_reads_back(self, text: str) -> None:
        address = read_email(text).address
        assert address is None or read_email(address).address == address


class TestCompany:
    """A name is taken apart into place, core and legal form; the normal form reads back as the same parts."""

    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("北京智造科技有限公司", ("北京", "智造科技", "有限公司")),
            ("智造（北京）科技有限公司", ("北京", "智造科技", "有限公司")),
            ("廣東省深圳市騰訊計算機系統有限公司", ("深圳", "腾讯计算机系统", "有限公司")),
            ("某某集团有限责任公司", ("", "", "集团有限责任公司")),
            ("个人", ("", "", "")),
            ("X集团(北京)有限公司", ("北京", "x", "集团有限公司")),
            ("华为(中国)有限公司", ("中国", "华为", "有限公司")),
            ("中国移动", ("", "中国移动", "")),
            ("Acme Co., Ltd.", ("", "acme", "co ltd")),
            ("Shanghai Acme Trading Inc", ("上海", "acme trading", "inc")),
            ("Siemens AG", ("", "siemens", "ag")),
            ("Flag", ("", "flag", "")),
            ("北京科技有限公司", ("北京", "", "有限公司")),
            ("Trading Co., Ltd", ("", "", "co ltd")),
            ("", ("", "", "")),
        ],
    )
    def test_golden(self, text: str, parts: tuple[str, str, str]) -> None:
        name = read_company(text)
        assert (name.place, name.core, name.legal_form) == parts

    @given(NAMES | st.text(max_size=30))
    def test_normal_reads_back(self, text: str) -> None:
        first = read_company(text)
        again = read_company(first.normal)
        assert (again.place, again.core, again.legal_form) == (first.place, first.core, first.legal_form)

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("北京智造", "上海智造", False),
            ("北京智造科技有限公司", "智造科技", True),
            ("騰訊", "腾讯集团", True),
            ("ACME Inc.", "acme", True),
            ("北京科技有限公司", "科技", False),
            ("智造", "创造", False),
        ],
    )
    def test_same(self, one: str, other: str, same: bool) -> None:
        assert read_company(one).same_as(read_company(other)) is same
        assert read_company(other).same_as(read_company(one)) is same


class TestHostile:
    """Nothing raises, however long."""

    @pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:3]))
    def test_is_read(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)
        assert not read_phone(text).valid
        assert not read_email(text).valid
        assert read_company(text).core == ""

    @given(st.text())
    def test_never_raises(self, text: str) -> None:
        assert read_phone(text).text == read_email(text).text == read_company(text).text == text
