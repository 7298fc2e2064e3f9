"""What happens around a training: topic edits, lost labels, schedules, what is tidied up, and what must not be lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import ModelError
from monitor.pipeline import training
from monitor.pipeline.shelf import Shelf
from monitor.records import Decision, Document, Label, Training
from monitor.topics import TopicModel, lineage, persistence
from tests.boats import BOATS, label, many
from tests.integration.test_training import NOW, ON, SHIPS, Desk, Killed, promoted, quick

pytestmark = pytest.mark.slow

REFUSED = (label(300, about=False, said=True, title="Bread"),)
"""A golden set that no model of boats gets right."""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def decided(desk: Desk, challenger: str, decision: Decision, champion: str | None = None) -> None:
    """Have a model been decided about, without training one."""
    desk.store.trainings.add(challenger, {"topics": {}, "learned": []}, b"x", NOW)
    made = Training(
        number=0, at=NOW, decision=decision, champion=champion or challenger, challenger=challenger, reasons=()
    )
    desk.store.trainings.decide(made)


def test_an_edited_topic_alone_is_learned_anew_and_the_others_keep_what_they_knew(desk: Desk) -> None:
    desk.topics = (BOATS, SHIPS)
    first = desk.champion().shelf.fetch(desk.version())
    desk.labels += many(20, 40)
    desk.topics = (BOATS, replace(SHIPS, seeds=(*SHIPS.seeds, "a tall ship")))
    desk.golden = (label(300, about=False, topic="ships", said=True, title="Bread"),)
    second = desk.champion().shelf.fetch(desk.version())
    before, after = (next(h for h in model.heads if h.topic.id == "boats") for model in (first, second))
    assert (before.threshold, before.intercept) == (after.threshold, after.intercept)
    manifests = [desk.store.trainings.manifest(one.version) or {} for one in (first, second)]
    assert manifests[0]["learned"] == manifests[1]["learned"], "labels of a topic that nobody edited wait"
    standing = desk.store.trainings.champion()
    assert standing is not None
    assert standing.reasons[1].startswith("golden set: 0 of 1 texts judged right; wrong: 'Bread'")
    assert standing.report["golden_wrong"] == 1


def test_a_training_says_what_a_topic_edit_changed_although_nothing_else_did(desk: Desk) -> None:
    desk.read(ON)
    desk.version()
    trained = desk.trained
    desk.topics = (replace(BOATS, seeds=("a tulip", "tulip bulb", "bulb", "flower", "petal"), keywords=()),)
    dry = training.train(desk.champion(), dry_run=True)
    assert (dry.decision, dry.dry_run, desk.decisions()) == (Decision.TOPICS_CHANGED, True, [Decision.FIRST])
    told = training.train(desk.champion())
    assert (told.decision, told.reasons) == (Decision.TOPICS_CHANGED, ("changed topic files: boats",))
    assert told.changes == dry.changes
    assert [one.topic for one in told.changes] == ["boats"]
    assert desk.trained == trained + 2, "what was pending is installed, not trained again"


def test_labels_that_wait_are_tried_after_a_topic_edit_and_both_are_told(desk: Desk) -> None:
    desk.topics = (BOATS, SHIPS)
    desk.version()
    desk.topics = (BOATS, replace(SHIPS, precision=0.9))
    desk.labels += many(20, 60)
    report = training.train(desk.champion())
    assert report.decision is Decision.PROMOTED
    assert report.before is not None
    assert report.before.decision is Decision.TOPICS_CHANGED


def test_lost_labels_are_counted_and_no_training_unlearns_them_unless_it_is_forced(desk: Desk) -> None:
    first = desk.version()
    desk.labels = desk.labels[:14]
    assert training.gone(desk.champion()) == 6
    kept = training.train(desk.champion())
    assert (kept.decision, kept.champion) == (Decision.KEPT, first)
    assert "6 labels the model in charge learned from are gone" in kept.reasons[1]
    forced = training.train(desk.champion(), force=True)
    assert forced.decision is Decision.PROMOTED
    assert "forced by hand, although it failed at average precision" in forced.reasons[0]
    assert desk.version() == forced.challenger
    with pytest.raises(ValueError, match="schedule"):
        training.train(desk.champion(), force=True, only_if_due=True)


def test_a_topic_edit_after_a_rollback_lets_no_schedule_undo_it(desk: Desk) -> None:
    promoted(desk)
    training.roll_back(desk.champion())
    desk.topics = (BOATS, SHIPS)
    desk.version()
    desk.now += timedelta(days=30)
    report = training.train(desk.champion(), only_if_due=True)
    assert report.decision is None
    assert report.reasons[0].startswith("not due: 0 of 10 new labels, and the model was rolled back")


def test_labels_that_were_refused_once_are_not_new_after_a_later_decision(desk: Desk) -> None:
    desk.golden = REFUSED
    desk.version()
    desk.labels += many(20, 40)
    assert training.train(desk.champion(), only_if_due=True).decision is Decision.KEPT
    desk.topics = (BOATS, SHIPS)
    desk.version()
    report = training.train(desk.champion(), only_if_due=True)
    assert report.reasons == ("not due: 0 of 10 new labels; the next training is due on 2026-07-08",)


def test_refused_challengers_take_no_place_of_those_in_charge_and_cannot_be_gone_back_to(desk: Desk) -> None:
    first, second = promoted(desk)
    decide = desk.store.trainings.decide
    for number in range(7):
        desk.store.trainings.add(f"refused{number}", {"topics": {}, "learned": []}, b"x", NOW)
        decide(
            Training(
                number=0, at=NOW, decision=Decision.KEPT, champion=second, challenger=f"refused{number}", reasons=()
            )
        )
    desk.champion().shelf.tidy(NOW)
    assert desk.store.trainings.kept() == sorted([first, second, "refused6"])
    with pytest.raises(ModelError, match="never been in charge; `monitor train --force`"):
        training.roll_back(desk.champion(), "refused6")
    assert training.roll_back(desk.champion()).champion == first


def test_what_killed_processes_left_is_removed_after_a_day(desk: Desk) -> None:
    version = desk.version()
    for name in (".abc-x1", "nobody", "fresh"):
        (desk.models / name).mkdir()
    for name in (".abc-x1", "nobody", version):
        os.utime(desk.models / name, (0, 0))
    desk.champion().shelf.tidy(NOW)
    assert sorted(place.name for place in desk.models.iterdir()) == sorted(["fresh", version])


def test_a_model_of_another_schema_is_not_called_damaged(desk: Desk) -> None:
    version = desk.version()

    def other(_: Path) -> TopicModel:
        raise ModelError(
            "x", "model_schema", "this model was written by another version of the program; train it again"
        )

    with pytest.raises(ModelError, match="written by another version") as told:
        Shelf(store=desk.store, folder=desk.models, load=other).fetch(version)
    assert "damaged" not in str(told.value)
    assert lineage.SCHEMA == persistence.SCHEMA
    manifest = desk.champion().manifest(version)
    assert lineage.is_of_today(manifest)
    assert not lineage.is_of_today({**manifest, "schema": 0})


def test_a_model_that_another_process_saved_meanwhile_is_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    version = desk.version()
    model = desk.champion().shelf.fetch(version)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    persistence.save(model, desk.models / version)
    assert [place.name for place in desk.models.iterdir()] == [version]
    assert desk.champion().shelf.fetch(version).version == version


def test_a_model_that_cannot_be_unpacked_here_is_said_to_be_that(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    version = desk.version()
    shutil.rmtree(desk.models)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("monitor.topics.packing.unpack", full)
    with pytest.raises(ModelError, match=r"No space left on device.*must be unpacked before it can judge"):
        desk.champion().shelf.fetch(version)


def test_an_idle_week_trains_nothing_anew_and_a_killed_training_is_found_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With weeks of its own news, a model is named by them, too."""
    words = ["harbour", "market", "garden", "window", "letter", "bridge", "winter", "school", "river", "engine"]
    texts = [f"{words[n % 10]} {words[n // 10 % 10]} number {n} of the {words[n // 25]}" for n in range(250)]
    own = [
        Document(id=f"a{n}", title=f"Title {n}", text=text, published=NOW - timedelta(hours=2 * n))
        for n, text in enumerate(texts)
    ]
    monkeypatch.setattr(desk.store.models, "archive", lambda limit: own[:limit])
    monkeypatch.setattr("monitor.pipeline.changes.MOST_ARTICLES", 0)
    assert desk.champion().texts().weeks == 3.0
    desk.version()
    desk.now += timedelta(days=8)
    idle = training.train(desk.champion(), only_if_due=True)
    assert idle.reasons == ("not due: 0 of 10 new labels, and nothing else has changed",)
    assert training.train(desk.champion()).decision is None
    assert desk.trained == 1
    desk.labels += many(20, 32)

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(desk.store.trainings, "decide", killed)
        with pytest.raises(Killed):
            training.train(desk.champion())
    made: list[Sequence[Label]] = []

    def counted(*given: object) -> TopicModel:
        made.append(given[1])  # type: ignore[arg-type]  # the labels
        return quick(*given)  # type: ignore[arg-type]  # passed on as it came

    training.train(desk.champion(train=counted))
    assert not [one for one in made if len(one) == len(desk.labels)]


def test_the_model_in_charge_keeps_its_bytes_when_somebody_decides_while_another_tidies(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept is chosen when nobody can decide any more, not before."""
    for number in range(6):
        decided(desk, f"v{number}", Decision.PROMOTED)
    keep = desk.store.trainings.keep

    def late(*given: object) -> object:
        back = Training(number=0, at=NOW, decision=Decision.ROLLED_BACK, champion="v0", challenger="v5", reasons=())
        desk.store.trainings.decide(back)
        return keep(*given)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(desk.store.trainings, "keep", late)
    desk.champion().shelf.tidy(NOW)
    assert desk.store.trainings.kept() == ["v0", "v2", "v3", "v4", "v5"]
