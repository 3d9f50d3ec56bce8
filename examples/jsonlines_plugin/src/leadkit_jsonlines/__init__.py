"""Leads in a file of JSON lines: an example of a leadkit plugin."""

from leadkit_jsonlines.notices import NoticeFile
from leadkit_jsonlines.storage import JsonLinesStorage

__all__ = ["JsonLinesStorage", "NoticeFile"]
