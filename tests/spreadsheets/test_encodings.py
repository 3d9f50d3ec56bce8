"""A file in any encoding is read as it was written, or refused: never with other letters."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.spreadsheets.grid import read_grids
from tests.spreadsheets.rows_of_languages import MORE, ROWS

SheetError = lk.errors.SheetError
FILES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
WRITTEN = [(language, encoding) for language, (encodings, _) in ROWS.items() for encoding in encodings]
ALSO = [(language, encoding) for language, (encodings, _) in MORE.items() for encoding in encodings]
COMMON = {"gb18030", "cp950", "cp932", "cp949", "cp1250", "cp1251", "cp1252"}
MARKED = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


def lines_of(file):
    return [",".join(str(cell) for cell in cells) for _, cells in read_grids(file)[0].rows]


@pytest.mark.parametrize(("language", "encoding"), WRITTEN + ALSO)
def test_a_table_is_read_as_it_was(tmp_path, language, encoding):
    text = (ROWS | MORE)[language][1]
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert lines_of(tmp_path / "a.csv") == text.splitlines()


@pytest.mark.parametrize("language", ROWS)
@pytest.mark.parametrize("encoding", MARKED)
def test_a_table_in_unicode_is_read_as_it_was(tmp_path, language, encoding):
    text = ROWS[language][1]
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert lines_of(tmp_path / "a.csv") == text.splitlines()


@st.composite
def few_cells(draw):
    """A few cells of one language, one a row, and the encoding they are written in."""
    language, encoding = draw(st.sampled_from(WRITTEN))
    cells = ROWS[language][1].replace("\n", ",").rstrip(",").split(",")
    return draw(st.lists(st.sampled_from(cells).filter(bool), min_size=1, max_size=4, unique=True)), encoding


@settings(FILES, max_examples=300)
@given(few_cells())
def test_a_few_words_are_read_as_they_were_or_refused(tmp_path, drawn):
    cells, encoding = drawn
    (tmp_path / "a.csv").write_bytes("\n".join(["x", *cells]).encode(encoding))
    try:
        assert lines_of(tmp_path / "a.csv") == ["x", *cells]
    except SheetError:
        return


@settings(FILES, max_examples=10)
@given(random=st.randoms(use_true_random=False), plain=st.integers(0, 3))
@pytest.mark.parametrize(("language", "encoding"), [pair for pair in WRITTEN if pair[1] in COMMON])
def test_five_rows_in_a_common_encoding_are_enough(tmp_path, random, language, encoding, plain):
    heads, *rows = ROWS[language][1].splitlines()
    columns = [list(column) for column in zip(*(row.split(",") for row in rows if row.count(",") == 4), strict=True)]
    for column in columns:
        random.shuffle(column)
    text = [heads, *(",".join(cells) for cells in zip(*columns, strict=True)), *["Acme Ltd,John,Buyer,York,x"] * plain]
    (tmp_path / "a.csv").write_bytes("\r\n".join(text).encode(encoding))
    assert lines_of(tmp_path / "a.csv") == text


@settings(FILES, max_examples=300)
@given(
    st.lists(
        st.characters(codec="gb2312", min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=12, max_size=30, unique=True
    )
)
def test_characters_without_sense_are_read_as_they_were_or_refused(tmp_path, signs):
    text = "".join(signs)
    (tmp_path / "a.csv").write_bytes(f"{text}\n".encode("gb18030"))
    try:
        assert lines_of(tmp_path / "a.csv") == [text]
    except SheetError:
        return


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "姓名,电话\n张三,1\n"),
        ("gb18030", "企业,行业\n联通,通信\n"),
        ("gb18030", "name,city\n" + "a,b\n" * 30_000 + "Müller有限公司,上海\n"),
        ("cp1254", "İstanbul Makine A.Ş.\n"),
        ("mac_roman", "Société Générale\n"),
        ("cp1252", "Joe’s Diner,Résumé – “André”\n"),
        ("cp1252", "Zürich,25 °C\n"),
        ("cp1252", "Company,Budget\nAcme,€ 5000\nBeta,€ 300\n"),
        ("cp950", "公司,姓名\n香港電訊有限公司,陳大文\n"),
        ("big5hkscs", "公司,姓名\n深水埗餐廳,陳嘅\n鰂魚涌茶餐廳,李咗\n"),
        ("cp932", "氏名,会社\n田中,トヨタ自動車株式会社\n"),
        ("cp949", "이름,회사\n김민수,삼성전자\n"),
        ("cp1251", "Имя\nООО Ромашка\n"),
    ],
)
def test_even_a_few_words_are_often_enough(tmp_path, encoding, text):
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert lines_of(tmp_path / "a.csv") == text.splitlines()


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("a\nMüller, Häußler, Böhm\n".encode() + b"Kr\xfcger\n", "line 2: is UTF-8 with damaged characters"),
            (
                "客户,Größe\n".encode() + "苏州恒远精密机械有限公司,李雷\n".encode("gb18030") * 5,
                "is UTF-8 in some lines",
            ),
            (ROWS["German"][1].encode("cp1252") * 3 + "Müller,x,y,Köln,z\n".encode(), "is UTF-8 in some lines"),
            ("name\n一\n".encode("gb18030"), "line 2: may be text in UTF-8 or GB18030, which differ"),
            (b"x\n\n~{<:Ky2;SP~}\n", "line 3: may be text in HZ"),
            ("会社".encode("iso2022_jp") + b"\n\x1b$B~~", "is no text in ISO2022-JP"),
            (
                "Ñ\n".encode("cp1252"),
                "line 1: is no text in UTF-8; it may be Windows-1251 or [A-Z].*, which differ",
            ),
            (b"a\n" + bytes(range(0x80, 0x100)) + b"\n", "line 2: is no text in UTF-8"),
            ("a\n".encode("utf-16") + b"\x00", "is no text in UTF-16"),
        ],
    )
    def test_what_cannot_be_told_is_refused_by_its_line(self, tmp_path, content, words):
        (tmp_path / "a.csv").write_bytes(content)
        with pytest.raises(SheetError, match=rf"a\.csv, .*{words}.*save it as CSV UTF-8"):
            read_grids(tmp_path / "a.csv")

    def test_a_byte_far_below_that_does_not_fit_is_named_by_its_line(self, tmp_path):
        text = ROWS["Chinese"][1].encode("gb18030") * 200
        (tmp_path / "a.csv").write_bytes(text + b"\xff\xff\n")
        with pytest.raises(SheetError, match=r"a\.csv, line 1201: is no text in GB18030"):
            read_grids(tmp_path / "a.csv")
