"""The forms of durations and urgent words in English, German and French."""

from __future__ import annotations

from leadkit.records.text.dates import words as w
from leadkit.records.text.dates.forms import form
from leadkit.records.text.dates.spans import read_duration, read_urgent

_B, _E = w.NO_LETTER_BEFORE, w.NO_LETTER_AFTER
_UNITS = ("day", "days", "week", "weeks", "wk", "wks", "month", "months", "quarter", "quarters", "year", "years")
_EUROPEAN_UNITS = (
    *[
        "tag",
        "tage",
        "tagen",
        "woche",
        "wochen",
        "monat",
        "monate",
        "monaten",
        "jahr",
        "jahren",
        "werktage",
        "werktagen",
    ],
    *["jours", "semaine", "semaines", "mois", "an", "ans"],
)
DURATIONS = (
    form(
        rf"{_B}(?:with)?in(?: about| around| roughly| approximately)?(?: the)?(?: next| coming| following)?"
        rf"(?: about| around)? ?{w.LATIN_LOW}{w.LATIN_COUNT}[ -]?{w.LATIN_UNIT}(?:'? time)?",
        "duration",
        read_duration,
        _UNITS,
    ),
    form(
        rf"{_B}(?:(?:over|during|for) )?(?:the )?(?:next|coming) {w.LATIN_LOW}{w.LATIN_COUNT} {w.LATIN_UNIT}",
        "duration",
        read_duration,
        _UNITS,
    ),
    form(
        rf"{_B}(?:in|within|over|during) the (?:last|past) {w.LATIN_COUNT} {w.LATIN_UNIT}|(?:last|past) \w+ "
        rf"(?:{'|'.join(_UNITS)}){_E}",
        "none",
        None,
        ("last", "past"),
    ),
    form(rf"{w.LATIN_COUNT} {w.LATIN_UNIT} (?P<way>ago|from now)", "duration", read_duration, ("ago", "now")),
    form(
        rf"{_B}(?:(?:with)?in )?{w.LATIN_LOW}{w.LATIN_COUNT} {w.LATIN_UNIT} (?:after|from|of|upon|following"
        r"|nach|ab|after the) (?:the |your |our |of )?"
        r"(?:order|receipt|delivery|signing|signature|po|purchase order|payment|invoice|contract|installation"
        r"|acceptance|shipment|confirmation|award|approval"
        r"|experience|business|warranty|history|operation|bestellung|auftrag|rechnung|lieferung|vertrag)",
        "none",
        None,
        (*_UNITS, *_EUROPEAN_UNITS),
    ),
    form(
        rf"{_B}(?:in|innerhalb|binnen)(?: von| der nächsten| den nächsten| etwa"
        rf"| ca\.?)? {w.LATIN_LOW}{w.LATIN_COUNT} {w.LATIN_UNIT}",
        "duration",
        read_duration,
        _EUROPEAN_UNITS,
    ),
    form(rf"{_B}(?P<way>vor|il y a) {w.LATIN_COUNT} {w.LATIN_UNIT}", "duration", read_duration, _EUROPEAN_UNITS),
    form(
        rf"{_B}(?:dans|sous|d'ici)(?: les)? {w.LATIN_LOW}{w.LATIN_COUNT} (?:prochains )?{w.LATIN_UNIT}",
        "duration",
        read_duration,
        _EUROPEAN_UNITS,
    ),
    form(
        rf"(?<![\d.a-z\-])(?P<low>\d{{1,2}}) ?(?P<way>-|–|to) ?{w.LATIN_COUNT} ?{w.LATIN_UNIT}",
        "rough",
        read_duration,
        _UNITS,
    ),
    form(
        w.LATIN_URGENT,
        "urgent",
        read_urgent,
        (
            "asap",
            "soon",
            "immediate",
            "immediately",
            "right",
            "urgent",
            "urgently",
            "straight",
            "rush",
            "dringend",
            "dringende",
            "dringender",
            "sofort",
            "sofortige",
            "schnellstmöglich",
            "bald",
            "vite",
            "que",
        ),
    ),
)
