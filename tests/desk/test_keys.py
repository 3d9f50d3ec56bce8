"""A command under a key happens once; one given at a version happens there or not at all."""

from __future__ import annotations

from typing import Any

import pytest

import leadkit as lk
from tests.desk.desks import ACTORS, BOSS, POOR, VAGUE, dump, kept, lead, open_desk, refused, team

GIVEN = {
    "screen": lambda desk, **how: desk.screen("L1", **how),
    "amend": lambda desk, **how: desk.amend("L1", {"company.region": "华东"}, **how),
    "accept": lambda desk, **how: desk.accept("L6", reason="knows them", by=BOSS, **how),
    "signal": lambda desk, **how: desk.signal("L1", "intent", by=BOSS, **how),
    "verify": lambda desk, **how: desk.verify("L1", "company_size", by=BOSS, **how),
    "disqualify": lambda desk, **how: desk.disqualify("L1", "lost_interest", by=BOSS, **how),
    "archive": lambda desk, **how: desk.archive("L2", by=BOSS, **how),
    "overturn": lambda desk, **how: desk.overturn("L2", by=BOSS, **how),
    "assign": lambda desk, **how: desk.assign("L1", by=BOSS, **how),
    "release": lambda desk, **how: desk.release("L1", by=BOSS, **how),
    "merge": lambda desk, **how: desk.merge("L1", "L2", by=BOSS, **how),
    "reopen": lambda desk, **how: desk.reopen("L3", by=BOSS, **how),
}


def ready(desk: lk.Desk) -> None:
    team(desk, li="sales_rep")
    desk.capture_all([(lead(1), None), (lead(2, **POOR), None), (lead(3, **POOR), None), (lead(6, **VAGUE), None)])
    desk.archive("L3", by=BOSS)


class TestKeys:
    """Same key and same payload: the first result again. Same key, other payload: a conflict."""

    @pytest.mark.parametrize("command", GIVEN)
    def test_the_same_key_gives_the_same_receipt_and_changes_nothing(self, desk, command):
        ready(desk)
        first = GIVEN[command](desk, key="k")
        before = dump(desk)
        desk.clock.pass_(days=1)
        assert GIVEN[command](desk, key="k") == first
        assert dump(desk) == before

    @pytest.mark.parametrize("command", GIVEN)
    def test_for_another_command_the_key_is_a_conflict(self, desk, command):
        ready(desk)
        desk.capture(lead(4), key="k")
        with refused(desk, "key: this key was used for something else", error=lk.ConflictError):
            GIVEN[command](desk, key="k")

    def test_for_another_payload_too(self, desk):
        ready(desk)
        desk.capture(lead(4), key="k")
        with refused(desk, "this key was used for something else", error=lk.ConflictError):
            desk.capture(lead(5), key="k")
        desk.disqualify("L1", "lost_interest", key="d", by=BOSS)
        with refused(desk, "key", error=lk.ConflictError):
            desk.disqualify("L1", "budget_too_small", key="d", by=BOSS)

    def test_a_lead_captured_twice_under_its_key_is_there_once(self, desk):
        first = desk.capture(lead(1), key="web-form-8812")
        assert desk.capture(lead(1), key="web-form-8812") == first
        assert len(kept(desk, "leads")) == len(kept(desk, "journal")) == 1

    def test_in_one_batch_the_first_of_a_key_counts(self, desk):
        outcomes = desk.capture_all([(lead(1), "a"), (lead(1), "a"), (lead(2), "a"), (lead(3), None)])
        assert outcomes[0] == outcomes[1]
        assert isinstance(outcomes[2], lk.ConflictError)
        assert outcomes[3].outcome == "captured"
        assert {row.id for row in kept(desk, "leads")} == {"L1", "L3"}

    def test_a_failed_command_burns_no_key(self, desk):
        with refused(desk, "is missing"):
            desk.capture(lk.Lead(id="L1"), key="k")
        assert desk.capture(lead(1), key="k").outcome == "captured"
        with refused(desk, "may not do this", error=lk.NotAllowedError):
            desk.assign("L1", key="a", by=ACTORS["sales_rep"])
        with refused(desk, "nobody active"):
            desk.assign("L1", key="a", by=BOSS)
        team(desk, li="sales_rep")
        assert desk.assign("L1", key="a", by=BOSS).owner == "li"

    def test_the_key_itself_is_not_kept(self, desk):
        desk.capture(lead(1), key="mail-of-wang@example.com")
        assert "wang@example.com" not in str(dump(desk))

    def test_any_text_is_a_key(self, desk):
        for number, key in enumerate(("\0", "\ud800", "键" * 10_000), 1):
            first = desk.capture(lead(number), key=key)
            assert desk.capture(lead(number), key=key) == first


class TestVersions:
    """A command given at a version is refused when the lead is not as it was read."""

    @pytest.mark.parametrize("command", list(GIVEN))
    def test_at_the_version_that_is_there_it_is_carried_out_and_counts_one_on(self, desk, command):
        ready(desk)
        before = {row.id: row.version for row in kept(desk, "leads")}
        receipt = GIVEN[command](desk, version=before[_about(command)])
        assert receipt.version == before[_about(command)] + 1 == desk.lead(_about(command)).version

    @pytest.mark.parametrize("command", list(GIVEN))
    @pytest.mark.parametrize("off", [-1, 1])
    def test_at_another_version_somebody_was_first(self, desk, command, off):
        ready(desk)
        version = {row.id: row.version for row in kept(desk, "leads")}[_about(command)]
        with refused(desk, f"version {version}, not {version + off}", error=lk.ConflictError):
            GIVEN[command](desk, version=version + off)

    def test_a_retry_under_a_key_needs_no_other_version(self, desk):
        ready(desk)
        first = desk.screen("L1", key="k", version=1)
        assert [desk.screen("L1", key="k", version=version) for version in (1, 2, None)] == [first] * 3

    def test_what_is_read_has_the_version_of_the_receipt(self, desk):
        assert desk.capture(lead(1, **VAGUE)).version == desk.lead("L1").version == 1


def _about(command: str) -> str:
    return {"accept": "L6", "archive": "L2", "overturn": "L2", "reopen": "L3"}.get(command, "L1")


class TestStrangeTexts:
    """A text that a store can't keep is refused by name; nothing is stored."""

    @pytest.mark.parametrize("text", ["\0", "\ud800", "a\0b"])
    def test_as_a_reason_or_as_an_id(self, desk, text):
        ready(desk)
        with refused(desk, "reason: holds a character that no store keeps"):
            desk.archive("L2", reason=text, by=BOSS)
        with refused(desk, "lead_id: holds a character that no store keeps"):
            desk.screen(text)
        with refused(desk, "there is no such lead", error=lk.errors.NotFoundError):
            desk.lead(text)

    def test_a_desk_in_memory_and_one_in_a_file_refuse_alike(self, desk):
        other = open_desk()
        for one in (desk, other):
            ready(one)
        assert dump(desk) == dump(other)


class TestBlank:
    """A blank key, as of a header that is missing, is no key: all commands without one would be the same."""

    @pytest.mark.parametrize("key", ["", " ", "\t\n", "\u200b", "\u3000"])
    def test_it_is_refused_and_nothing_is_stored(self, desk, key):
        with refused(desk, "key: is blank"):
            desk.capture(lead(1), key=key)
        outcomes = desk.capture_all([(lead(1), key), (lead(2), key), (lead(3), "k3")])
        assert [isinstance(each, lk.CommandError) for each in outcomes] == [True, True, False]
        with refused(desk, "key: is blank"):
            desk.assign("L3", by=BOSS, key=key)


class TestWhoMay:
    """A key that was used gives its receipt to who may give the command, and to nobody else."""

    def test_a_batch_refuses_who_may_not_whatever_the_key(self, desk):
        (first,) = desk.capture_all([(lead(1), "k")], by=ACTORS["marketing"])
        (refusal,) = desk.capture_all([(lead(1), "k")], by=ACTORS["legal"])
        assert isinstance(refusal, lk.NotAllowedError)
        assert desk.capture_all([(lead(1), "k")], by=ACTORS["marketing"]) == [first]


class TestOld:
    """Keys are known for as long as the policy says; a tick forgets older ones, so many at most."""

    @pytest.fixture
    def kept_long(self, monkeypatch) -> lk.Desk:
        monkeypatch.setattr("leadkit.desk.pruning.BATCH", 2)
        monkeypatch.setattr("leadkit.desk.pruning.MOST", 6)
        desk = open_desk(policy={"name": "ours", "extends": "standard", "desk": {"keys_kept_days": 30}})
        desk.capture_all([(lead(number), f"old-{number}") for number in range(1, 10)])
        desk.clock.pass_(days=29)
        desk.capture(lead(10), key="new")
        return desk

    def test_old_ones_go_a_bounded_number_at_a_time_and_new_ones_stay(self, kept_long):
        counts = []
        for days in (0, 2, 0, 0):
            kept_long.clock.pass_(days=days)
            kept_long.tick()
            counts.append(len(kept(kept_long, "keys")))
        assert counts == [10, 4, 1, 1]
        assert kept_long.capture(lead(10), key="new").outcome == "captured"

    def test_one_of_somebody_who_was_erased_stays(self, kept_long):
        for number in (1, 2, 3):
            kept_long.erase(f"L{number}", by=ACTORS["director"])
        kept_long.clock.pass_(days=2)
        for _ in range(3):
            kept_long.tick()
        assert len(kept(kept_long, "keys")) == 4
        before = dump(kept_long)["leads"]
        assert kept_long.capture(lead(1), key="old-1").outcome == "captured"
        assert dump(kept_long)["leads"] == before

    def test_without_a_bound_none_goes(self):
        desk = open_desk(policy=lk.Policy(_without_bound()))
        desk.capture(lead(1), key="k")
        desk.clock.pass_(days=10_000)
        desk.tick()
        assert len(kept(desk, "keys")) == 1


def _without_bound() -> Any:
    from leadkit.process.desk_rules import DeskRules

    document = lk.load_policy("standard").document
    return document.model_copy(update={"desk": DeskRules(keys_kept_days=None)})
