"""A desk over each of the stores that need no server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import leadkit as lk
from tests.desk.desks import address, open_desk


@pytest.fixture(params=["memory", "sqlite"])
def desk(request, tmp_path) -> Iterator[lk.Desk]:
    with open_desk(address(request.param, tmp_path)) as desk:
        yield desk
