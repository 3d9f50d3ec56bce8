"""What the documentation's build adds to the pages: drawings, marked commands."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from docs import console, state_map
from docs.state_map import OUTSIDE, arrows, drawing, rows

PAGES = sorted((Path(__file__).parents[1] / "docs").rglob("*.md"))
DIAGRAMS = [diagram for page in PAGES for diagram in state_map.BLOCK.findall(page.read_text("utf-8"))]
WAYS = st.lists(st.tuples(*[st.sampled_from("abcd")] * 2, st.sampled_from(["go", "stop"])), max_size=8, unique=True)


class TestStates:
    """No page fetches a script: each diagram is drawn by the build."""

    def test_every_diagram_of_the_pages_is_drawn(self):
        mermaid = [page for page in PAGES if "```mermaid" in state_map.on_page_markdown(page.read_text("utf-8"))]
        assert (len(DIAGRAMS), mermaid) == (2, [])

    @given(WAYS)
    def test_what_is_drawn_together_are_the_same_arrows(self, ways):
        assert sorted(
            (start, end, label) for starts, ends, label in rows(ways) for start in starts for end in ends
        ) == (sorted(ways))

    def test_a_drawing_has_its_states_and_commands(self):
        for diagram in DIAGRAMS:
            svg = drawing(diagram)
            for start, end, label in arrows(diagram):
                assert all(f">{escape(text)}</text>" in svg for text in (start, label) if text and text != OUTSIDE)
                assert f"{start} to {end}: {label}" in svg or end == OUTSIDE


class TestCommands:
    """A command in a console block looks unlike what it prints."""

    def test_a_command_is_highlighted_with_the_line_after_a_backslash_and_nothing_else(self):
        lines = ["leadkit score a.xlsx \\", "  -o &quot;b.xlsx&quot;", "wrote b.xlsx", "leadkit: no"]
        block = "\n".join(f'<span class="go">{line}</span>' for line in lines)
        shown = console.on_page_content(f"<pre><code>{block}\n</code></pre>")
        kinds = re.findall(r'^(?:<pre><code>)?<span class="(command|go)">', shown, re.MULTILINE)
        assert kinds == ["command", "command", "go", "go"]
        assert unescape(re.sub("<[^>]+>", "", shown)) == unescape("\n".join([*lines, ""]))
