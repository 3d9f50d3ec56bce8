"""Write llms.txt, a list of the pages with what each is about, for programs that read; a hook of mkdocs.

What a page is about is its first paragraph, as the page says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NO_TEXT = re.compile(r"^(#|!\[|```|<!--|\||:::|- |\d+\. )")
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
SPACE = re.compile(r"(?<=[\u3000-\uffef]) (?=[\u3000-\uffef])")
"""Chinese lines are joined without a space."""

Nav = list[dict[str, Any]]


def first_paragraph(markdown: str) -> str:
    """The first paragraph of a page that is text, on one line and without links."""
    for paragraph in re.split(r"\n\s*\n", markdown):
        if paragraph.strip() and not NO_TEXT.match(paragraph.strip()):
            return LINK.sub(r"\1", SPACE.sub("", " ".join(paragraph.split())))
    return ""


def listing(title: str, nav: Nav, folder: Path) -> str:
    """The text of llms.txt: the first page's words, then each part of the navigation with its pages."""
    front = next(page for entry in nav for page in entry.values() if isinstance(page, str))
    lines = [f"# {title}", "", f"> {first_paragraph((folder / front).read_text('utf-8'))}"]
    parts: Nav = [{"Pages": [entry for entry in nav if isinstance(next(iter(entry.values())), str)]}]
    parts += [entry for entry in nav if isinstance(next(iter(entry.values())), list)]
    for part in parts:
        for name, pages in part.items():
            lines += ["", f"## {name}", "", *_pages(pages, folder)]
    return "\n".join([*lines, ""])


def _pages(pages: Nav, folder: Path) -> Iterator[str]:
    for entry in pages:
        for title, file in entry.items():
            about = first_paragraph((folder / file).read_text("utf-8"))
            address = re.sub(r"(^|/)index\.md$|\.md$", "/", file).lstrip("/")
            yield f"- [{title}]({address or './'})" + (f": {about}" if about else "")


def on_post_build(config: Any, **_: Any) -> None:
    """Write the list beside the pages, for mkdocs."""
    text = listing(config["site_name"], config["nav"], Path(config["docs_dir"]))
    (Path(config["site_dir"]) / "llms.txt").write_text(text, encoding="utf-8")
