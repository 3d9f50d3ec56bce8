"""Erased means erased: searched for byte by byte in everything that a store leaves behind."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import chain
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from attrs import asdict, evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.sql.schema import PREFIX
from leadkit.store.protocol import Query
from leadkit.store.remains import REMAINS
from leadkit.store.tables import LEADS, OUTBOX, TABLES
from tests.desk.desks import ACTORS, BOSS, START, Clock, dump, lead, touch
from tests.desk.kills import connected, standard
from tests.desk.stores import address, copied, postgres_server

pytestmark = pytest.mark.xdist_group("stores")
SHORTEST = 6
"""Pieces of so many bytes are searched for."""
WIDE = 2 * SHORTEST
"""Pieces of UTF-16 have as many characters: three small numbers of an index of pages look like three letters."""
OTHERS = 300
PERSON = {
    "name": "欧阳震华 Zwentibold",
    "job_title": "采购总监 Obereinkäufer",
    "phone": "13911928375",
    "email": "zwentibold.ouyang@quixquax.example",
    "company": "颛孙壤驷精密仪器有限公司",
    "detail": "Messe-Xylokastro2023",
    "text": "请周四下午致电 Weltraumfahrstuhl 项目,别打手机",
    "reason": "老同学 Klabautermann 介绍",
    "tag": "vip-Qwertzuiop",
    "account": "gongfu-Pumpernickel",
}
MOVED = {"phone": "13877665544", "email": "zweiter.kontakt@rumpelpumpel.example"}


def runs(whole: bytes, length: int) -> Iterator[bytes]:
    """Every run of so many bytes."""
    return (whole[start : start + length] for start in range(len(whole) - length + 1))


def pieces_of(whole: bytes) -> Iterator[bytes]:
    """Every run that a piece of a value can be found in."""
    return chain(runs(whole, SHORTEST), runs(whole, WIDE))


def needles(values: Iterable[str]) -> set[bytes]:
    """Every piece of every value, in UTF-8 and in both kinds of UTF-16, and as JSON escapes it."""
    found = set()
    for value in values:
        for whole in (value.encode(), value.encode("ascii", "backslashreplace")):
            found.update(runs(whole, SHORTEST))
        for encoding in ("utf-16-le", "utf-16-be"):
            found.update(runs(value.encode(encoding), WIDE))
    return found


class Life:
    """A desk with hundreds of leads, and one person with everything that can be kept of one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock = Clock()
        self.desk = lk.Desk(standard(), url, clock=self.clock, plugins=[self])
        self.told: list[lk.Notice] = []

    @lk.hookimpl
    def leadkit_notify(self, notice: lk.Notice) -> None:
        self.told.append(notice)

    def person(self, number: int, **contact: str) -> lk.Lead:
        return lk.Lead(
            id=f"P{number}",
            source=lk.Source(channel="展会", detail=PERSON["detail"]),
            tags=(PERSON["tag"],),
            company=lk.Company(name=PERSON["company"], industry="智能制造", size="500人"),
            contact=lk.Contact(
                **{**{name: PERSON[name] for name in ("name", "job_title", "phone", "email")}, **contact}
            ),
            need=lk.Need(description=f"采购设备,预算50-80万,Q4落地。{PERSON['text']}"),
            custom={"account": PERSON["account"]},
        )

    def activities(self) -> list[lk.Activity]:
        said = {"content": PERSON["text"], "feedback": PERSON["reason"], "next_step": PERSON["text"]}
        return [touch(1000 + number, f"P{1 + number % 3}", **said) for number in range(60)]

    def captures(self) -> list[tuple[lk.Lead, str]]:
        people = [self.person(1), self.person(2, **MOVED), self.person(3)]
        return [(one, f"{PERSON['email']}-{one.id}-{PERSON['phone']}") for one in people]

    def begin(self) -> None:
        desk = self.desk
        desk.enrol(lk.Member(id="li", role="senior_rep"), by=BOSS)
        desk.enrol(lk.Member(id="mo", role="sales_rep"), by=BOSS)
        everybody = [(lead(number), f"key-{number}") for number in range(1, OTHERS + 1)]
        desk.capture_all([*everybody[: OTHERS // 2], *self.captures(), *everybody[OTHERS // 2 :]])
        desk.record_all([*self.activities(), *(touch(number, f"L{number}") for number in range(1, OTHERS + 1))])
        desk.amend(
            "P1", {"contact.phone": MOVED["phone"], "contact.job_title": PERSON["text"]}, reason=PERSON["reason"]
        )
        desk.amend("P1", {"company.name": PERSON["account"], "tags": (PERSON["reason"],)}, key=PERSON["phone"])
        desk.merge("P1", "L7", by=BOSS, reason=PERSON["reason"])
        desk.assign("P1", by=BOSS, reason=PERSON["reason"], key=PERSON["name"])
        desk.disqualify("P1", "budget_too_small", by=BOSS, reason=PERSON["text"])
        desk.overturn("P1", by=BOSS, reason=PERSON["reason"])
        desk.deliver(20)

    def replay(self) -> None:
        """Everything that once brought the person in, again."""
        self.clock.pass_(days=1)
        for one, key in self.captures():
            self.desk.capture(one, key=key)
            with pytest.raises(lk.CommandError):
                self.desk.capture(one)
        for activity in self.activities():
            with pytest.raises(lk.CommandError):
                self.desk.record(activity)
        self.desk.deliver(10_000)
        self.desk.rescore()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def original(request, tmp_path_factory) -> str:
    """The address of a database in which the person's life is kept."""
    url = address(request.param, tmp_path_factory.mktemp("life"))
    life = Life(url)
    life.begin()
    life.desk.close()
    return url


@pytest.fixture
def life(original, tmp_path) -> Iterator[Life]:
    life = Life(copied(original, tmp_path))
    yield life
    life.desk.close()


def left_behind(url: str) -> dict[str, bytes]:
    """The bytes of everything that a database keeps, by file or by table."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        with connected(url) as connection:
            said = "\n".join(connection.iterdump()).encode()
        return {"dump": said, **{one.name: one.read_bytes() for one in file.parent.glob(f"{file.name}*")}}
    return dict(_of_postgres(url))


def _of_postgres(url: str) -> Iterator[tuple[str, bytes]]:
    with psycopg.connect(url, autocommit=True) as connection:
        for table in TABLES:
            with connection.cursor().copy(f"COPY {PREFIX}{table.name} TO STDOUT") as copy:
                yield f"copy of {table.name}", b"".join(bytes(piece) for piece in copy)
        connection.execute("CHECKPOINT")
        files = connection.execute(
            "SELECT relname, pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't') AND"
            " (relname LIKE 'leadkit%' OR relname LIKE 'pg_toast%' OR relname = 'pg_statistic')"
        ).fetchall()
        for name, path in files:
            whole = postgres_server().pgdata / path if path else None
            if whole is not None and whole.exists() and name != "pg_statistic":
                yield name, whole.read_bytes()
        stats = connection.execute("SELECT * FROM pg_stats WHERE tablename LIKE 'leadkit%'").fetchall()
        yield "statistics", repr(stats).encode()


HASH = re.compile(rb"[0-9a-f]{64}")


def held(url: str, searched: set[bytes]) -> dict[str, set[bytes]]:
    """What of it is found, and where; in a hash, six digits of somebody's phone stand by chance."""
    places = {place: HASH.sub(b"", whole) for place, whole in left_behind(url).items()}
    found = {place: searched & set(pieces_of(whole)) for place, whole in places.items()}
    return {place: pieces for place, pieces in found.items() if pieces}


@cache
def own_pieces() -> set[bytes]:
    """Pieces of the person's data that no other lead says as well."""
    others = [lead(number) for number in range(1, OTHERS + 1)]
    common = [text for one in others for text in (one.company.name, one.contact.phone, one.contact.name)]
    return needles([*PERSON.values(), *MOVED.values()]) - needles(["采购总监", *filter(None, common)])


class TestErased:
    """Erased means erased: personal data goes everywhere; the figures of the review stay as they were."""

    def test_nothing_of_the_person_is_left_in_any_byte(self, life):
        searched = own_pieces()
        assert held(life.url, searched)
        life.desk.erase("P1")
        assert held(life.url, searched) == {}

    def test_what_comes_again_under_its_keys_and_ids_brings_nothing_back(self, life):
        life.desk.erase("P1")
        of_scoring = ("scored_at", "policy", "version", "same_since")
        figures = self.figures(life, *of_scoring)
        life.replay()
        assert held(life.url, own_pieces()) == {}
        assert self.figures(life, *of_scoring) == figures

    def test_the_columns_that_figures_are_made_of_are_as_before(self, life):
        before = self.figures(life)
        life.desk.erase("P1")
        assert self.figures(life) == before

    def figures(self, life: Life, *without: str) -> dict[str, dict[str, Any]]:
        left_out = {*REMAINS[LEADS].blank(LEADS), "version", "in_queue", "erased_at", *without}
        rows = dump(life.desk)["leads"]
        return {
            row.id: {name: value for name, value in asdict(row, recurse=False).items() if name not in left_out}
            for row in rows
        }

    def test_everybody_else_is_as_before(self, life):
        family = {"P1", "P2", "P3", "L7"}

        def others() -> dict[str, list[Any]]:
            return {
                name: [row for row in rows if not family & {getattr(row, "lead_id", row.id), row.id}]
                for name, rows in dump(life.desk).items()
                if name != "erased"
            }

        before = others()
        life.desk.erase("P1")
        assert others() == before

    def test_no_notice_tells_of_the_person(self, life):
        life.desk.deliver(10_000)
        said = "".join(repr(notice) for notice in life.told).encode()
        assert life.told
        assert own_pieces() & set(pieces_of(said)) == set()

    def test_a_notice_that_is_being_taken_is_cancelled_all_the_same(self, life):
        with lk.Desk(standard(), life.url, clock=life.clock) as other:
            with other.storage.transaction() as unit:
                unit.lock("outbox")
                due = unit.find(Query(OUTBOX, {"lead_id": "P1", "state": "pending"}))
                thread = Thread(target=life.desk.erase, args=("P1",))
                thread.start()
                thread.join(0.5)
                unit.replace(OUTBOX, [evolve(one, next_at=START + timedelta(hours=1)) for one in due])
            thread.join()
        assert due
        states = {row.state for row in dump(life.desk)["outbox"] if row.id in {one.id for one in due}}
        assert states == {"cancelled"}


# What is shown.

SECRET = st.text(st.sampled_from("ωψξδ龘靐齉爩ЖЩЭЮ"), min_size=8, max_size=12).filter(lambda text: len(set(text)) > 1)


class TestShown:
    """Personal data is masked in `repr` and never in errors or logs."""

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(SECRET, min_size=9, max_size=9, unique=True), st.integers(10_000_000, 99_999_999))
    def test_no_result_no_error_and_no_line_of_a_log_shows_it(self, caplog, secrets, number):
        secrets[1:3] = [f"139{number}", f"{number}.x@example.com"]
        caplog.set_level(logging.DEBUG)
        caplog.clear()
        shown = "\n".join(self.everything(secrets)) + caplog.text
        assert [secret for secret in secrets if secret in shown] == []

    def test_the_statements_that_a_host_logs_show_nothing(self, caplog, tmp_path):
        caplog.set_level(logging.INFO, "sqlalchemy")
        life = Life(address("sqlite", tmp_path))
        life.desk.capture(life.person(1), key=PERSON["phone"])
        life.desk.record(life.activities()[2].model_copy(update={"lead_id": "P1"}))
        life.desk.close()
        assert "INSERT INTO leadkit_persons" in caplog.text
        assert own_pieces() & set(pieces_of(caplog.text.encode())) == set()

    @lk.hookimpl
    def leadkit_veto(self, command: lk.Command) -> None:
        self.commands.append(command)

    def everything(self, secrets: list[str]) -> Iterator[str]:
        self.commands: list[lk.Command] = []
        name, phone, email, text, content, feedback, step, reason, key = secrets
        person = lk.Lead(
            id="P1",
            source=lk.Source(channel="官网"),
            company=lk.Company(name="北京颛孙精密仪器有限公司", industry="智能制造", size="500人"),
            contact=lk.Contact(name=name, job_title="总监", phone=phone, email=email),
            need=lk.Need(description=text, budget=lk.Budget(high=Decimal(500_000))),
        )
        activity = touch(1, "P1", content=content, feedback=feedback, next_step=step)
        with lk.Desk(standard(), "memory:", clock=lambda: START, plugins=[self]) as desk:
            desk.enrol(lk.Member(id="li", role="senior_rep"), by=BOSS)
            desk.enrol(lk.Member(id="mo", role="sales_rep"), by=BOSS)
            yield from self.shown(desk.capture(person, key=key), person, activity)
            yield from self.shown(desk.record(activity), desk.amend("P1", {"contact.email": phone}, reason=reason))
            yield from self.shown(desk.disqualify("P1", "budget_too_small", by=BOSS, reason=reason))
            yield from self.shown(
                desk.overturn("P1", by=BOSS, reason=reason), desk.assign("P1", by=BOSS, reason=reason)
            )
            yield from self.shown(desk.lead("P1"), desk.queue(), desk.history("P1"), desk.activities("P1"), desk)
            for wrong in self.wrong_commands(desk, person, activity, secrets):
                with pytest.raises((lk.LeadkitError, ValueError)) as caught:
                    wrong()
                yield from self.shown(caught.value, *getattr(caught.value, "problems", ()))
            yield from self.shown(desk.erase("P1"), desk.history("P1"), *self.commands)

    def wrong_commands(
        self, desk: lk.Desk, person: lk.Lead, activity: lk.Activity, secrets: list[str]
    ) -> Iterator[Any]:
        name, phone, _, text, _, _, _, reason, key = secrets
        yield lambda: desk.capture(person.model_copy(update={"company": lk.Company(name=name)}), key=key)
        yield lambda: desk.capture(person)
        yield lambda: desk.record(activity.model_copy(update={"content": text}))
        yield lambda: desk.record(activity.model_copy(update={"id": "other", "content": f"{text}\0"}))
        yield lambda: desk.amend("P1", {"contact.phone": (phone,)})
        yield lambda: desk.amend("P1", {"contact.email": f"{phone}\0"}, reason=reason)
        yield lambda: desk.amend("P1", {"contact": name})
        yield lambda: desk.archive("P1", by=BOSS, reason=reason)
        yield lambda: desk.assign("P1", "nobody", by=BOSS, reason=reason)
        yield lambda: desk.erase("P1", by=ACTORS["sales_rep"])
        yield lambda: lk.Lead(id="x", contact=lk.Contact(name=1, phone=phone))
        yield lambda: lk.Contact(name=name, fone=phone)
        yield lambda: lk.Lead.model_validate({"id": "x", "contact": {"name": name, "phone": [phone]}})

    def shown(self, *results: Any) -> Iterator[str]:
        for result in results:
            yield repr(result)
            yield str(result)


def test_the_search_itself_finds_what_is_there(tmp_path):
    """A search that can't find anything proves nothing."""
    for value in PERSON.values():
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            (tmp_path / "x.db").write_bytes(b"\0" * 1000 + value.encode(encoding) + b"\0" * 1000)
            whole = (tmp_path / "x.db").read_bytes()
            assert len(needles([value]) & set(pieces_of(whole))) >= len(value) - 5
