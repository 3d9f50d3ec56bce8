"""What the cells of a column look like, to tell whether a head means what its words say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property

from attrs import define, field

from leadkit.adapters.spreadsheets.cells import text
from leadkit.adapters.spreadsheets.heads.vocabulary import answers
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.records.text import fold

MOST = 300
"""So many filled cells of a column are looked at."""

_MAIL = re.compile(r"[^\s@]{1,64}[@＠][^\s@]{1,200}\.[^\s@]{1,60}")
_PHONE = re.compile(r"(?:[a-z\u4e00-\u9fff]{0,8}[:：])?\+?[\d\s().\-–/*]{7,40}\D{0,30}", re.IGNORECASE)
_WEB = re.compile(r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,10}(?:/\S*)?", re.IGNORECASE)
_DATE = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}.*|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}.*|\d{8}(?:\D.*)?|\d{1,2}\.?[\s-][^\W\d]{3,12}\.?[\s-],?\s?\d{2,4}.*"
    r"|[^\W\d]{3,12}\.? \d{1,2},? \d{4}.*|1\d{9}(?:\d{3})?"
)
_FORM = re.compile(
    r"公司|集团|集團|厂|廠|商行|工作室|研究院|研究所|事务所|中心|银行|学校|大学|医院|株式会社|有限会社|合同会社|주식회사|\(주\)"
    r"|(?<![a-z])(?:inc|llc|ltd|limited|corp|corporation|co|company|gmbh|ag|kg|ug|ohg|e\.?k|s\.?a\.?s?|sarl|s\.?l\.?u?"
    r"|s\.?p\.?a|s\.?r\.?l|b\.?v|n\.?v|plc|pty|pte|oy|ab|a/s|aps|ооо|оао|зао|пао|ао|ип|a\.?ş|şti|ltda|lda|sp\. ?z|group"
    r"|holdings?|systems|solutions|technologies|industries|services|consulting|logistics|partners|foods|motors|labs?"
    r"|studios?|university|hospital|bank|agency|enterprises|maschinenbau|werke?)\.?(?![a-z])",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"经理|經理|总[监裁]|總[監裁]|[总總]$|主任|主管|工程师|董事|厂长|采购|採購|专员|老板|创始人|部长|社長|部長|課長|担当"
    r"|(?<![a-z])(?:c[efotim]o|vp|ceo|director|manager|head|president|owner|founder|engineer|officer|buyer|lead|analyst|specialist|chief|consultant"
    r"|leiter|geschäftsführer|einkauf\w*|directeur|directrice|responsable|gerente|diretor|director\w*|direttore|директор|менеджер|müdür\w*)(?![a-z])",
    re.IGNORECASE,
)
_WORDS = r"[^\W\d_][\w'’.-]*"
_PERSON = re.compile(rf"(?:(?:mr|mrs|ms|dr|herr|frau|m|mme|sr|sra)\.? )?{_WORDS}(?:,? {_WORDS}){{1,3}}", re.IGNORECASE)
_HAN_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}(?:先生|女士|小姐|总|经理)?|[\u4e00-\u9fff][总工]")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝張陳楊黃趙吳孫馬羅鄭許韓馮鄧蕭葉程蘇呂盧鍾譚陸範賈韋鄒龍賀顧龔嚴湯莊"
)
_MONEY = re.compile(r"[$€£¥￥₹]|元|万|萬|k\b|usd|eur|cny|rmb|gbp|million|mio|budget", re.IGNORECASE)
_NUMBER = re.compile(r"[\d\s.,'’+<>~–—-]*\d[\d\s.,'’+<>~–—-]*")
_PLAIN = re.compile(r"\d{1,12}")
LONG_WORDS, LONG_SIGNS = 6, 16
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

MANY, SOME, FEW = 0.6, 0.3, 0.1


@define
class Column:
    """The filled cells of one column, as far as they are looked at."""

    cells: Sequence[Cell]
    words: list[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.words = [fold(words) for cell in self.cells if (words := text(cell))][:MOST]

    def share(self, looks: Callable[[str], object]) -> float:
        """Which part of the cells looks so; 0 where there is none."""
        return sum(1 for words in self.words if looks(words)) / len(self.words) if self.words else 0.0

    @property
    def is_long_enough(self) -> bool:
        """Whether there are enough cells to tell that they differ."""
        return len(self.words) >= 3

    @cached_property
    def mails(self) -> float:
        return self.share(_MAIL.search)

    @cached_property
    def phones(self) -> float:
        return self.share(_is_phone)

    @cached_property
    def webs(self) -> float:
        return self.share(lambda words: "@" not in words and _WEB.fullmatch(words))

    @cached_property
    def dates(self) -> float:
        dated = sum(isinstance(cell, date) for cell in self.cells)
        return max(self.share(_DATE.fullmatch), dated / max(len(self.cells), 1))

    @cached_property
    def numbers(self) -> float:
        return self.share(_NUMBER.fullmatch)

    @cached_property
    def with_digits(self) -> float:
        return self.share(lambda words: any(map(str.isdigit, words)))

    @cached_property
    def money(self) -> float:
        return self.share(lambda words: _MONEY.search(words) and any(map(str.isdigit, words)))

    @cached_property
    def answers(self) -> float:
        yes, no = answers()
        return self.share(lambda words: words.casefold().strip(".!") in yes | no)

    @cached_property
    def companies(self) -> float:
        return self.share(_FORM.search)

    @cached_property
    def titles(self) -> float:
        return self.share(lambda words: _TITLE.search(words) and len(words.split()) <= LONG_WORDS)

    @cached_property
    def persons(self) -> float:
        return self.share(_is_person)

    @cached_property
    def long(self) -> float:
        """Which part is more of a text than of a name."""
        return self.share(lambda words: len(words.split()) > LONG_WORDS or len(_HAN.findall(words)) > LONG_SIGNS)

    @property
    def repeats(self) -> bool:
        """Whether so many cells are equal that they can't tell rows apart."""
        return len(self.words) >= 10 and self.distinct < 0.5

    @cached_property
    def distinct(self) -> float:
        return len(set(self.words)) / len(self.words) if self.words else 1.0


def _is_phone(words: str) -> bool:
    digits = sum(map(str.isdigit, words))
    return digits >= 7 and bool(_PHONE.fullmatch(words)) and not _DATE.fullmatch(words)


def _is_person(words: str) -> bool:
    if _FORM.search(words) or _TITLE.search(words):
        return False
    han = _HAN_PERSON.fullmatch(words)
    return bool(han and words[0] in _SURNAMES) or bool(_PERSON.fullmatch(words) and words[:1].isupper())


Test = Callable[["Column"], bool]


def _mostly(*kinds: str) -> Test:
    """Whether most cells are of one of these kinds, such as `answers` or `mails`."""
    return lambda column: any(getattr(column, kind) > MANY for kind in kinds)


_CONTRADICTED: Mapping[str, Test] = {
    "phone": _mostly("answers", "mails", "long", "companies"),
    "email": _mostly("answers", "phones", "long", "dates"),
    "contact": lambda column: (
        _mostly("answers", "mails", "phones", "numbers", "dates", "long")(column) or column.companies > 0.5
    ),
    "first_name": _mostly("answers", "mails", "phones", "numbers"),
    "last_name": _mostly("answers", "mails", "phones", "numbers"),
    "company": lambda column: _mostly("answers", "mails", "phones", "numbers", "dates")(column) or column.long > 0.8,
    "job_title": lambda column: (
        max(column.long, column.answers, column.numbers, column.mails, column.phones, column.dates, column.money) > SOME
        and column.titles < MANY
    ),
    "entered_at": _mostly("answers", "mails", "companies", "persons", "long"),
    "received_at": _mostly("answers", "mails", "companies", "persons", "long"),
    "purchase_by": _mostly("answers", "mails", "phones"),
    "budget": lambda column: column.is_long_enough and (column.with_digits < SOME or column.dates > MANY),
    "budget_low": lambda column: column.is_long_enough and column.with_digits < SOME,
    "budget_high": lambda column: column.is_long_enough and column.with_digits < SOME,
    "website": lambda column: column.is_long_enough and column.webs < SOME,
    "company_size": _mostly("long", "dates", "mails", "answers"),
    "number": lambda column: column.mails > SOME or column.long > SOME or column.repeats,
    "external_id": lambda column: column.long > SOME or column.repeats,
    "need": _mostly("answers", "mails", "phones", "dates"),
    "product": _mostly("answers", "mails", "phones", "numbers"),
    "industry": _mostly("answers", "mails", "phones", "dates", "numbers"),
    "source": _mostly("answers", "mails", "phones", "dates"),
    "source_detail": _mostly("answers", "mails", "phones", "dates"),
    "region": _mostly("answers", "mails", "phones", "dates"),
    "tag": _mostly("answers", "mails", "phones", "dates"),
    "owner": _mostly("answers", "phones", "dates"),
    "entered_by": _mostly("answers", "phones", "dates"),
}
"""What speaks against a head: cells that are plainly something else. Cells that are merely damaged do not."""
_BORNE_OUT: Mapping[str, Test] = {
    "phone": lambda column: column.phones > MANY,
    "email": lambda column: column.mails > MANY,
    "contact": lambda column: column.persons > MANY and column.companies < SOME,
    "company": lambda column: column.companies > SOME,
    "job_title": lambda column: column.titles > SOME and column.long < SOME,
    "entered_at": lambda column: column.dates > MANY,
    "purchase_by": lambda column: column.dates > MANY,
    "budget": lambda column: column.money > SOME or column.numbers > MANY,
    "website": lambda column: column.webs > MANY,
    "company_size": lambda column: column.numbers > MANY or column.with_digits > MANY,
    "number": lambda column: column.is_long_enough and column.share(_PLAIN.fullmatch) > MANY and column.distinct > 0.9,
    "external_id": lambda column: (
        column.is_long_enough
        and column.distinct > 0.9
        and column.with_digits > MANY
        and column.share(_PLAIN.fullmatch) < MANY
    ),
    "need": lambda column: column.long > SOME,
}


def contradicts(column: Column, name: str) -> bool:
    """Whether the cells can't be what a field holds; no cell contradicts nothing."""
    test = _CONTRADICTED.get(name)
    return bool(column.words) and test is not None and test(column)


def bears_out(column: Column, name: str) -> bool:
    """Whether the cells themselves look like what a field holds."""
    test = _BORNE_OUT.get(name)
    return bool(column.words) and test is not None and test(column)
