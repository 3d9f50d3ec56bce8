"""The names and signs of currencies in a text, in small letters and simplified characters; words for magnitudes."""

from __future__ import annotations

CURRENCIES = (
    *("AED", "ARS", "AUD", "BRL", "CAD", "CHF", "CLP", "CNH", "CNY", "COP", "CZK", "DKK"),
    *("EGP", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KRW", "KZT", "MOP"),
    *("MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RUB"),
    *("SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR"),
)
"""ISO 4217 codes that are read in a text."""

CAPITALS_ONLY = frozenset({"ARS", "COP", "MOP", "PEN", "RON", "SAR", "TRY"})
"""Codes that are words or names where they stand in small letters."""

_NAMES = {
    **{code.lower(): code for code in CURRENCIES},
    **dict.fromkeys(("rmb", "人民币", "¥", "rmb¥", "cny¥", "人民币¥"), "CNY"),
    **dict.fromkeys(("美元", "美金", "美刀", "us$", "u.s.$", "$", "usd$", "usd $"), "USD"),
    **dict.fromkeys(("欧元", "€"), "EUR"),
    **dict.fromkeys(("英镑", "£"), "GBP"),
    **dict.fromkeys(("港币", "港元", "港纸", "hk$"), "HKD"),
    **dict.fromkeys(("日元", "日圆", "日币", "日本円", "円", "jp¥"), "JPY"),
    **dict.fromkeys(("韩元", "韩币", "韩圆", "₩"), "KRW"),
    **dict.fromkeys(("新台币", "台币", "台幣", "nt$", "ntd"), "TWD"),
    **dict.fromkeys(("新币", "新加坡元", "坡币", "s$"), "SGD"),
    **dict.fromkeys(("澳元", "澳币", "a$", "au$"), "AUD"),
    **dict.fromkeys(("加元", "加币", "c$", "ca$"), "CAD"),
    **dict.fromkeys(("纽币", "新西兰元", "nz$"), "NZD"),
    **dict.fromkeys(("澳门元", "澳门币"), "MOP"),
    **dict.fromkeys(("瑞士法郎", "瑞郎", "sfr", "sfr."), "CHF"),
    **dict.fromkeys(("卢布", "₽", "руб", "руб.", "рублей"), "RUB"),
    **dict.fromkeys(("卢比", "印度卢比", "₹", "rs.", "rs"), "INR"),
    **dict.fromkeys(("泰铢", "฿"), "THB"),
    **dict.fromkeys(("越南盾", "₫"), "VND"),
    **dict.fromkeys(("林吉特", "马币", "rm"), "MYR"),
    **dict.fromkeys(("rp", "rp.", "印尼盾"), "IDR"),
    "mx$": "MXN",
    "r$": "BRL",
    **dict.fromkeys(("₺", "tl"), "TRY"),
    "zł": "PLN",
}
SIGNS = _NAMES
"""What stands before a sum -> its currency."""

SUFFIXES = {
    **_NAMES,
    **dict.fromkeys(("元人民币", "块钱", "元", "圆", "块", "yuan", "renminbi"), "CNY"),
    **dict.fromkeys(("dollar", "dollars", "us dollars", "us dollar", "u.s. dollars", "bucks", "刀"), "USD"),
    **dict.fromkeys(("hong kong dollars", "hk dollars"), "HKD"),
    **dict.fromkeys(("singapore dollars",), "SGD"),
    **dict.fromkeys(("euro", "euros", "d'euros", "d'euro", "of euros"), "EUR"),
    **dict.fromkeys(("pounds", "pound sterling", "sterling", "quid"), "GBP"),
    **dict.fromkeys(("yen",), "JPY"),
    "欧": "EUR",
    **dict.fromkeys(("won", "원"), "KRW"),
    **dict.fromkeys(("rupees", "rupee"), "INR"),
    **dict.fromkeys(("swiss francs", "franken", "francs suisses", "fr."), "CHF"),
}
"""What stands after a sum -> its currency."""

YUAN = frozenset({"元", "圆", "块", "块钱"})
"""Names that several currencies have in common: that of the company, where it is called so."""
CALLED_YUAN = frozenset({"CNY", "CNH", "TWD", "HKD", "MOP"})
CALLED_DOLLAR = frozenset({"AUD", "CAD", "HKD", "NZD", "SGD", "TWD"})

EUROPEAN = frozenset({"BRL", "CHF", "CZK", "DKK", "EUR", "HUF", "IDR", "NOK", "PLN", "RON", "RUB", "SEK", "TRY", "VND"})
"""Currencies of places that group digits by dots, and write a comma before the cents."""

MAGNITUDES = {
    **dict.fromkeys(("k", "thousand", "grand", "tsd", "tausend", "mille", "mil", "tys", "tis", "тыс"), 1000),
    "w": 10_000,
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 100_000),
    **dict.fromkeys(("m", "mm", "mn", "mln", "mio", "million", "millions", "millionen", "млн"), 1_000_000),
    **dict.fromkeys(("crore", "crores", "cr"), 10_000_000),
    **dict.fromkeys(("b", "bn", "mrd", "billion", "milliarde", "milliarden", "milliard", "milliards"), 10**9),
}
"""Words for magnitudes in Latin letters."""
UNSURE_MAGNITUDES = frozenset({"m", "mm", "b", "cr", "mil", "w"})
"""Those that are more often metres, millimetres, bytes or watts: they count only beside a currency or a budget."""

PHRASES = {
    "half a million": 500_000,
    "a half million": 500_000,
    "half million": 500_000,
    "a quarter of a million": 250_000,
    "quarter of a million": 250_000,
    "a quarter million": 250_000,
    "quarter million": 250_000,
    "three quarters of a million": 750_000,
    "one and a half million": 1_500_000,
    "a million and a half": 1_500_000,
    "eine halbe million": 500_000,
    "einer halben million": 500_000,
    "halbe million": 500_000,
    "eine viertelmillion": 250_000,
    "viertelmillion": 250_000,
    "anderthalb millionen": 1_500_000,
    "eineinhalb millionen": 1_500_000,
    "eine million": 1_000_000,
    "einer million": 1_000_000,
    "zwei millionen": 2_000_000,
    "drei millionen": 3_000_000,
    "un demi-million": 500_000,
    "un demi million": 500_000,
    "un million": 1_000_000,
    "deux millions": 2_000_000,
    "半个亿": 50_000_000,
    "半亿": 50_000_000,
}
"""Numbers in words that are read whole."""

_AMBIGUOUS = {"欧", "刀", "円", "rs", "rm", "rp", "quid", "bucks", "won", *map(str.lower, CAPITALS_ONLY)}
FOREIGN = {name: code for name, code in SUFFIXES.items() if code != "CNY" and name.isalnum() and name not in _AMBIGUOUS}
"""Names of currencies that are nothing else, wherever they stand."""
