"""The map and the recipes of CONTRIBUTING.md are those of the source."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from benchmarks import house
from docs.house_map import drawing, essential

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/leadkit"
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_the_map_lists_the_layers_in_their_order():
    lines = re.findall(r"^\d+\. ((?:`\w+`(?:, )?)+):", TEXT, re.MULTILINE)
    assert [re.findall(r"`(\w+)`", line) for line in lines] == house.layers(SOURCE)


def test_every_room_is_on_the_map():
    modules = house.modules(SOURCE)
    rooms = {room for room in house.rooms(modules, house.imports(modules)) if not room.startswith("__")}
    assert rooms - {"policies"} == {room for floor in house.layers(SOURCE) for room in floor}


def test_no_import_goes_up_and_no_rooms_go_round_in_circles():
    modules = house.modules(SOURCE)
    arrows = house.rooms(modules, house.imports(modules))
    assert house.arrows_up(arrows, house.layers(SOURCE)) == []
    assert house.circles({room: targets for room, targets in arrows.items() if room != "__init__"}) == []


def test_the_picture_shows_every_room_and_every_arrow_that_does_not_follow():
    modules = house.modules(SOURCE)
    arrows = house.rooms(modules, house.imports(modules))
    drawn = ET.fromstring(drawing())
    rooms = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert sorted(rooms) == sorted(room for floor in house.layers(SOURCE) for room in floor)
    kept = {room: frozenset(target for start, target in essential(arrows) if start == room) for room in arrows}
    assert all(house.reached(kept, room) == house.reached(arrows, room) for room in rooms)


def test_every_path_of_the_recipes_is_there():
    paths = re.findall(r"`((?:src|docs|tests|benchmarks)/[\w./]+)`", TEXT)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_measures():
    """Small sources with known measures."""
    module = house.Module("leadkit.a.b", "from ..c import d\ndef f(**how) -> tuple[int, str]: ...\n", package=False)
    other = house.Module(
        "leadkit.c", "from leadkit.a import b\ndef _g() -> list[tuple[int, ...]]: ...\n", package=False
    )
    modules = {"leadkit.a.b": module, "leadkit.c": other}
    assert house.keyword_bags(modules) == house.anonymous_tuples(modules) == ["leadkit.a.b.f"]
    assert house.circles(house.imports(modules)) == [["leadkit.a.b", "leadkit.c"]]
    assert house.arrows_up(house.rooms(modules, house.imports(modules)), [["a"], ["c"]]) == ["c -> a"]
