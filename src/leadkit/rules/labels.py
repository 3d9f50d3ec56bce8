"""Labels: what people call the codes of a policy, in each language."""

from __future__ import annotations

from collections.abc import Mapping

from leadkit.texts import Language

Labels = Mapping[Language, Mapping[str, str]]


def label(labels: Labels, language: Language, *codes: str) -> str:
    """The label of the most telling of `codes` that has one, else the last code with its underscores as spaces.

    A level is asked for as `("company_size.large", "large")`.
    """
    known = labels.get(language, {})
    return next((known[code] for code in codes if code in known), codes[-1].replace("_", " "))
