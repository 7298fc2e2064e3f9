"""Training, scoring, explaining and keeping a model."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from monitor.errors import ModelError
from monitor.records import Document, Label, Topic
from monitor.topics import TopicModel, fingerprint, load, save, start_background, train, unknown_labels
from monitor.topics.calibration import FLOOR, mentions, platt, threshold_for
from tests.evaluations import BEES, FERRIES

YES = [
    ("Islanders stranded", "Both ferry sailings to Lundy Skerry were cancelled after a storm damaged the ramp."),
    ("Second boat for the sound", "The operator orders a ferry with a larger car deck for the summer timetable."),
    ("Fares rise", "A return by ferry will cost two crowns more, the line's operator said."),
    ("Night line returns", "After nine years a night ferry links the two harbours again, with cabins for 300."),
    ("Engine trouble", "Passengers spent four hours on the ferry Morning Star before a tug arrived."),
    ("Ramp repaired", "Sailings resume on Tuesday; the ferry will run to its winter timetable."),
]
NO = [
    ("Art in the old terminal", "The disused ferry hall shows paintings by six local artists until May."),
    ("Novel set at sea", "Her third book takes its title from a ferry nobody has ever boarded."),
    ("Sailing club wins cup", "The juniors won four of five races; sailing has never been more popular in town."),
    ("Bridge opens", "Drivers no longer need the ferry: the bridge carried 9,000 cars on its first day."),
    ("Council meets", "Members spoke for two hours about street lamps and adjourned."),
    ("Bakery closes", "After sixty years the last bakery on Mill Lane has closed its doors."),
]
ON_TOPIC = Document(
    id="on", title="Ferry to Skerry cancelled", text="The evening sailing is off; the ferry operator blames the swell."
)
OFF_TOPIC = Document(id="off", title="Rain expected", text="Showers move in from the west and clear by the weekend.")


def labels(yes: int, no: int) -> list[Label]:
    chosen = [(pair, True) for pair in YES[:yes]] + [(pair, False) for pair in NO[:no]]
    return [Label(title=title, text=text, topic="ferries", label=sign) for (title, text), sign in chosen]


@pytest.fixture(scope="module")
def background() -> list[Document]:
    return start_background()[:150]


@pytest.fixture(scope="module")
def cold(background: list[Document]) -> TopicModel:
    return train([FERRIES, BEES], [], background)


@pytest.fixture(scope="module")
def seeded(background: list[Document]) -> TopicModel:
    return train([FERRIES, BEES], labels(6, 6), background)


def test_importing_the_room_loads_no_numeric_library() -> None:
    code = "import sys, monitor.topics; print([m for m in ('numpy', 'scipy', 'sklearn') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_scores_come_by_document_and_then_by_topic_id(cold: TopicModel) -> None:
    scores = cold.score([ON_TOPIC, OFF_TOPIC])
    assert [(score.id, score.topic) for score in scores] == [
        ("on", "bees"),
        ("on", "ferries"),
        ("off", "bees"),
        ("off", "ferries"),
    ]


def test_a_cold_topic_has_no_probability_and_still_tells_its_texts_from_others(cold: TopicModel) -> None:
    on, off = (score for score in cold.score([ON_TOPIC, OFF_TOPIC]) if score.topic == "ferries")
    assert on.matched
    assert not off.matched
    assert on.probability is None
    assert 0 <= off.score < on.score <= 1


def test_a_topic_without_keywords_matches_by_its_words_alone(cold: TopicModel) -> None:
    text = "Beekeepers lost a third of their hives to mites this winter, and the honey harvest will be small."
    [score] = [s for s in cold.score([Document(id="b", title="Hives in trouble", text=text)]) if s.topic == "bees"]
    assert score.matched


def test_ordinary_news_does_not_match(cold: TopicModel, seeded: TopicModel) -> None:
    unseen = [document for document in start_background()[150:] if "ferr" not in document.text.lower()]
    assert not [score for model in (cold, seeded) for score in model.score(unseen) if score.matched]


def test_an_ordinary_article_that_mentions_a_word_does_not_match(cold: TopicModel) -> None:
    text = " ".join(document.text for document in start_background()[200:204]) + " He took the ferry home."
    assert not any(score.matched for score in cold.score([Document(id="m", title="A day in town", text=text)]))


def test_a_labelled_topic_has_a_probability_and_a_threshold_of_at_least_one_half(seeded: TopicModel) -> None:
    score = seeded.score([ON_TOPIC])[1]
    assert score.probability == score.score
    assert score.threshold >= FLOOR
    assert score.matched


def test_labels_teach_what_keywords_cannot(cold: TopicModel, seeded: TopicModel) -> None:
    film = Document(id="f", title="Novel about a ferry", text="Her book about a ferry takes its title from a painting.")
    before, after = (model.score([ON_TOPIC, film]) for model in (cold, seeded))
    assert after[1].score - after[3].score > before[1].score - before[3].score


@pytest.mark.parametrize(("yes", "no"), [(1, 1), (6, 0), (0, 6), (6, 1)])
def test_a_topic_stays_cold_and_says_why_when_its_labels_are_too_few_or_of_one_sign(
    yes: int, no: int, background: list[Document]
) -> None:
    head = train([FERRIES], labels(yes, no), background).heads[0]
    assert head.cold
    assert head.notes[0].startswith(f"{yes} yes and {no} no")


def test_labels_against_all_evidence_leave_a_topic_cold(background: list[Document]) -> None:
    turned = [replace(label, label=not label.label) for label in labels(6, 6)]
    plain = [replace(one, title="Item", text=f"Item number {place}") for place, one in enumerate(turned)]
    assert train([FERRIES], plain, background).heads[0].cold


def test_ten_short_background_texts_are_enough(background: list[Document]) -> None:
    few = [replace(document, text="") for document in background[:10]]
    assert train([FERRIES], labels(2, 2), few).heads[0].cold


def test_few_positives_are_told(seeded: TopicModel) -> None:
    assert any("say little about precision" in note for note in seeded.heads[1].notes)


@pytest.mark.parametrize("topic", ["ferries", "bees"])
def test_all_contributions_add_up_to_the_logit(topic: str, seeded: TopicModel) -> None:
    filler = "\n".join(document.text for document in start_background()[:8])
    for document in (ON_TOPIC, OFF_TOPIC, replace(ON_TOPIC, text=f"{filler}\n{ON_TOPIC.text}\n{filler}")):
        terms = seeded.explain(document, topic)
        assert math.fsum(term.weight for term in terms) == pytest.approx(seeded.logit(document, topic), abs=1e-9)
        assert len({term.text for term in terms}) == len(terms)


def test_a_score_shows_its_strongest_contributions(seeded: TopicModel) -> None:
    score, everything = seeded.score([ON_TOPIC])[1], seeded.explain(ON_TOPIC, "ferries")
    *shown, others = score.terms
    assert shown == everything[:8]
    assert others.text == "(others)"
    assert math.fsum(term.weight for term in score.terms) == pytest.approx(score.logit, abs=1e-9)
    assert {"(keywords)", "(cosine)", "(bias)"} <= {term.text for term in everything}
    assert "ferry" in {term.text for term in everything}


def test_a_topic_in_one_corner_of_a_long_article_is_found_and_shown(cold: TopicModel) -> None:
    filler = "\n".join(document.text for document in start_background()[:6])
    corner = (
        "The ferry operator has cancelled every sailing to the island until Friday because of the swell, and the new "
        "ferry timetable will start a week late. Cars that were booked on the night ferry can use the car deck of a "
        "chartered boat, the operator of the line said on Monday. Passengers on foot may travel by bus and bridge."
    )
    score = cold.score([Document(id="l", title="Week in brief", text=f"{filler}\n{corner}\n{filler}")])[1]
    assert score.matched
    assert "cancelled every sailing" in score.passage
    assert 1 < score.part < score.parts


@pytest.mark.parametrize(
    ("title", "text", "passage"),
    [("", "", ""), ("Ferry", "", "Ferry"), ("", "ferry \n ferry", "ferry ferry"), ("!", "?", "?")],
)
def test_poor_texts_have_scores_too(title: str, text: str, passage: str, seeded: TopicModel) -> None:
    score = seeded.score([Document(id="p", title=title, text=text)])[1]
    assert 0 < score.score < 1
    assert score.passage == passage


@pytest.mark.parametrize(("title", "text"), [("", ""), ("Ferry", ""), ("", "ferry ferry"), ("Night", "ferry, car")])
def test_a_few_words_are_not_judged_and_it_says_so(title: str, text: str, seeded: TopicModel) -> None:
    for score in seeded.score([Document(id="p", title=title, text=text)]):
        assert (score.matched, score.probability, score.reason) == (False, None, "too-short")


def test_a_word_of_the_article_is_never_taken_for_the_machinery(background: list[Document]) -> None:
    judged = "The ferry keywords showed a bias, said others; the cosine of the car deck is a ferry term."
    told = Document(id="b", title="Bias", text=judged)
    terms = train([FERRIES], [], [*background, told]).explain(told, "ferries")
    assert len({term.text for term in terms}) == len(terms)
    assert {"bias", "(bias)", "keywords", "(keywords)"} <= {term.text for term in terms}


def test_the_version_tells_models_apart_and_not_the_order_of_what_they_are_made_from(
    background: list[Document],
) -> None:
    dated = [replace(one, published=datetime(2026, 3, 1, tzinfo=UTC)) for one in background]
    plain, short = fingerprint([FERRIES], [], background), fingerprint([FERRIES], [], background, letters=False)
    assert plain != short
    assert plain == fingerprint([FERRIES], [], dated)
    assert fingerprint([FERRIES], [], background, weeks=2.0) != fingerprint([FERRIES], [], dated, weeks=2.0)
    both = ([*background, *dated], [*dated, *background])
    assert len({fingerprint([FERRIES], [], some, weeks=2.0) for some in both}) == 1
    assert train([FERRIES], [], background, letters=False).version == short


def test_a_megabyte_of_text_is_scored_by_its_beginning(cold: TopicModel) -> None:
    filler = "The meeting was long. " * 3_000
    huge = Document(id="h", title="Minutes", text=filler + "ferry timetable " * 60_000)
    assert not cold.score([huge])[1].matched


def test_no_documents_have_no_scores(cold: TopicModel) -> None:
    assert cold.score([]) == []


def test_scores_do_not_depend_on_what_is_scored_with_them(cold: TopicModel) -> None:
    many = cold.score([*start_background(), ON_TOPIC])
    assert many[-2:] == cold.score([ON_TOPIC])


def test_an_unknown_topic_cannot_be_explained(cold: TopicModel) -> None:
    with pytest.raises(ModelError, match="only bees, ferries"):
        cold.explain(ON_TOPIC, "fairies")


def test_nothing_can_be_trained_without_topics_or_background_or_with_an_id_twice(background: list[Document]) -> None:
    with pytest.raises(ModelError, match="no topic to train"):
        train([], [], background)
    with pytest.raises(ModelError, match="ordinary news"):
        train([FERRIES], [], [Document(id="", title="", text=" ")])
    with pytest.raises(ModelError, match="only 9 background texts"):
        train([FERRIES], [], background[:9])
    with pytest.raises(ModelError, match="two topics"):
        train([FERRIES, FERRIES], [], background)


def test_a_model_is_named_after_its_inputs(background: list[Document], seeded: TopicModel) -> None:
    known = labels(6, 6)
    version = fingerprint([BEES, FERRIES], known[::-1], background[::-1])
    assert seeded.version == version
    assert len(version) == 12
    assert version != fingerprint([BEES, FERRIES], known[1:], background)
    assert version != fingerprint([BEES, FERRIES], known, background[1:])
    assert version != fingerprint([BEES, replace(FERRIES, precision=0.7)], known, background)


def test_the_last_of_two_contradicting_labels_wins(background: list[Document]) -> None:
    yes = labels(1, 0)[0]
    no = replace(yes, label=False)
    assert fingerprint([FERRIES], [yes, no], background) == fingerprint([FERRIES], [no], background)


def test_the_same_inputs_give_the_same_bytes_in_any_order(
    tmp_path: Path, background: list[Document], seeded: TopicModel
) -> None:
    save(seeded, tmp_path / "one")
    save(train([BEES, FERRIES], labels(6, 6)[::-1], background[::-1]), tmp_path / "two")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_a_kept_model_scores_alike_and_replaces_the_one_before(tmp_path: Path, seeded: TopicModel) -> None:
    folder = tmp_path / "models" / "current"
    save(seeded, folder)
    save(seeded, folder)
    loaded = load(folder)
    assert loaded.version == seeded.version
    assert loaded.score([ON_TOPIC, OFF_TOPIC]) == seeded.score([ON_TOPIC, OFF_TOPIC])
    assert [path.name for path in folder.parent.iterdir()] == ["current"]


@pytest.mark.parametrize("name", ["manifest.json", "vocabulary.txt", "letters.txt", "arrays.npz"])
def test_a_missing_or_changed_file_is_refused(name: str, tmp_path: Path, cold: TopicModel) -> None:
    save(cold, tmp_path / "model")
    file = tmp_path / "model" / name
    content = file.read_bytes()
    file.write_bytes(content.replace(b"e", b"o", 1) + b" ")
    with pytest.raises(ModelError, match=f"{name} was changed"):
        load(tmp_path / "model")
    file.unlink()
    with pytest.raises(ModelError, match=f"{name} cannot be read"):
        load(tmp_path / "model")


def test_a_changed_number_in_the_manifest_is_refused(tmp_path: Path, cold: TopicModel) -> None:
    save(cold, tmp_path / "model")
    file = tmp_path / "model" / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["heads"][0]["threshold"] = 0.0
    file.write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="was changed"):
        load(tmp_path / "model")


def test_a_model_of_another_schema_is_refused(tmp_path: Path, cold: TopicModel) -> None:
    save(cold, tmp_path / "model")
    file = tmp_path / "model" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "schema": 99}))
    with pytest.raises(ModelError, match="another version"):
        load(tmp_path / "model")


def test_probabilities_follow_the_logits_and_stay_off_the_ends() -> None:
    logits, truth = np.array([-3.0, -2, -1, 1, 2, 3]), np.array([0.0, 0, 0, 1, 1, 1])
    slope, intercept = platt(logits, truth)
    assert slope > 0
    assert 0.5 < 1 / (1 + math.exp(-(3 * slope + intercept))) < 0.99
    assert platt(logits, 1 - truth)[0] < 0


def test_the_threshold_is_the_lowest_that_reaches_the_precision() -> None:
    probabilities, truth = np.array([0.9, 0.8, 0.7, 0.6, 0.2]), np.array([1.0, 1, 0, 1, 1])
    assert threshold_for(probabilities, truth, 0.7) == FLOOR
    assert threshold_for(probabilities, truth, 0.9) == pytest.approx(0.75)
    assert threshold_for(probabilities, np.array([0.0, 1, 0, 0, 0]), 0.9) == pytest.approx(0.75)
    assert threshold_for(np.array([0.1]), np.array([1.0]), 0.9) == FLOOR


def test_a_mention_is_an_ordinary_article_with_a_word_of_every_group() -> None:
    hosts = mentions(FERRIES, start_background()[:12])
    assert hosts
    assert all(len(host.text.split()) > 120 for host in hosts)
    assert {host.text.rsplit(". ", 1)[1] for host in hosts} <= {"ferr", "sailing", "car deck"}


def test_the_shipped_background_is_ordinary_and_complete() -> None:
    texts = start_background()
    assert len(texts) >= 200
    assert all(document.title and len(document.text.split()) >= 15 for document in texts)


def test_labels_of_an_unknown_topic_are_told_by_topic() -> None:
    known = Topic(id="harbour", title="", description="", seeds=())
    label = Label(title="a", text="b", topic="harbor", label=True)
    assert unknown_labels([known], [label, label]) == ["2 labels are ignored: there is no topic 'harbor', only harbour"]
    assert unknown_labels([known], []) == []
