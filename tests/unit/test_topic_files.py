"""A topic file works, or says what keeps it from working, where, and what to do about it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from monitor.config import read_topic, read_topics, starter_folder, topic_advice
from monitor.config.schema import FILES
from monitor.config.topic_files import add_topic, topic_text
from monitor.errors import ConfigError, Fault
from monitor.records import Topic
from monitor.topics import start_background, train

SEEDS = ("new quay", "harbour works", "port extension", "silt in the basin", "dredging of the fairway")
DESCRIPTION = "Works on harbours, quays and fairways."
SHARED = Path(__file__).resolve().parents[1] / "data" / "topics"


def toml_of(**keys: object) -> str:
    """Return the text of a topic on harbours, with other keys where they are given; None leaves one out."""
    said = {"title": "Harbours", "description": DESCRIPTION, "seeds": list(SEEDS), **keys}
    return "".join(f"{key} = {_toml(value)}\n" for key, value in said.items() if value is not None)


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).replace("'", '"')


def read(text: str, name: str = "harbours") -> tuple[Topic | None, list[str]]:
    faults: list[Fault] = []
    topic = read_topic(Path(f"topics/{name}.toml"), faults, text=text)
    return topic, [str(fault) for fault in faults]


def topic_from(text: str) -> Topic:
    topic, faults = read(text)
    assert faults == []
    assert topic is not None
    return topic


def fault_in(text: str, name: str = "harbours") -> str:
    topic, faults = read(text, name)
    assert topic is None
    assert len(faults) == 1, faults
    return faults[0]


@pytest.mark.parametrize(
    "keys",
    [
        {"description": None, "seeds": None},
        {"description": None, "seeds": ["harbours"]},
        {"description": "Harbours", "seeds": []},
        {"description": "The harbours.", "seeds": ["Harbours", "HARBOURS", "harbours"]},
        {"description": "", "seeds": ["quay", "Quay", "quay"]},
    ],
)
def test_a_topic_told_by_its_name_alone_is_refused_with_advice(keys: dict[str, object]) -> None:
    fault = fault_in(toml_of(**keys))
    assert "a name alone finds little" in fault
    assert "at least five seed phrases; `monitor topics new NAME`" in fault
    assert fault.startswith("topics/harbours.toml:")


@pytest.mark.parametrize("keys", [{"description": None}, {"seeds": []}, {"seeds": ["quay", "Quay"] * 3}])
def test_a_description_or_some_seeds_are_enough_to_begin_with(keys: dict[str, object]) -> None:
    topic_from(toml_of(**keys))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"keywords": ["port"]}, ":4: keywords[1]: "),
        ({"keywords": [["port"], []]}, ":4: keywords[2]: there must be at least one"),
        ({"keywords": [["po*rt"]]}, "a * can only stand at the end"),
        ({"keywords": [["--"]]}, "holds no word"),
        ({"keywords": [[1]]}, "keywords[1][1]: "),
        ({"keywords": [["*"]]}, "a * alone would find every text"),
        ({"keywords": [["quay", "po*"]]}, ":4: keywords[1][2]: 'po*' would find far too many words"),
        ({"keywords": [["quay"], ["and the"]]}, ":4: keywords[2][1]: 'and the' occurs in nearly every text"),
        ({"keywords": [["24"]]}, "'24' is too short a number"),
        ({"seeds": [*SEEDS, "it is the"]}, ":3: seeds[6]: "),
        ({"seeds": [*SEEDS, "2026 - 2027"]}, "says nothing of a topic"),
        ({"keywords": [["quay*"]], "exclude": ["Quay*"]}, ":5: exclude[1]: 'Quay*' undoes the keyword 'quay*'"),
        ({"keywords": [["wall"], ["quay works"]], "exclude": ["x-ray", "quay w*"]}, "exclude[2]: 'quay w*' undoes"),
        ({"per_week": 0}, ":4: per_week: "),
        ({"precision": 1.5}, ":4: precision: "),
        ({"seed": ["quay"]}, ":4: seed: unknown key (did you mean 'seeds'?)"),
    ],
)
def test_what_could_not_work_is_a_fault_with_its_line(keys: dict[str, object], message: str) -> None:
    assert message in fault_in(toml_of(**keys))


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ({"keywords": [["737", "5G", "AI", "q-boat"]]}, "harbours"),
        ({"keywords": [["quay"]], "exclude": ["quay wall"]}, "harbours"),
        ({"keywords": [["港口", "港*"]], "seeds": ["港口扩建工程", "新码头开工", "航道疏浚"]}, "harbours"),
        ({"description": "港口、码头与航道的扩建工程。", "seeds": []}, "harbours"),
        ({"seeds": ["توسعة الميناء", "رصيف جديد", "تعميق القناة"], "description": None}, "harbours"),
        ({}, "1-harbours_of-2026"),
        ({}, "h" * 100),
    ],
)
def test_what_could_work_is_taken(keys: dict[str, object], name: str) -> None:
    topic, faults = read(toml_of(**keys), name)
    assert faults == []
    assert topic is not None
    assert topic.id == name


@pytest.mark.parametrize("name", ["Harbours", "harbour works", "häfen", "-harbours", "h" * 101])
def test_a_file_whose_name_cannot_be_an_id_is_refused(name: str) -> None:
    assert "the file's name is the topic's id: use at most 100 lower-case letters" in fault_in(toml_of(), name)


@pytest.mark.parametrize("title", ["Harbours\u202e", "Har\u200bbours", "Har\u2028bours"])
def test_a_title_with_what_cannot_be_seen_is_refused(title: str) -> None:
    assert "title: an invisible character (U+" in fault_in(toml_of(title=title))


def test_a_title_may_join_its_letters() -> None:
    assert topic_from(toml_of(title="नी\u200dति")).title == "नी\u200dति"


def test_files_whose_names_begin_with_a_dot_are_no_topics(tmp_path: Path) -> None:
    """Editors put locks and copies beside the files they edit; some of these lead nowhere."""
    (tmp_path / "harbours.toml").write_text(toml_of(), encoding="utf-8")
    (tmp_path / ".#harbours.toml").symlink_to("somebody@somewhere.1")
    (tmp_path / ".harbours.toml").write_text("nonsense", encoding="utf-8")
    faults: list[Fault] = []
    assert [topic.id for topic in read_topics(tmp_path, faults)] == ["harbours"]
    assert faults == []


def test_another_language_has_a_table_of_its_own() -> None:
    table = (
        '[languages.de]\nseeds = ["neuer Kai", "Ausbau des Hafens"]\nkeywords = [["Hafen*"]]\nexclude = ["Hafenbar"]\n'
    )
    [german] = topic_from(toml_of() + table).languages
    assert (german.language, german.seeds) == ("de", ("neuer Kai", "Ausbau des Hafens"))
    assert (german.keywords, german.exclude) == ((("Hafen*",),), ("Hafenbar",))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('[languages.en]\nseeds = ["quay"]\n', ":4: languages.en: what stands above the [languages] tables is English"),
        ('[languages.DE]\nseeds = ["Kai"]\n', "use a code of two lower-case letters, such as de"),
        ('[languages.german]\nseeds = ["Kai"]\n', "use a code of two lower-case letters, such as de"),
        ("[languages.de]\nseeds = []\n", ":5: languages.de.seeds: there must be at least one"),
        ('[languages.de]\nseeds = ["Kai"]\nkeyword = []\n', "unknown key (did you mean 'keywords'?)"),
        (
            '[languages.de]\nseeds = ["Kai"]\nkeywords = [["Hafen*"]]\nexclude = ["Hafen*"]\n',
            ":7: languages.de.exclude[1]: 'Hafen*' undoes the keyword 'Hafen*'",
        ),
    ],
)
def test_a_table_of_a_language_is_checked_like_the_rest(table: str, message: str) -> None:
    assert message in fault_in(toml_of() + table)


def test_all_faults_of_a_topic_come_at_once_in_their_order() -> None:
    text = 'title = "Harbours"\nseeds = ["the", "quay"]\nkeywords = [["a*"]]\nper_weak = 3\n'
    _, faults = read(text)
    assert [fault.split(": ")[1] for fault in faults] == ["seeds[1]", "seeds", "keywords[1][1]", "per_weak"]


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"seeds": SEEDS[:4]}, "topic harbours has 4 seed phrases; give it at least 5"),
        ({"precision": 0.8, "per_week": 5}, "topic harbours: per_week wins over precision"),
        ({"keywords": [["IT", "quay"]]}, "the keyword 'IT' also finds the everyday word"),
        ({"keywords": [["港口"]]}, "the keyword '港口' is found only where it stands between spaces or marks"),
    ],
)
def test_what_works_but_could_be_better_is_said(tmp_path: Path, keys: dict[str, object], sentence: str) -> None:
    keys = {**keys, "seeds": list(keys.get("seeds", SEEDS))}  # type: ignore[call-overload]
    (tmp_path / "harbours.toml").write_text(toml_of(**keys), encoding="utf-8")
    faults: list[Fault] = []
    [said] = topic_advice(tmp_path, read_topics(tmp_path, faults))
    assert faults == []
    assert sentence in said


def test_the_shipped_topics_need_no_advice() -> None:
    faults: list[Fault] = []
    for folder in (starter_folder() / "topics", SHARED):
        assert list(topic_advice(folder, read_topics(folder, faults))) == []
    assert faults == []


def test_topics_of_any_field_find_their_own_seeds_and_leave_ordinary_news_alone() -> None:
    faults: list[Fault] = []
    topics = read_topics(SHARED, faults)
    assert len(topics) >= 4
    assert all(len(topic.seeds) >= 10 for topic in topics)
    ordinary = start_background()
    scores = train(topics, [], ordinary).score(ordinary)
    for topic in topics:
        mine = [score for score in scores if score.topic == topic.id]
        assert sum(score.matched for score in mine) <= 0.02 * len(mine)


def test_a_new_file_says_what_was_asked_for_whatever_letters_it_has() -> None:
    text = topic_text(
        'Häfen "am" Meer', "Neue\nKais und Häfen, überall.", ["港口", 'a "b" \\ c'], [["Kai*", "x" * 130]]
    )
    said = tomllib.loads(text)
    assert said["title"] == 'Häfen "am" Meer'
    assert said["description"] == "Neue\nKais und Häfen, überall."
    assert said["seeds"] == ["港口", 'a "b" \\ c']
    assert said["keywords"] == [["Kai*", "x" * 130]]


def test_a_new_file_explains_every_key() -> None:
    text = topic_text("Harbours", DESCRIPTION, SEEDS, [])
    assert {key for key in FILES["topic"].model_fields if f"{key} = " not in text and f"[{key}." not in text} == set()
    uncommented = text.replace("# exclude", "exclude").replace('# keywords = [["c', 'keywords = [["c')
    uncommented = uncommented.replace("# [lang", "[lang").replace("# seeds", "seeds").replace("# per_week", "per_week")
    topic = topic_from(uncommented)
    assert (topic.per_week, topic.exclude, topic.languages[0].language) == (10, ("carbon dating",), "de")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder in which a topic can be written."""
    (tmp_path / "monitor.toml").touch()
    return tmp_path


def test_a_new_topic_is_read_before_it_is_written(folder: Path) -> None:
    text = topic_text("Harbours", DESCRIPTION, SEEDS, [["quay*"]])
    assert add_topic(folder, "harbours", text).keywords == (("quay*",),)
    assert (folder / "topics" / "harbours.toml").read_text(encoding="utf-8") == text
    with pytest.raises(ConfigError, match="1 fault"):
        add_topic(folder, "bare", topic_text("Bare", "", (), []))
    assert [file.name for file in (folder / "topics").iterdir()] == ["harbours.toml"]


@pytest.mark.parametrize("name", ["harbours", "../harbours", "Harbours", ""])
def test_a_new_topic_takes_no_name_that_is_taken_or_is_none(folder: Path, name: str) -> None:
    text = topic_text("Harbours", DESCRIPTION, SEEDS, [])
    add_topic(folder, "harbours", text)
    with pytest.raises(ConfigError):
        add_topic(folder, name, text + "\n")
    assert [file.relative_to(folder).as_posix() for file in folder.rglob("*.toml")] == [
        "monitor.toml",
        "topics/harbours.toml",
    ]
    assert (folder / "topics" / "harbours.toml").read_text(encoding="utf-8") == text


def test_no_topic_is_written_where_there_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as found:
        add_topic(tmp_path / "nowhere", "harbours", topic_text("Harbours", DESCRIPTION, SEEDS, []))
    assert "monitor init" in str(found.value.faults[0])
