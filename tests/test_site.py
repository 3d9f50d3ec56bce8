"""What the build adds to the pages of the documentation: drawings, highlighted commands, pictures, llms.txt."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from docs import console, llms, state_map
from docs.pictures import listed
from docs.state_map import OUTSIDE, arrows, drawing, rows

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
DIAGRAMS = [diagram for page in PAGES for diagram in state_map.BLOCK.findall(page.read_text("utf-8"))]
WAYS = st.lists(st.tuples(*[st.sampled_from("abcd")] * 2, st.sampled_from(["go", "stop"])), max_size=8, unique=True)


class TestStates:
    """No page fetches a script: each diagram is drawn by the build."""

    def test_every_diagram_of_the_pages_is_drawn(self):
        mermaid = [page for page in PAGES if "```mermaid" in state_map.on_page_markdown(page.read_text("utf-8"))]
        assert (len(DIAGRAMS), mermaid) == (2, [])
        assert "mermaid" not in (ROOT / "mkdocs.yml").read_text("utf-8")

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


class TestPictures:
    """Each picture is there and small, and the script knows how to make those of the gallery."""

    def test_each_picture_that_a_page_names_is_there(self):
        for page in (ROOT / "README.md", *PAGES):
            for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text("utf-8")):
                assert (page.parent / name).stat().st_size < 150_000

    def test_the_script_makes_those_that_are_there(self):
        assert sorted(listed()) == sorted(file.name for file in (ROOT / "docs/pictures").iterdir())


class TestLlms:
    """Programs that read get a list of every page with its first paragraph."""

    NAV = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))

    def test_every_page_is_listed_once_with_a_text(self):
        text = llms.listing(self.NAV["site_name"], self.NAV["nav"], ROOT / "docs")
        listed = re.findall(r"^- \[[^\]]+\]\(([^)]+)\)(: .{20,})?$", text, re.MULTILINE)
        addresses = [str(page.relative_to(ROOT / "docs"))[:-3] + "/" for page in PAGES]
        assert sorted(address for address, _ in listed) == sorted(
            "./" if address == "index/" else address for address in addresses
        )
        assert [address for address, about in listed if not about] == []

    def test_the_build_writes_it(self, tmp_path):
        llms.on_post_build({**self.NAV, "docs_dir": str(ROOT / "docs"), "site_dir": str(tmp_path)})
        assert "docs/llms.py" in self.NAV["hooks"]
        assert (tmp_path / "llms.txt").read_text("utf-8").startswith("# leadkit\n\n> Every sales team")

    def test_links_headings_and_pictures_are_no_part_of_what_a_page_is_about(self):
        page = "# Head\n\n![x](y.png)\n\n```sh\nz\n```\n\nAsk [them](there.md)\nnow.\n\nMore."
        assert llms.first_paragraph(page) == "Ask them now."
