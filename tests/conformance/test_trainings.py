"""Decisions about models and the models' bytes, on every database."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest

from monitor.errors import BusyError
from monitor.records import Decision, Training
from monitor.store import Store
from tests.conformance.news import LATER, NOW

FIRST = Training(
    number=0, at=NOW, decision=Decision.FIRST, champion="aaa", challenger="aaa", reasons=("none",), report={"n": 1}
)


def test_the_newest_decision_names_what_is_in_charge(store: Store) -> None:
    assert store.trainings.champion() is None
    assert store.trainings.decide(FIRST) == 1
    second = replace(FIRST, at=LATER, decision=Decision.KEPT, challenger="bbb")
    assert store.trainings.decide(second) == 2
    assert store.trainings.champion() == replace(second, number=2)
    assert store.trainings.listed(10) == [replace(second, number=2), replace(FIRST, number=1)]
    assert len(store.trainings.listed(1)) == 1


def test_a_decision_in_view_of_an_older_one_is_refused(store: Store) -> None:
    store.trainings.decide(FIRST, after=0)
    with pytest.raises(BusyError, match="meanwhile"):
        store.trainings.decide(replace(FIRST, champion="bbb"), after=0)
    assert [one.champion for one in store.trainings.listed(10)] == ["aaa"]


def test_deciders_at_once_never_take_the_same_number(store: Store) -> None:
    numbers: list[int] = []
    ready = threading.Barrier(4)

    def decide() -> None:
        ready.wait()
        numbers.append(store.trainings.decide(FIRST))

    deciders = [threading.Thread(target=decide) for _ in range(4)]
    for one in deciders:
        one.start()
    for one in deciders:
        one.join()
    assert sorted(numbers) == [1, 2, 3, 4]


def test_of_deciders_in_view_of_the_same_one_only_the_first_succeeds(store: Store) -> None:
    ended: list[str] = []
    ready = threading.Barrier(3)

    def decide() -> None:
        ready.wait()
        try:
            store.trainings.decide(FIRST, after=0)
            ended.append("decided")
        except BusyError:
            ended.append("refused")

    deciders = [threading.Thread(target=decide) for _ in range(3)]
    for one in deciders:
        one.start()
    for one in deciders:
        one.join()
    assert sorted(ended) == ["decided", "refused", "refused"]


def test_bytes_are_kept_with_what_the_model_was_made_from(store: Store) -> None:
    assert (store.trainings.body("aaa"), store.trainings.manifest("aaa")) == (None, None)
    store.trainings.add("aaa", {"labels": 3}, b"\x00model", NOW)
    assert store.trainings.body("aaa") == b"\x00model"
    assert store.trainings.manifest("aaa") == {"labels": 3}


def test_bytes_that_were_given_up_leave_the_record_and_can_come_again(store: Store) -> None:
    for version in ("aaa", "bbb"):
        store.trainings.add(version, {"of": version}, b"x", NOW)
    store.models.save("words", "www", {}, NOW, b"counted")
    assert store.trainings.keep(lambda _: ["bbb"], LATER) == (frozenset({"bbb"}), frozenset())
    assert store.trainings.kept() == ["bbb"]
    assert (store.trainings.body("aaa"), store.trainings.manifest("aaa")) == (None, {"of": "aaa"})
    assert store.models.words() == (b"counted", NOW)
    store.trainings.add("aaa", {"of": "aaa"}, b"y", LATER)
    assert store.trainings.body("aaa") == b"y"


def test_what_is_kept_is_chosen_of_all_decisions_and_what_awaits_one_is_left_alone(store: Store) -> None:
    for version in ("aaa", "bbb", "undecided"):
        store.trainings.add(version, {}, b"x", NOW)
    store.trainings.decide(FIRST)
    store.trainings.decide(replace(FIRST, champion="bbb", challenger="bbb"))
    seen: list[list[str]] = []

    def newest(decided: Sequence[Training]) -> list[str]:
        seen.append([one.champion for one in decided])
        return [decided[0].champion]

    assert store.trainings.keep(newest, NOW) == (frozenset({"bbb"}), frozenset({"aaa", "bbb"}))
    assert seen == [["bbb", "aaa"]]
    assert store.trainings.kept() == ["bbb", "undecided"]
    store.trainings.keep(newest, LATER)
    assert store.trainings.kept() == ["bbb"]
