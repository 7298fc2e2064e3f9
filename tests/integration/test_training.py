"""A model changes by decisions only: what decides, what waits, what is kept, and what is left after a kill."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor import topics
from monitor.errors import BusyError, ModelError
from monitor.pipeline import training
from monitor.pipeline.champion import Champion
from monitor.pipeline.shelf import KEPT, Shelf
from monitor.records import Decision, Document, Label, Read, Topic
from monitor.store import Store
from monitor.topics import TopicModel, start_background
from tests.boats import ABOUT, BOATS, label, many
from tests.conformance.news import FEED, article, entry, outcome, polled

NOW = datetime(2026, 7, 1, tzinfo=UTC)
SHIPS = Topic(
    id="ships", title="Ships", description="Ships at sea.", seeds=("a ship", "ship", "big ship", "sea ship", "liner")
)
ON = Document(id="on", title="Boat", text=f"A boat with a {ABOUT[0]}, a {ABOUT[1]} and a {ABOUT[2]}.")


def quick(
    given: Sequence[Topic],
    labels: Sequence[Label],
    background: Sequence[Document],
    weeks: float | None,
    base: TopicModel | None,
) -> TopicModel:
    """Train with a part of the background, which takes a tenth of the time; the version is that of all of it."""
    made = topics.train(given, labels, background[:60], base=base)
    version = topics.fingerprint(given, labels, background, weeks=weeks, base=base.version if base else "")
    return TopicModel(version=version, featuriser=made.featuriser, heads=made.heads)


class Desk:
    """A database and a state folder, with the topics and labels of today."""

    def __init__(self, folder: Path) -> None:
        """Open a new database."""
        self.store = Store(f"sqlite:///{folder / 'monitor.db'}")
        self.models = folder / "models"
        self.now = NOW
        self.topics: tuple[Topic, ...] = (BOATS,)
        self.labels: list[Label] = many(0, 20)
        self.golden: tuple[Label, ...] = ()
        self.trained = 0

    def champion(self, **changes: object) -> Champion:
        """Return the champion as a process started now would make it."""

        def counted(*given: object) -> TopicModel:
            self.trained += 1
            return quick(*given)  # type: ignore[arg-type]  # passed on as it came

        plain: dict[str, object] = {
            "store": self.store,
            "shelf": Shelf(store=self.store, folder=self.models),
            "topics": self.topics,
            "labels": tuple(self.labels),
            "golden": self.golden,
            "clock": lambda: self.now,
            "train": counted,
        }
        return Champion(**{**plain, **changes})  # type: ignore[arg-type]  # a test's own changes

    def version(self) -> str:
        """Return the version in charge, as the next cycle would have it."""
        return self.champion().scorer().version

    def decisions(self) -> list[Decision]:
        """Return every decision, the oldest first."""
        return [one.decision for one in self.store.trainings.listed(100)][::-1]

    def read(self, *documents: Document) -> None:
        """Have articles been read."""
        self.store.sources.sync([FEED])
        self.store.sources.save([polled(*(entry(one.id) for one in documents))])
        waiting = {one.entry.key: one for one in self.store.sources.unread(self.now, 1_000)}
        read = [
            Read(
                unread=waiting[one.id],
                article=replace(article(one.id, self.now), title=one.title, text=one.text),
                page=None,
                outcome=outcome("read", waiting[one.id].id),
            )
            for one in documents
        ]
        self.store.articles.save(read, self.now)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def promoted(desk: Desk) -> tuple[str, str]:
    """Bring a first model and one that took its place."""
    first = desk.version()
    desk.labels += many(20, 60)
    report = training.train(desk.champion())
    assert report.decision is Decision.PROMOTED
    return first, desk.version()


def test_the_first_model_learns_everything_at_once_and_stays(desk: Desk) -> None:
    first = desk.version()
    assert desk.version() == first
    assert desk.decisions() == [Decision.FIRST]
    assert desk.trained == 1
    manifest = desk.store.trainings.manifest(first) or {}
    assert (manifest["labels"], manifest["background"], list(manifest["topics"])) == (20, 300, ["boats"])


def test_new_labels_wait_for_a_training(desk: Desk) -> None:
    first = desk.version()
    desk.labels += many(20, 60)
    assert desk.version() == first
    assert training.waiting(desk.champion()) == 40
    report = training.train(desk.champion())
    assert (report.decision, report.labels) == (Decision.PROMOTED, 40)
    names = ["average precision", "matches", "false alarms", "golden", "what would change"]
    assert [rule.name for rule in report.rules] == names
    assert desk.version() == report.champion != first
    assert training.waiting(desk.champion()) == 0


def test_a_changed_topic_file_takes_effect_at_once_with_its_labels_and_the_others_wait(desk: Desk) -> None:
    desk.topics = (BOATS, SHIPS)
    desk.version()
    ships = [label(number, about=number % 2 == 0, topic="ships") for number in range(100, 110)]
    desk.labels += [*many(20, 25), *ships]
    desk.topics = (BOATS, replace(SHIPS, seeds=(*SHIPS.seeds, "a tall ship")))
    changed = desk.version()
    assert desk.decisions() == [Decision.FIRST, Decision.TOPICS_CHANGED]
    assert (desk.store.trainings.manifest(changed) or {})["labels"] == 30
    assert training.waiting(desk.champion()) == 5
    [newest, _] = desk.store.trainings.listed(2)
    assert newest.reasons == ("changed topic files: ships",)
    assert set(newest.report["changes"]) == {"boats", "ships"}


def test_a_topic_that_is_gone_is_a_change_and_a_comment_in_its_file_is_none(desk: Desk) -> None:
    desk.topics = (BOATS, SHIPS)
    desk.version()
    desk.topics = (SHIPS, replace(BOATS))
    desk.version()
    assert desk.decisions() == [Decision.FIRST]
    desk.topics = (BOATS,)
    desk.version()
    assert desk.decisions() == [Decision.FIRST, Decision.TOPICS_CHANGED]


def test_a_challenger_that_fails_a_rule_is_noted_and_the_champion_stays(desk: Desk) -> None:
    first = desk.version()
    desk.golden = (label(300, about=False, said=True, title="Bread"),)
    desk.labels += many(20, 60)
    report = training.train(desk.champion())
    assert (report.decision, report.champion) == (Decision.KEPT, first)
    assert "failed at golden" in report.reasons[0]
    assert desk.version() == first
    assert desk.decisions() == [Decision.FIRST, Decision.KEPT]


def test_a_training_is_due_with_ten_labels_that_nobody_tried_or_after_a_week(desk: Desk) -> None:
    desk.golden = (label(300, about=False, said=True, title="Bread"),)
    desk.version()
    desk.labels += many(20, 29)
    assert training.train(desk.champion(), only_if_due=True).decision is None
    desk.labels += many(29, 30)
    assert training.train(desk.champion(), only_if_due=True).decision is Decision.KEPT
    again = training.train(desk.champion(), only_if_due=True)
    assert (again.decision, again.reasons) == (
        None,
        ("not due: 0 of 10 new labels; the next training is due on 2026-07-08",),
    )
    desk.now += timedelta(days=8)
    assert training.train(desk.champion(), only_if_due=True).decision is Decision.KEPT


def test_a_dry_run_stores_nothing_and_tells_what_would_change(desk: Desk) -> None:
    desk.read(ON, Document(id="off", title="Bread", text="Flour, yeast and an oven."))
    desk.labels = []
    first = desk.version()
    desk.labels = many(0, 60)
    before = sorted(desk.models.iterdir())
    report = training.train(desk.champion(), dry_run=True)
    assert (report.decision, report.dry_run) == (Decision.PROMOTED, True)
    [boats] = report.changes
    moved = [*boats.newly_shown, *boats.no_longer_shown]
    assert len(moved) == boats.newly + boats.no_longer
    assert all(one.url == "https://one.example/on" for one in moved)
    assert desk.version() == first
    assert desk.decisions() == [Decision.FIRST]
    assert sorted(desk.models.iterdir()) == before
    assert desk.store.trainings.kept() == [first]


def test_a_dry_run_without_a_model_decides_nothing(desk: Desk) -> None:
    report = training.train(desk.champion(), dry_run=True)
    assert report.decision is Decision.FIRST
    assert desk.decisions() == []
    assert not desk.models.exists()


def test_going_back_puts_the_earlier_model_in_charge_and_no_schedule_undoes_it(desk: Desk) -> None:
    first, second = promoted(desk)
    assert training.roll_back(desk.champion()).champion == first
    assert desk.version() == first
    assert desk.decisions()[-1] is Decision.ROLLED_BACK
    desk.now += timedelta(days=30)
    report = training.train(desk.champion(), only_if_due=True)
    assert report.decision is None
    assert "rolled back by hand" in report.reasons[0]
    assert training.roll_back(desk.champion(), second).champion == second


@pytest.mark.parametrize(
    ("version", "spoil", "sentence"),
    [
        ("nonsense", lambda _: None, "there is no such model"),
        (None, lambda desk: setattr(desk, "topics", (BOATS, SHIPS)), "other topic files .new since: ships"),
        (None, lambda desk: desk.store.trainings.keep(lambda _: [], NOW), "given up for newer ones"),
    ],
)
def test_going_back_is_refused_with_the_reason(
    desk: Desk, version: str | None, spoil: Callable[[Desk], None], sentence: str
) -> None:
    _, second = promoted(desk)
    spoil(desk)
    with pytest.raises(ModelError, match=sentence):
        training.roll_back(desk.champion(), version)
    newest = desk.store.trainings.champion()
    assert newest is not None
    assert newest.champion == second


def test_there_is_nothing_to_go_back_to_at_first(desk: Desk) -> None:
    with pytest.raises(ModelError, match="no model yet"):
        training.roll_back(desk.champion())
    first = desk.version()
    with pytest.raises(ModelError, match="nothing to go back to"):
        training.roll_back(desk.champion())
    with pytest.raises(ModelError, match="in charge already"):
        training.roll_back(desk.champion(), first)


def test_a_missing_folder_is_restored_from_the_database(desk: Desk) -> None:
    score = desk.champion().scorer().score([ON])
    shutil.rmtree(desk.models)
    assert desk.champion().scorer().score([ON]) == score
    assert desk.trained == 1


@pytest.mark.parametrize("file", ["manifest.json", "vocabulary.txt", "letters.txt", "arrays.npz"])
def test_a_tampered_folder_is_refused_until_it_is_removed(desk: Desk, file: str) -> None:
    version = desk.version()
    place = desk.models / version
    content = (place / file).read_bytes()
    (place / file).write_bytes(content[:-9] + b"\x00" + content[-8:])
    with pytest.raises(ModelError, match=f"remove the folder {place}"):
        desk.champion().scorer().score([ON])
    shutil.rmtree(place)
    assert desk.champion().scorer().score([ON])


def test_another_model_in_the_folder_is_refused(desk: Desk) -> None:
    first, second = promoted(desk)
    shutil.rmtree(desk.models / second)
    shutil.copytree(desk.models / first, desk.models / second)
    with pytest.raises(ModelError, match="another model is in its folder"):
        desk.champion().scorer().score([ON])


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("where", ["add", "decide"])
@pytest.mark.slow
def test_a_kill_before_the_decision_changes_nothing_and_the_next_run_finishes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    first = desk.version()
    desk.labels += many(20, 60)

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(desk.store.trainings, where, killed)
        with pytest.raises(Killed):
            training.train(desk.champion())
    assert desk.version() == first
    report = training.train(desk.champion())
    assert report.decision is Decision.PROMOTED
    assert desk.decisions() == [Decision.FIRST, Decision.PROMOTED]
    assert desk.store.trainings.body(report.champion)


def test_a_full_disk_is_one_sentence_and_the_champion_stays(desk: Desk) -> None:
    first = desk.version()
    desk.labels += many(20, 60)

    def full(_: TopicModel, __: Path) -> None:
        raise OSError(28, "No space left on device")

    shelf = Shelf(store=desk.store, folder=desk.models, save=full)
    with pytest.raises(ModelError, match=r"No space left on device.*stays as it was"):
        training.train(desk.champion(shelf=shelf))
    assert desk.version() == first


def test_two_trainers_at_once_are_one(desk: Desk) -> None:
    other = Store(desk.store.database.name)
    with other.only_one("train"):
        with pytest.raises(BusyError):
            training.train(desk.champion())
        with pytest.raises(BusyError):
            training.roll_back(desk.champion())
    other.close()


def test_a_decision_taken_while_a_challenger_was_trained_stands(desk: Desk) -> None:
    """A cycle that found changed topic files does not wait for a training, which then compared with yesterday's."""
    desk.version()
    desk.labels += many(20, 60)

    def meanwhile(*given: object) -> TopicModel:
        desk.topics = (BOATS, SHIPS)
        desk.version()
        return quick(*given)  # type: ignore[arg-type]  # passed on as it came

    with pytest.raises(BusyError, match="meanwhile"):
        training.train(desk.champion(train=meanwhile))
    assert desk.decisions() == [Decision.FIRST, Decision.TOPICS_CHANGED]


@pytest.mark.slow
def test_the_five_newest_versions_are_kept(desk: Desk) -> None:
    versions = [desk.version()]
    for number in range(KEPT + 1):
        desk.topics = (replace(BOATS, precision=0.81 + number / 100),)
        versions.append(desk.version())
    assert desk.store.trainings.kept() == sorted(versions[-KEPT:])
    assert sorted(folder.name for folder in desk.models.iterdir()) == sorted(versions[-KEPT:])
    assert desk.store.trainings.manifest(versions[0])


def test_the_background_is_the_shipped_texts_and_the_newest_articles_cut_short(desk: Desk) -> None:
    desk.read(*(Document(id=f"a{n}", title=f"Title {n}", text="word " * 2_000) for n in range(3)))
    texts = desk.champion().texts()
    assert len(texts.documents) == len(start_background()) + 3
    assert max(len(one.text) for one in texts.documents[-3:]) == 3_000
    assert texts.weeks is None
