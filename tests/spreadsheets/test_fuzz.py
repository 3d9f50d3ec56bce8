"""Workbooks damaged at random, byte by byte and part by part: each is read, or refused by a line that says so."""

from __future__ import annotations

import random
import re
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

import leadkit as lk
from leadkit.adapters.spreadsheets.read import read_leads
from leadkit.errors import SheetError

ROWS = (
    ("公司名称", "联系人", "电话", "职位", "预算", "需求描述"),
    ("北辰智造有限公司", "王一", "13800138000", "采购总监", "50-80万", "采购设备,Q4落地"),
    ("Acme Ltd", "Ann", "+44 20 7946 0000", "CTO", 120_000, "two robots by May"),
)
XML = (b"<", b">", b"&", b'"', b"</row>", b"<row>", b"]]>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&#0;", b"99999999999")
"""What a parser may stumble over."""
SEEDS = 2_000


def workbook() -> bytes:
    book, file = Workbook(), BytesIO()
    for row in ROWS:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def with_bytes_changed(content: bytes, draw: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(draw.choice([1, 1, 2, 8, 64])):
        damaged[draw.randrange(len(damaged))] = draw.randrange(256)
    return bytes(damaged[: draw.randrange(len(damaged))] if draw.random() < 0.2 else damaged)


def with_a_part_changed(content: bytes, draw: random.Random) -> bytes:
    """A sound archive with one of its parts damaged, named otherwise, there twice, or gone."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as parts, ZipFile(file, "w", ZIP_DEFLATED) as damaged:
        names = parts.namelist()
        victim = draw.choice(names)
        for name in names:
            text = parts.read(name)
            if name == victim:
                text = _damaged(text, draw)
                name = draw.choice([name, name, name, f"../{name}", f"{name}\x01", "/etc/passwd"])  # noqa: PLW2901
            if name != victim or draw.random() < 0.9:
                damaged.writestr(name, text)
    return file.getvalue()


def _damaged(text: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(text) + 1)
    return draw.choice([
        lambda: text[:at] + draw.choice(XML) + text[at:],
        lambda: re.sub(rb"\d+", lambda _: str(draw.choice([0, -1, 2**31, 2**63, 10**30])).encode(), text, count=at),
        lambda: text[:at] + text[at + draw.randrange(1, 50) :],
        lambda: text * draw.choice([2, 50]),
        lambda: b"",
    ])()  # fmt: skip


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("damage", [with_bytes_changed, with_a_part_changed])
def test_a_damaged_workbook_is_read_or_refused(damage, tmp_path: Path):
    policy, content = lk.load_policy("standard"), workbook()
    results = {"read": 0, "refused": 0}
    file = tmp_path / "leads.xlsx"
    for seed in range(SEEDS):
        file.write_bytes(damage(content, random.Random(seed)))
        refusal = None
        try:
            sheet = read_leads(file, policy)
        except SheetError as error:
            refusal = str(error)
        if refusal is None:
            assert sheet.row_count <= 200, seed
        else:
            assert refusal.startswith("leads.xlsx"), (seed, refusal)
            assert not re.search("王一|13800138000|Ann", refusal), seed
        results["read" if refusal is None else "refused"] += 1
    assert min(results.values()) > SEEDS / 20, results
