"""axe-core in a tab: what is wrong with a page for people who hear it, or use a keyboard."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.report.browser import Browser

NO_AXE = "NO AXE: it comes with `pip install axe-playwright-python`, or nobody has heard the page"


def _axe() -> str | None:
    """The script, of which the wheel is only the carrier; nothing of the wheel's own is run."""
    spec = find_spec("axe_playwright_python")
    places = spec.submodule_search_locations if spec else None
    return (Path(places[0]) / "axe.min.js").read_text("utf-8") if places else None


AXE = _axe()
RUN = """
axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations.map(one =>
  [one.id, one.nodes.map(node => node.target.join(' ')).slice(0, 5)]))
"""


def violations(tab: Browser) -> list[Any]:
    """Every rule that the page in the tab breaks, with some of the places."""
    tab.run(f"{AXE}; 1")
    return tab.run(RUN)
