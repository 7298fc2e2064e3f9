"""Labels as a file: what a line must say, in which order lines count, and that an added line is never lost or torn."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from monitor.config import append_labels, read_labels
from monitor.config.labels import LineError, label_line, label_of, ordered, read_import
from monitor.errors import Fault
from monitor.records import Asked, Label
from monitor.topics.answers import conflicts, corrected, cut, latest, new_answers, replaced
from monitor.topics.version import settled

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
FULL = Label(
    title="Ferry fares rise",
    text="A return costs two crowns more.",
    topic="ferries",
    label=True,
    url="https://harbour.example/fares",
    at=AT,
    by="ana",
    asked=Asked.RANDOM,
    chance=0.004,
    score=0.0,
    model="0123456789ab",
    threshold=0.5,
)
PLAIN = Label(title="Bakery closes", text="", topic="ferries", label=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "labels.jsonl"


def read(file: Path) -> tuple[Label, ...]:
    """Return the labels of a file that is without fault."""
    faults: list[Fault] = []
    labels = read_labels(file, faults)
    assert [str(fault) for fault in faults] == []
    return labels


def faults_of(file: Path, text: str | bytes) -> list[tuple[int | None, str]]:
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    faults: list[Fault] = []
    read_labels(file, faults)
    return [(fault.line, fault.message) for fault in faults]


def line(**changes: object) -> str:
    return json.dumps({"title": "T", "text": "x", "topic": "ferries", "label": True, **changes})


def test_what_is_added_comes_back_and_a_missing_file_has_no_labels(file: Path) -> None:
    assert read(file) == ()
    append_labels(file, [PLAIN])
    append_labels(file, [FULL])
    append_labels(file, [])
    assert read(file) == (PLAIN, FULL)


def test_a_line_has_its_keys_in_one_order_and_no_empty_ones(file: Path) -> None:
    append_labels(file, [FULL, PLAIN])
    first, second = file.read_text(encoding="utf-8").splitlines()
    assert list(json.loads(first)) == [
        "title", "text", "topic", "label", "url", "at", "by", "asked", "chance", "score", "model",
        "threshold",
    ]  # fmt: skip
    assert second == '{"title": "Bakery closes", "text": "", "topic": "ferries", "label": false}'


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"label": "yes"}, "label must be true or false"),
        ({"labels": True}, "did you mean 'label'?"),
        ({"topic": None}, "topic is missing"),
        ({"topic": "x" * 101}, "100 characters"),
        ({"title": " ", "text": None}, "neither title nor text"),
        ({"title": ["T"]}, "title must be a text"),
        ({"at": "2026-03-29T08:00:00"}, "a time with its zone"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "a time with its zone"),
        ({"at": 1774764000}, "a time with its zone"),
        ({"asked": "always"}, "uncertain or random"),
        ({"chance": 0}, "above 0"),
        ({"chance": 1.5}, "at most 1"),
        ({"chance": True}, "must be a number"),
        ({"score": float("nan")}, "must be a number"),
        ({"score": 10**400}, "must be a number"),
    ],
    ids=str,
)
def test_a_line_that_is_no_label_is_named_with_what_is_wrong(
    file: Path, changes: dict[str, object], sentence: str
) -> None:
    [(number, message)] = faults_of(file, f"{line()}\n\n{line(**changes)}\n")
    assert number == 3
    assert sentence in message


@pytest.mark.parametrize("text", ["[]", '"x"', "null", "not json", "[" * 100_000, '{"title": "T"}'], ids=len)
def test_what_is_no_object_is_named_and_the_lines_around_it_too(file: Path, text: str) -> None:
    found = faults_of(file, f"{text}\n{line()}\n{text}\n")
    assert [number for number, _ in found] == [1, 3]
    assert all("needs title, text, topic and label" in message for _, message in found)


def test_marks_that_git_left_are_named_as_such(file: Path) -> None:
    text = f"{line()}\n<<<<<<< HEAD\n{line(title='ours')}\n=======\n{line(title='theirs')}\n>>>>>>> other\n"
    found = faults_of(file, text)
    assert [number for number, _ in found] == [2, 4, 6]
    assert all("keep the lines of both sides" in message for _, message in found)


def test_lines_count_in_the_order_of_their_time_and_those_without_one_come_first(file: Path) -> None:
    late, early = replace(FULL, at=AT + timedelta(days=1), label=False), FULL
    append_labels(file, [late, PLAIN, early, replace(PLAIN, title="Later in the file")])
    assert [label.title for label in read(file)][:2] == ["Bakery closes", "Later in the file"]
    assert read(file)[2:] == (early, late)
    assert latest(read(file))[-1] == late


def test_a_time_in_another_zone_is_the_same_time(file: Path) -> None:
    file.write_text(line(at="2026-03-29T08:00:00+02:00") + "\r\n" + line(at="2026-03-29T06:00:00Z"), encoding="utf-8")
    assert [label.at for label in read(file)] == [AT, AT]


@pytest.mark.parametrize("kept", [5, 40, -1])
def test_a_line_that_was_cut_off_is_told_and_never_glued_to_the_next(file: Path, kept: int) -> None:
    torn = label_line(PLAIN)[:kept]
    [(number, message)] = faults_of(file, f"{line()}\n{torn}")
    assert number == 2
    assert "ends in the middle of this line" in message
    append_labels(file, [FULL])
    faults: list[Fault] = []
    assert read_labels(file, faults)[-1] == FULL
    assert [fault.line for fault in faults] == [2]


def test_a_line_that_was_cut_off_inside_of_a_letter_is_told(file: Path) -> None:
    torn = label_line(replace(PLAIN, text="Überfahrt")).encode().partition(b"\x9c")[0]
    [(number, message)] = faults_of(file, f"{line()}\n".encode() + torn)
    assert number == 2
    assert "ends in the middle of this line" in message
    append_labels(file, [FULL])
    [(_, message)] = faults_of(file, file.read_bytes())
    assert "line 2 is not UTF-8 text" in message


def test_a_writer_killed_before_the_end_of_its_line_costs_nothing(file: Path) -> None:
    file.write_text(label_line(PLAIN), encoding="utf-8")
    assert read(file) == (PLAIN,)
    append_labels(file, [FULL])
    assert read(file) == (PLAIN, FULL)


def test_a_full_disk_is_one_sentence_and_the_file_stays_as_it_was(file: Path) -> None:
    append_labels(file, [PLAIN])
    before = file.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(OSError, match="could not be written, and is as it was") as refused:
            append_labels(file, [replace(FULL, text="x" * 2_000_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert refused.value.filename == str(file)
    assert file.read_bytes() == before


def test_a_label_that_could_not_be_read_again_is_not_written(file: Path) -> None:
    for wrong in (replace(FULL, score=float("nan")), replace(PLAIN, title=""), replace(PLAIN, topic="")):
        with pytest.raises(LineError):
            append_labels(file, [PLAIN, wrong])
    assert not file.exists()


def test_processes_that_add_at_once_lose_nothing(file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from monitor.config.labels import append_labels, label_of\n"
        "for n in range(40):\n"
        "    said = {'title': f'{sys.argv[2]} {n}', 'text': 'x' * 9000, 'topic': 't', 'label': True}\n"
        "    append_labels(Path(sys.argv[1]), [label_of(said)])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [subprocess.Popen([sys.executable, "-c", code, str(file), name], env=environment) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    titles = [label.title for label in read(file)]
    assert sorted(titles) == sorted(f"{name} {n}" for name in "ab" for n in range(40))
    assert [title for title in titles if title[0] == "a"] == [f"a {n}" for n in range(40)]


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
def test_git_merges_what_two_people_added(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)  # noqa: S607 - any git

    file = tmp_path / "config" / "labels.jsonl"
    file.parent.mkdir()
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    append_labels(file, [PLAIN])
    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "start")
    git("switch", "-c", "ana")
    append_labels(file, [replace(FULL, at=AT + timedelta(hours=1), label=False)])
    git("commit", "-am", "ana")
    git("switch", "main")
    append_labels(file, [replace(FULL, by="ben")])
    git("commit", "-am", "ben")
    git("merge", "ana", "-m", "both")
    assert [(label.by, label.label) for label in read(file)] == [("", False), ("ben", True), ("ana", False)]


def test_any_text_can_be_kept_but_nothing_that_a_database_refuses(file: Path) -> None:
    hostile = "a\0b\ud800c\u2028d\ne\ud83d\ude00f\x1b[2J" + "w" * 1_000_000
    append_labels(file, [replace(FULL, title=hostile, text=hostile, by="\udfff")])
    [label] = read(file)
    assert label.title == label.text == "ab\ufffdc\u2028d\ne\U0001f600f\x1b[2J" + "w" * 1_000_000
    assert label.by == "\ufffd"
    file.write_text('{"title": "\\ud800\\u0000", "text": "x", "topic": "t\\u0000", "label": true}\n')
    assert (read(file)[0].title, read(file)[0].topic) == ("\ufffd", "t")


def test_a_byte_order_mark_is_no_fault_and_another_encoding_is_named(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + line().encode() + b"\n")
    assert len(read(file)) == 1
    [(number, message)] = faults_of(file, line().encode() + b"\n" + "Fähre".encode("latin-1") + b"\n")
    assert number is None
    assert "line 2 is not UTF-8 text" in message


def test_contradictions_are_listed_with_everything_said_and_the_last_word_counts() -> None:
    no = replace(FULL, label=False, by="ben", at=AT + timedelta(days=1))
    again = replace(FULL, at=AT + timedelta(days=2))
    other = replace(FULL, topic="bees", label=False)
    [found] = conflicts(ordered([no, again, PLAIN, other, FULL, PLAIN]))
    assert found.said == (FULL, no, again)
    assert found.counts == again
    assert conflicts([FULL, FULL, PLAIN]) == []
    assert latest([FULL, no, PLAIN, again]) == [PLAIN, again]


def test_an_answer_about_an_article_whose_text_changed_takes_the_place_of_the_first() -> None:
    """Addresses and texts tie answers together, whichever comes first; without an address the text alone does."""
    later = replace(FULL, text="A return costs two crowns more, and a single one.", label=False, asked=Asked.UNASKED)
    bare = replace(FULL, url=None, label=True)
    assert settled([FULL, later, PLAIN]) == settled([PLAIN, FULL, later])
    assert [label.label for label in settled([FULL, later])] == [False]
    assert [label.label for label in settled([later, FULL])] == [True]
    assert latest([FULL, later, PLAIN]) == [later, PLAIN]
    assert [found.counts for found in conflicts([FULL, later])] == [later]
    assert len(settled([FULL, replace(later, url="https://harbour.example/other")])) == 2
    assert len(settled([bare, later])) == 2
    assert settled([FULL, later, bare]) == [bare]
    assert len(settled([FULL, replace(later, topic="bees")])) == 2


def test_answers_that_agree_are_settled_alike_in_any_order() -> None:
    given = [replace(FULL, text=f"Update {n}.") for n in range(6)]
    assert settled(given) == settled(given[::-1])
    assert len(settled(given)) == 1


def test_a_correction_stands_for_as_much_as_what_it_corrects() -> None:
    later = Label(title="Changed", text="Now.", topic="ferries", label=False, url=FULL.url, score=0.9, threshold=0.8)
    assert replaced(later, [FULL, PLAIN]) == FULL
    fixed = corrected(later, FULL)
    assert (fixed.label, fixed.text, fixed.asked, fixed.chance) == (False, "Now.", Asked.RANDOM, 0.004)
    assert (fixed.score, fixed.threshold) == (0.0, 0.5)
    assert corrected(later, replaced(later, [PLAIN])) == later


def test_a_reader_waits_for_an_addition_in_progress(file: Path) -> None:
    append_labels(file, [PLAIN])
    added = f"{label_line(FULL)}\n".encode()
    faults: list[Fault] = []
    found: list[Label] = []
    reader = Thread(target=lambda: found.extend(read_labels(file, faults)))
    with file.open("ab", buffering=0) as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        writer.write(added[:40])
        reader.start()
        reader.join(0.2)
        writer.write(added[40:])
    reader.join(10)
    assert (faults, found) == ([], [PLAIN, FULL])


def test_what_was_said_before_is_not_imported_again() -> None:
    undated = replace(FULL, at=None)
    later = replace(FULL, at=AT + timedelta(days=1))
    no = replace(undated, label=False)
    assert new_answers([FULL, undated, later, no, no], [FULL]) == [later, no]


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("short text", 10),
        ("word " * 900, 3999),
        ("x" * 5000, 4000),
        ("x" * 4000 + " y", 4000),
        ("x " * 2000 + "y", 3999),
    ],
)
def test_a_long_text_is_cut_after_a_word(text: str, length: int) -> None:
    assert len(cut(text)) == length
    assert text.startswith(cut(text))


def test_a_table_is_read_with_its_answers_in_words(tmp_path: Path) -> None:
    file = tmp_path / "answers.CSV"
    rows = ["Title;Text;label;topic;at", '"Fares; up";"two\r\nlines";Yes;ferries;2026-03-29T06:00:00Z', "B;;0;bees;"]
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(rows).encode())
    faults: list[Fault] = []
    (line_a, first), (line_b, second) = read_import(file, faults)
    assert (line_a, first.title, first.text, first.label, first.at) == (2, "Fares; up", "two\r\nlines", True, AT)
    assert (line_b, second.label, second.topic, second.at) == (4, False, "bees", None)
    assert faults == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title,text,topic\nT,x,t\n", [(1, "label is missing")]),
        ("title,text,topic,label,mood\nT,x,t,1,good\n", [(1, "'mood' is not known")]),
        ("title,text,topic,label\nT,x,t,perhaps\nT,x\nT,x,t,1\n", [(2, "true or false"), (3, "has 2 columns")]),
        ('title,text,topic,label\nT,x,t,1\n"T,x,t,1\nT,x,t,1\n', [(3, "no row of a table")]),
    ],
)
def test_every_wrong_row_of_a_table_is_named(tmp_path: Path, text: str, expected: list[tuple[int, str]]) -> None:
    file = tmp_path / "answers.csv"
    file.write_text(text)
    faults: list[Fault] = []
    list(read_import(file, faults))
    assert [fault.line for fault in faults] == [number for number, _ in expected]
    assert all(words in fault.message for fault, (_, words) in zip(faults, expected, strict=True))


def test_an_answered_question_is_a_label_and_other_keys_are_refused(tmp_path: Path) -> None:
    shown: dict[str, object] = {
        "publisher": "P",
        "published": "x",
        "passage": "p",
        "probability": None,
        "terms": [],
    }
    said = {**json.loads(label_line(FULL)), **shown, "label": "no"}
    faults: list[Fault] = []
    data = f"{json.dumps(said)}\n{json.dumps({**said, 'mood': 1})}\n".encode()
    [(_, label)] = read_import(tmp_path / "-", faults, data=data)
    assert label == replace(FULL, label=False)
    assert [(fault.line, "mood" in fault.message) for fault in faults] == [(2, True)]
    with pytest.raises(LineError):
        label_of(said)
