"""Highlight the commands in console blocks, so that they look unlike what they print; a hook of mkdocs.

Blocks have no prompt, so that they can be pasted. A line that begins with a program's name is a command, and so is the
line after a backslash.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import BashLexer

PROGRAMS = ("leadkit", "make", "pip", "python", "export")
PRINTED = re.compile(r'<span class="go">(.*)</span>')
BLOCK = re.compile(r'<code>(?:<[^>]+></a>)?<span class="go">.*?</code>', re.DOTALL)


def commands_marked(block: str) -> str:
    """A console block as Pygments made it, with its commands highlighted as a shell's."""
    lines, goes_on = block.split("\n"), False
    for place, line in enumerate(lines):
        if part := PRINTED.search(line):
            text = unescape(part[1])
            if goes_on or text.startswith(tuple(f"{program} " for program in PROGRAMS)):
                lines[place] = line.replace(part[0], f'<span class="command">{_shell(text)}</span>')
                goes_on = text.endswith("\\")
    return "\n".join(lines)


def _shell(text: str) -> str:
    return highlight(text, BashLexer(stripnl=False), HtmlFormatter(nowrap=True)).rstrip("\n")


def on_page_content(html: str, **_: Any) -> str:
    """Mark the commands of a page, for mkdocs."""
    return BLOCK.sub(lambda block: commands_marked(block[0]), html)
