"""The review as one HTML page that stands alone: it runs no script and asks no address for anything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from leadkit.adapters.files import replacing
from leadkit.adapters.report.sentences import sentences
from leadkit.errors import MissingExtraError
from leadkit.policy import load_policy
from leadkit.reviewing.rates import FEW
from leadkit.reviewing.review import Review
from leadkit.reviewing.view import ReviewView, view
from leadkit.rules.labels import Labels
from leadkit.texts import Language

if TYPE_CHECKING:
    from jinja2 import Environment

KEY_FIGURES = (
    "leads",
    "valid_leads",
    "opportunities",
    "a_opportunities",
    "won",
    "lead_to_win_rate",
    "win_rate",
    "sales_cycle_days",
    "average_deal_size",
    "pipeline_velocity",
)
"""The figures that stand above all others, in their order."""


def write_review(
    review: Review,
    path: Path | str,
    *,
    language: Language = "zh_CN",
    title: str | None = None,
    company: str | None = None,
    labels: Labels | None = None,
) -> None:
    """Write the page of a review to `path`, whole or not at all; what is given is that of `review_html`.

    Raises:
        OSError: the file can't be written; what stood there is left as it was.
        MissingExtraError: a library of the extra `report` is not installed.
    """
    text = review_html(review, language=language, title=title, company=company, labels=labels)
    with replacing(Path(path)) as part:
        part.write_text(text, encoding="utf-8")


def review_html(
    review: Review,
    *,
    language: Language = "zh_CN",
    title: str | None = None,
    company: str | None = None,
    labels: Labels | None = None,
) -> str:
    """The page of a review: one HTML document with its styles and charts in it.

    `title` stands above the page, else what the language calls a review; `company` stands over it. `labels`
    say what the codes of the policy are called, `policy.document.labels`; left out, those of the standard policy.

    Raises:
        MissingExtraError: a library of the extra `report` is not installed.
    """
    try:
        loaded = templates()
        from leadkit.adapters.report import charts, scales
        from leadkit.adapters.report.language import Words
    except ModuleNotFoundError as error:
        raise MissingExtraError.of(error.name or "jinja2", "report") from None
    known = load_policy("standard").document.labels if labels is None else labels
    words, shown = Words(language, review.currency, known), view(review, language, known)
    return loaded.get_template("template.html.j2").render(
        review=review,
        view=shown,
        words=words,
        t=words.page,
        few=FEW,
        title=title or words.page["title"],
        company=company,
        tiles=[shown.figures[name] for name in KEY_FIGURES],
        sentences=[(sentence, words.say(sentence)) for sentence in sentences(review)],
        funnel=charts.funnel(review, words),
        channels=charts.channels(review, words),
        unplaced=charts.unplaced(review, words),
        scales=scales,
        contents=_contents(shown, words.page),
    )


def _contents(shown: ReviewView, page: Mapping[str, str]) -> list[tuple[str, str]]:
    """The jump marks of the page and what they are called, in their order."""
    first = [("key", page["key_figures"]), ("next", page["next"]), ("funnel", page["funnel"])]
    groups = [(f"by-{by}", page[f"by_{by}"]) for by in shown.groups]
    names = ("losses", "screening", "cohorts", "responses", "notes", "problems", "definitions")
    rest = [(name, page["screening_reasons" if name == "screening" else name]) for name in names]
    return [*first, *((section.name, section.title) for section in shown.sections), *groups, *rest]


@cache
def templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("leadkit.adapters.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
