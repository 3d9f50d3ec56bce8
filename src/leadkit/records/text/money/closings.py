"""What may stand right behind a sum that no word calls a budget, so that it is still the one that is offered."""

from __future__ import annotations

from typing import Final

from leadkit.records.text.money.sum_words import CHINESE_AFTER_MONEY
from leadkit.records.text.money.sums import ends_sentence
from leadkit.records.text.patterns import Later

_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_TIME: Final = (
    rf"(?:q[1-4]|h[12]|20\d\d|{_MONTH}|(?:the )?(?:first|second|third|fourth|next|coming)|this|spring|summer|fall"
    rf"|early|late)"
)
_GOODS: Final = r"automation|equipment|machine\w*|robot\w*|technology|software|tooling|hardware|upgrades?"
_CHINESE: Final = (
    r"新[建增购上]|建设|扩建|购|引进|引入|来|进行|打造|完成|实施|用来|专[门项]|对|把|将|我们|客户|老板|他|这|需|才"
    r"|跟|同|只|其|各|分|并|均|优先|整"
)
_LATIN: Final = (
    r"for(?! (?:his|her|my|our|their|the|its) (?:old|used|existing|current))"
    r"|to(?! (?:date|his|her|their|a (?:bank|lender)))"
    r"|as|if|so|please|is|would|wouldn't|could|should|might|will|enough|sufficient|ok|okay|fine|works?|possible|then"
    r"|though|and|or|but|max|maxi|maximum|min|tops|range|mark|ballpark|budget|all|total|overall|altogether|get|buy|buys"
    r"|cover|covers|with|without|including|includes?|incl|excl|excluding|plus|net|gross|netto|brutto|ex|ht|ttc|cash"
    r"|by|before|until|when|once|after|since|because|which|that|who|we|we'd|we'll|i|they|he|she|you|it|on|at|only"
    r"|right now|now|today|next|this|left|available|ready|earmarked|approved|allocated|reserved|set aside|saved up"
    r"|remaining|planned|budgeted|put aside|project|program(?:me)?|package|option|version|solution|inclusive|give"
    r"|between|ring-?fenced|immediately|into|depending on|sounds?|seems?|looks?|does|gets|firm|fob|cif|dap|ddp|exw"
    r"|saved|(?:upgrad|automat|replac|moderni[sz]|expand|equipp|buy|purchas|add|build|improv|refurbish|retrofitt?)ing"
    r"|across|throughout|spread|installed|delivered|landed|commissioned|turnkey"
    r"|committed(?= (?:for|to) (?:this|it|the project))"
    rf"|in(?= (?:total|all|mind|hand|cash|place|budget|the (?:bank|budget|kitty)|our (?:budget|account)|diesem|a|an"
    rf"|new|{_GOODS}|{_TIME})(?![a-z]))"
    r"|over(?= (?:\w+ ){1,3}(?:years?|months?|quarters?|phases))"
    r"|from(?= (?:the|our|this|their|last|next) (?:\w+ )?(?:budget|year|quarter|funds?))"
    r"|geplant|eingeplant|vorgesehen|eingestellt|zahlen|ausgeben|bleiben|investieren|liegen|kosten|ist|sind|wäre|wären"
    r"|für|zu|zum|zur|im|bis|inkl|exkl|zzgl|inklusive|ohne|mit|als|oder|und|aber|wir|ich|dann|noch|nur|verfügbar"
    r"|vorhanden|frei|maximal|max|gesamt|insgesamt|aufwärts|reicht|reichen|hat|haben|pro|je|pour|en|et|ou|environ|maxi"
    r"|avec|sans|de(?= (?:budget|orçamento|presupuesto))|presupuesto|orçamento|para|con|hors"
)
_OPEN: Final = Later(
    rf"\s?(?:$|[^\w\s]|\s[^\w\s]|\d|(?:{_LATIN})(?![a-zäöüß])|(?<![元块钱])[\u3040-\u30ff一-鿿]"
    rf"|{CHINESE_AFTER_MONEY}|{_CHINESE})"
)
_FOR: Final = Later(
    r"\s?for(?! (?:this|it|that|these|an?|the project|\d|one|two|three|q\d|next|new)(?![a-z]))(?![a-z])"
)
_GETS: Final = Later(r"(?<!have )(?<!has )(?<!'ve )(?<![a-z])(?:gets?|got|getting|wants?)(?: about| around)?\s?$")


def is_closed(text: str, end: int) -> bool:
    """Whether an unknown word behind a sum that ends there may say that it is something else: $2M in the pipeline.

    What a Chinese sum that names no currency counts is asked before (`surely_money`), so only 50万元存货 is left.
    """
    return _OPEN.match(text, end) is None and not ends_sentence(text, end)


def is_price_asked(clause: str, text: str, end: int) -> bool:
    """Whether a sum is what somebody gets, or wants, for something: they got $50k for the business."""
    return _FOR.match(text, end) is not None and _GETS.search(clause) is not None
