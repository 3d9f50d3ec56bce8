"""The example router as a web site would use it, and as type checkers see it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import leadkit as lk
from leadkit.adapters.sql.schema import HEAD
from tests.desk.stores import sqlite_file

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples/fastapi_router"
FORM = {
    "company": "北辰智能装备有限公司", "industry": "智能制造", "size": "500人", "name": "王敏", "job_title": "采购总监",
    "phone": "021-62345678转801", "need": "采购包装设备,预算50-80万,Q4落地",
}  # fmt: skip


@pytest.fixture
def file(tmp_path) -> Path:
    return Path(sqlite_file(tmp_path).removeprefix("sqlite:///"))


@pytest.fixture
def client(file, monkeypatch) -> Iterator[TestClient]:
    monkeypatch.syspath_prepend(EXAMPLE)
    import leads

    app = FastAPI()
    leads.install(app)
    with lk.Desk("standard", f"sqlite:///{file}") as desk, TestClient(app) as client:
        app.state.desk = desk
        yield client
    del sys.modules["leads"]


def post(client: TestClient, key: str, **fields: str):
    return client.post("/enquiries", json={**FORM, **fields}, headers={"Idempotency-Key": key})


class TestRouter:
    """Enquiries come in once, leads go out as JSON, and errors have their status."""

    def test_a_form_that_is_sent_twice_is_one_lead(self, client):
        first, second = post(client, "k1"), post(client, "k1")
        assert (first.status_code, first.json()) == (second.status_code, second.json())
        assert first.json()["outcome"] == "captured"
        (state,) = client.get("/leads").json()
        assert state["id"] == "web-k1"
        assert client.get("/leads/web-k1").json() == state

    @pytest.mark.parametrize(
        ("call", "status", "path"),
        [
            (lambda client: client.get("/leads/nobody"), 404, ""),
            (lambda client: post(client, "k2", phone=""), 422, "phone"),
            (lambda client: (post(client, "k3"), post(client, "k3", need="采购机器人,预算90万"))[1], 409, "key"),
            (lambda client: post(client, "k4", company="x" * 100_000), 422, "name"),
        ],
    )
    def test_an_error_has_its_status_and_says_where(self, client, call, status, path):
        answer = call(client)
        assert answer.status_code == status
        assert [problem["path"] for problem in answer.json()["problems"]] == [path]
        assert "x" * 100 not in answer.text

    def test_a_store_that_is_gone_is_no_fault_of_the_form(self, client, file):
        assert client.get("/health").json()["schema"] == HEAD
        file.unlink()
        for answer in (client.get("/health"), post(client, "k5")):
            assert answer.status_code == 503
            assert "was deleted or replaced" in answer.json()["problems"][0]["message"]

    def test_the_schema_of_every_answer_is_in_openapi(self, client):
        schemas = client.get("/openapi.json").json()["components"]["schemas"]
        assert {"Receipt", "LeadState", "Health"} <= set(schemas)


def test_it_is_typed(tmp_path):
    options = ["--strict", "--config-file=", "--follow-imports=silent", f"--cache-dir={tmp_path}"]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(EXAMPLE / "leads.py")],
        capture_output=True, check=False, text=True, env={**os.environ, "MYPYPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
