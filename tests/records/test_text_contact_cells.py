"""Phones and mails in cells as people fill them in: several, labelled, with names; damaged ones stay invalid."""

from __future__ import annotations

import random

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import assume, example, given
from hypothesis import strategies as st

from leadkit.records.text import (
    forget,
    memory,
    read_email,
    read_emails,
    read_phone,
    read_phones,
    remembering,
)
from leadkit.records.text.contacts import contact as contacts

MOBILES = st.from_regex(r"1(3[0-9]|5[0-35-9]|8[0-9])[0-9]{8}", fullmatch=True)
BETWEEN = st.sampled_from(["/", " / ", "、", ";", "；", ",", "，", "或", " or ", "\n", "\r\n", " ", "|", " 和 ", "-"])
BEFORE = st.sampled_from(
    ["", "手机:", "手机：", "电话 ", "tel:", "Tel. ", "p:", "M: ", "+86", "(+86)", "+86 ", "86-", "'"]
)
BESIDE = st.sampled_from(["", "（微信同号）", " 王小明", "王小明", "(王经理)", " Mary", "【王总】"])
LOCALS = st.from_regex(r"[a-z0-9]{1,6}([._+-][a-z0-9]{1,5})?", fullmatch=True)
MAILS = st.builds("{}@{}.example".format, LOCALS, st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?", fullmatch=True))
FORMS = ["{}", "mailto:{}", "<{}>", "Mary Stone <{}>", "邮箱：{}", "邮箱{}", "E-mail: {}", "{}。", "{}."]
SIGNS = [";", "；", ",", ", ", "、", " / ", "/", " ", "\n", "或", " or "]


def normals(text: str, region: str = "CN") -> list[str | None]:
    return [phone.normal for phone in read_phones(text, region)]


def addresses(text: str) -> list[str | None]:
    return [email.address for email in read_emails(text)]


class TestPhones:
    """Whatever stands beside it, the number of a cell is that number."""

    @given(MOBILES, BEFORE, BESIDE)
    def test_a_number_with_a_label_and_a_remark(self, number, before, beside):
        text = f"{before}{number}{beside}"
        assert normals(text) == [f"+86{number}"]
        phone = read_phone(text)
        assert (phone.text, phone.normal) == (text, f"+86{number}")
        assert phone.rest == beside.strip("（）()【】 ") or beside == "【王总】"

    @given(st.lists(MOBILES, min_size=2, max_size=4, unique=True), BETWEEN)
    def test_several_numbers_in_their_order(self, numbers, between):
        assume(between != "-" or len(numbers) == 2)
        text = between.join(numbers)
        assert normals(text) == [f"+86{number}" for number in numbers]
        assert read_phone(text).normal == f"+86{numbers[0]}"
        assert [phone.text for phone in read_phones(text)] == numbers
        assert read_phone(text).rest == ""

    @given(MOBILES)
    def test_what_a_program_makes_of_digits(self, number):
        grouped = f"{number[:3]} {number[3:7]} {number[7:]}"
        forms = [
            f"{number}.0",
            f"{number}.00",
            grouped,
            grouped.replace(" ", "-"),
            grouped.replace(" ", "."),
            f'="{number}"',
        ]
        scientific = f"{number[0]}.{number[1:]}E+10"
        for form in (*forms, scientific, scientific.lower(), f"'{number}"):
            assert normals(form) == [f"+86{number}"]
        rounded = f"{number[0]}.{number[1:6]}E+10"
        assert (normals(rounded), read_phone(rounded).valid) == ([], False)

    @given(st.integers(2, 9), st.integers(0, 9_999_999), st.integers(1, 99_999))
    def test_an_extension_behind_a_dash_a_bracket_or_a_word(self, first, others, extension):
        number = f"{first}{others:07}"
        assume(normals(f"021{number}") == [f"+8621{number}"])
        for head in (f"021-{number}", f"(021){number}", f"021 {number}", f"+86 21 {number}"):
            for tail in ("-{}", "转{}", " ext. {}", "x{}", "#{}", "({})", "（转{}）"):
                assert normals(head + tail.format(extension)) == [f"+8621{number};ext={extension}"]

    @pytest.mark.parametrize(
        ("text", "expected", "rest"),
        [
            ("021-62345678/9", ["+862162345678"], "9"),
            ("电话 021-62345678 传真 021-62345679", ["+862162345678"], "传真 021-62345679"),
            ("①13812345678 ②13987654321", ["+8613812345678", "+8613987654321"], ""),
            ("138 1234 5678 139 8765 4321", ["+8613812345678", "+8613987654321"], ""),
            ("Tel. 021-62345678 ext. 801, mobile 13812345678", ["+862162345678;ext=801", "+8613812345678"], ""),
            ("13812345678 张三 13987654321 李四", ["+8613812345678", "+8613987654321"], "张三 李四"),
            ("p:+442079460019", ["+442079460019"], ""),
            ("400-820-8820", ["+864008208820"], ""),
            ("13812345678+13987654321", ["+8613812345678", "+8613987654321"], ""),
            ("13987654321/13812345678/+8613987654321", ["+8613987654321", "+8613812345678"], ""),
            ("Tel/Fax: 021-62345678", ["+862162345678"], "Tel/Fax"),
            ("T +86 21 6234 5678 F +86 21 6234 5679", ["+862162345678"], "F +86 21 6234 5679"),
            ("+86（0）21-62345678", ["+862162345678"], ""),
        ],
    )
    def test_golden(self, text, expected, rest):
        assert normals(text) == expected
        assert {phone.rest for phone in read_phones(text)} == {rest}

    @pytest.mark.parametrize(
        "text",
        """138****5678|138xxxx5678|138-xxxx-5678|1381234****|****5678|13812345678*|138zhangxx|13812345678abc|wx13812345678
        13812345678@qq.com|wxid_13812345678|1.38E+10|1.381234568E+10|1380013800|138-1234-56789|1381234 5678 9|#REF!
        62345678|传真: 021-62345678|021-62345678(传真)|138 1234 567X|1381234567O
        Fax 021-62345678|QQ:13812345678|QQ 13812345678|身份证13812345678|1-800-FLOWERS
        021-6234567...|13812345678...|13,812,345,678|2026-11-02|无|-""".replace("\n        ", "|").split("|"),
    )
    def test_is_no_number(self, text):
        assert normals(text) == []
        assert not read_phone(text).valid

    @given(st.text(st.sampled_from("0123456789+-()/ ;,.转x#ext*王E或\n"), max_size=40))
    def test_every_number_reads_back(self, text):
        for phone in read_phones(text):
            assert normals(phone.normal) == [phone.normal]
            assert phone.text

    @given(st.text(st.sampled_from("0123456789 -/()"), max_size=60))
    @example("1 2 " * 30)
    @example("1/" * 200)
    @example("1-" * 250)
    def test_digits_in_a_number_stand_in_the_cell(self, text):
        digits = "".join(filter(str.isdigit, text))
        for phone in read_phones(text):
            assert "".join(filter(str.isdigit, phone.text)) in digits

    @pytest.mark.parametrize(
        "region", sorted({*random.Random(1).sample(sorted(phonenumbers.SUPPORTED_REGIONS), 12), "CN"})
    )
    def test_the_short_way_is_the_library_s(self, region):
        """11 digits that look like a mobile number of the region are valid as they are: 20,000 for China."""
        chance = random.Random(region)
        for _ in range(20_000 if region == "CN" else 500):
            number = f"{chance.choice(('1', '1', '1', '8', '9', '0'))}{chance.randrange(10**10):010}"
            assert contacts.e164(number, region) == contacts._parsed.__wrapped__(number, region)

    def test_the_regions_with_mobiles_of_eleven_digits(self):
        chance = random.Random(2)
        regions = [region for region in sorted(phonenumbers.SUPPORTED_REGIONS) if contacts._mobiles(region)]
        assert {"AR", "BR", "CN", "DE"} <= set(regions)
        for region in regions:
            for _ in range(2_000):
                number = f"{chance.randrange(10**11):011}"
                assert contacts.e164(number, region) == contacts._parsed.__wrapped__(number, region)


class TestMails:
    """Whatever stands beside it, the address of a cell is that address."""

    @given(
        MAILS,
        st.sampled_from(FORMS),
    )
    def test_an_address_with_something_beside_it(self, mail, form):
        text = form.format(mail)
        assert addresses(text) == [mail]
        assert addresses(text.replace("@", "＠").upper()) == [mail]
        assert read_email(text).text == text

    @given(
        st.lists(MAILS, min_size=2, max_size=4, unique=True),
        st.sampled_from(SIGNS),
    )
    def test_several_in_their_order(self, mails, between):
        assert addresses(between.join(mails)) == mails
        assert read_email(between.join(mails)).address == mails[0]

    @pytest.mark.parametrize(
        ("text", "expected", "rest"),
        [
            ("王小明 a@b.example", ["a@b.example"], "王小明"),
            ("王小明wang@b.example", ["wang@b.example"], "王小明"),
            ("Mary Stone <m@b.example>", ["m@b.example"], "Mary Stone"),
            ("a@b。example", ["a@b.example"], ""),
            ("a@b.example。请联系", ["a@b.example"], "请联系"),
            ("a@b.example 13812345678", ["a@b.example"], "13812345678"),
            ("张三@example.com", ["张三@example.com"], ""),
            ("info@почта.рф", ["info@почта.рф"], ""),
            ("a/b@x.example", ["a/b@x.example"], ""),
            ("A@b.example; c@d.example; a@b.example", ["a@b.example", "c@d.example"], ""),
        ],
    )
    def test_golden(self, text, expected, rest):
        assert addresses(text) == expected
        assert {email.rest for email in read_emails(text)} == {rest}

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "w\u0430ng@example.com",
                "\u0430@example.com",
                "wang@ex\u0430mple.com",
                "wang@example.c\u043em",
                "wang王@b.example",
            ),
            *("a@b.example\nBcc: c@d.example", "a@b.example\r\nSubject: hi", "a@b.example\u2028to: c@d.example"),
            *("zhang san@b.example", "zhang@b.example com", "zhang@b.example,com", "a,b@x.example", "a@b@c.example"),
            *("zh***@b.example", "a@localhost", "a@b", "@", "a@", "@b.example", "a@b..example", ".a@b.example"),
        ],
    )
    def test_is_no_address(self, text):
        assert addresses(text) == []
        assert not read_email(text).valid

    @given(st.text(st.sampled_from("ab@.,;:<>/ 张\u0430\n'\"*"), max_size=40))
    def test_every_address_reads_back(self, text):
        for email in read_emails(text):
            assert addresses(email.address) == [email.address]

    def test_a_domain_that_is_checked_once_is_checked_as_the_whole(self):
        chance = random.Random(3)
        letters, signs = "abcxyz019", "abz09..__--++!#'&"
        for _ in range(3_000):
            local = "".join(chance.choices(signs, k=chance.randint(1, chance.choice((8, 70)))))
            domain = ".".join("".join(chance.choices(letters + "-", k=chance.randint(0, 5))) for _ in range(3))
            text = f"{local}@{domain}{chance.choice(('.example', '.com', '', '.c', 'com'))}"
            assert contacts.address(text) == contacts._checked.__wrapped__(text), text

    def test_the_library_agrees(self):
        for text in ("a.b+c@d.example", "a" * 64 + "@d.example", "a" * 65 + "@d.example", "a@" + "b" * 64 + ".example"):
            try:
                expected = validate_email(text, check_deliverability=False).normalized
            except EmailNotValidError:
                expected = None
            assert read_email(text).address == expected


def test_nothing_is_remembered_after_forgetting():
    read_phone("(021)62345678-801")
    read_email("wang@forgotten.example")
    assert "62345678" in str(all_remembered())
    forget()
    assert all_remembered() == []


def test_a_run_remembers_more_and_forgets_it():
    with remembering(5_000):
        for number in range(3_000):
            read_phone(f"139{number:08}", "CN")
        assert len(all_remembered()) >= 3_000
    assert all_remembered() == []


def all_remembered() -> list[object]:
    return [words for kept in tuple(memory._memories) for words in kept]
