"""The words around sums of money, as parts of regular expressions, and the names of currencies."""

from __future__ import annotations

CURRENCIES = (
    *(
        "AED",
        "ARS",
        "AUD",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNH",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
    ),
    *(
        "IDR",
        "ILS",
        "INR",
        "JPY",
        "KRW",
        "KZT",
        "MOP",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "PEN",
        "PHP",
        "PKR",
        "PLN",
        "QAR",
    ),
    *("RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR"),
)
"""ISO 4217 codes that are read in a text."""

_NAMES = {
    **{code: code for code in CURRENCIES},
    "RMB": "CNY",
    "人民币": "CNY",
    "美元": "USD",
    "美金": "USD",
    "欧元": "EUR",
    "英镑": "GBP",
    "港币": "HKD",
    "港元": "HKD",
    "日元": "JPY",
    "日圆": "JPY",
    "韩元": "KRW",
    "新台币": "TWD",
    "台币": "TWD",
    "新币": "SGD",
    "新加坡元": "SGD",
    "澳元": "AUD",
    "加元": "CAD",
    "澳门元": "MOP",
    "瑞士法郎": "CHF",
    "卢布": "RUB",
    "¥": "CNY",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
}
SIGNS = {**_NAMES, "US$": "USD", "HK$": "HKD", "NT$": "TWD", "S$": "SGD", "A$": "AUD", "C$": "CAD"}
"""What stands before a sum -> its currency."""
SUFFIXES = {
    **_NAMES,
    "元人民币": "CNY",
    "块钱": "CNY",
    "元": "CNY",
    "圆": "CNY",
    "YUAN": "CNY",
    "DOLLAR": "USD",
    "DOLLARS": "USD",
    "US DOLLARS": "USD",
    "EURO": "EUR",
    "EUROS": "EUR",
    "POUNDS": "GBP",
}
"""What stands after a sum -> its currency."""

LATIN_MAGNITUDES = {
    "k": 1000,
    "thousand": 1000,
    "grand": 1000,
    "w": 10_000,
    "m": 1_000_000,
    "mm": 1_000_000,
    "mn": 1_000_000,
    "mil": 1_000_000,
    "mio": 1_000_000,
    "million": 1_000_000,
    "b": 10**9,
    "bn": 10**9,
    "billion": 10**9,
}

BUDGET = r"预算|经费|报价|价格|价位|价钱|费用|资金|投入|budget|price|pricing|quote|quotation|cost|spend"
AT_MOST_BEFORE = (
    r"不超过|不超|不高于|不大于|不多于|最多|最高|至多|(?<!不)低于|(?<!不)少于|(?<!不)小于|上限|封顶|控制在|可提高到|可提至|可提到|可到|可达"
    r"|up to|at most|(?<!not )(?<!no )less than|(?<!not )(?<!no )below|under|no more than|not more than"
    r"|max(?:imum)?\.?|not exceeding"
    r"|not to exceed|cap(?:ped)? (?:at|of)|<=|<|≤"
)
AT_LEAST_BEFORE = (
    r"不低于|不少于|不小于|最少|最低|至少|(?<!不)超过|(?<!不)高于|(?<!不)大于|(?<!不)多于|下限|起步"
    r"|at least|(?<!not )(?<!no )more than|over|above|no less than|not less than|min(?:imum)?\.?"
    r"|starting (?:at|from)|>=|>|≥"
)
ABOUT_BEFORE = r"大约|约|大概|差不多|about|around|approximately|approx\.?|roughly|circa|~"
AT_MOST_AFTER = r"以内|之内|以下|内|封顶|为限|or less|or below|max(?:imum)?(?![a-z])"
AT_LEAST_AFTER = r"以上|起|\+|or more|and up|plus(?![a-z])|min(?:imum)?(?![a-z])"
ABOUT_AFTER = r"左右|上下|多|or so"
COUNTED = (
    r"\s?(?:%|‰|[台个名套件号辆家户次条张只吨斤米核路层岁倍种寸篇万亿]|用户|客户|员工|公斤|公里|平方|平米|小时|分钟|季度|人(?!民)|年(?![底内度初末中前])"
    r"|月(?![底内初中])|日(?!前)|天|周(?!期)|位|页|点"
    r"|(?:users?|people|persons?|employees|staff|units?|pcs|pieces|months?|weeks?|days?|years?|hours?|minutes|seats?|licen[cs]es"
    r"|customers|clients|leads|visitors|records|rows|devices|members|times|items|percent|kg|km|gb|mb|tb)(?![a-z]))|[a-z]"
)
