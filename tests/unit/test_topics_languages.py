"""Articles in other languages: which one it is, what a topic's phrases say, and that nothing is silently zero."""

from __future__ import annotations

import math

import pytest

from monitor.records import Document, Phrases, Topic
from monitor.topics import TopicModel, start_background, train
from monitor.topics.languages import language_of, phrasebook

BORDER = Topic(
    id="border-police",
    title="Border police",
    description="Checks and police work at land borders.",
    seeds=("border checks return", "police stop lorries at the border", "passport control at the crossing"),
    keywords=(("border*", "crossing*"), ("police", "check*", "control*")),
    languages=(
        Phrases(
            language="de",
            seeds=("Kontrollen an der Grenze", "Bundespolizei stoppt Lastwagen"),
            keywords=(("Grenz*",), ("Kontroll*", "Bundespolizei", "Polizei*")),
        ),
        Phrases(language="zh", seeds=("边境检查",)),
    ),
)
GERMAN = (
    "An der Grenze zu Polen gibt es seit Montag wieder Kontrollen. Die Bundespolizei hält Lastwagen und Reisebusse an, "
    "wie ein Sprecher in Görlitz mitteilte. Pendler müssen mit Wartezeiten von bis zu einer Stunde rechnen."
)
RECIPE = (
    "Für den Teig das Mehl mit der Butter verkneten und eine Stunde kalt stellen. Danach die Äpfel schälen, in dünne "
    "Scheiben schneiden und mit Zimt und Zucker mischen. Im heißen Ofen backen, bis der Rand goldbraun ist."
)
ENGLISH = (
    "Police will check passports at every crossing of the northern border from Monday, the ministry said. Lorries that "
    "come from the port must wait for a second control, and drivers were told to expect long queues in the morning."
)


@pytest.fixture(scope="module")
def model() -> TopicModel:
    return train([BORDER], [], start_background()[:120])


def scored(model: TopicModel, text: str, language: str | None = None, title: str = "") -> tuple[bool, float, str]:
    [score] = model.score([Document(id="x", title=title, text=text, language=language)])
    return score.matched, score.score, score.reason


@pytest.mark.parametrize(
    ("text", "said", "found"),
    [
        (ENGLISH, None, "en"),
        (ENGLISH, "de", "en"),
        (GERMAN, "de-AT", "de"),
        (GERMAN, None, "de"),
        ("Grenzkontrollen", None, "en"),
        ("Grenzkontrollen", "de", "de"),
        ("边境检查站今天重新开放 卡车排起长队。", None, "zh"),
        ("", None, "en"),
        (GERMAN, "en", "de"),
        (GERMAN, "deu", "de"),
        ("Border checks", "eng", "en"),
        ("Border checks", "mul", "en"),
        ("Border checks", "zxx-x", "en"),
    ],
)
def test_the_language_is_told_from_the_text_and_else_from_the_feed(text: str, said: str | None, found: str) -> None:
    assert language_of(Document(id="x", title="", text=text, language=said)) == found


def test_headlines_in_capitals_and_lists_of_names_are_english() -> None:
    names = "SMITH JONES BROWN TAYLOR WILSON DAVIES EVANS THOMAS ROBERTS JOHNSON WALKER WRIGHT THOMPSON WHITE HUGHES"
    assert language_of(Document(id="x", title="BORDER CHECKS", text=names)) == "en"


def test_a_topic_finds_articles_in_a_language_it_has_phrases_for(model: TopicModel) -> None:
    [score] = model.score([Document(id="x", title="Wieder Kontrollen", text=GERMAN, language="de")])
    assert score.matched
    assert score.probability is None
    assert {term.text for term in score.terms} == {"kontrollen", "grenze", "(keywords)"}
    assert math.fsum(term.weight for term in score.terms) == pytest.approx(score.logit)


def test_other_news_in_that_language_does_not_match(model: TopicModel) -> None:
    matched, score, reason = scored(model, RECIPE, "de")
    assert (matched, reason) == (False, "")
    assert score < 0.5


def test_a_script_that_does_not_part_words_is_searched_for_whole_phrases(model: TopicModel) -> None:
    assert scored(model, "波兰的边境检查从周一开始恢复 卡车司机需要等待一个小时。", "zh")[0]
    assert not scored(model, "今天的天气很好 适合去公园散步和野餐。", "zh")[0]


def test_a_language_without_phrases_is_named_and_never_matches(model: TopicModel) -> None:
    french = (
        "La police contrôle de nouveau les passeports à la frontière, a annoncé le ministère. Les camions qui viennent "
        "du port doivent attendre un second contrôle et les files sont longues. Border police, border checks return."
    )
    matched, _, reason = scored(model, french, "fr")
    assert (matched, reason) == (False, "no-model-for-language-fr")


def test_an_article_is_judged_by_the_language_most_of_it_is_in(model: TopicModel) -> None:
    assert scored(model, f"{ENGLISH} {ENGLISH} „Wir sind bereit“, sagte er.", "de") == scored(
        model, f"{ENGLISH} {ENGLISH} „Wir sind bereit“, sagte er."
    )


@pytest.mark.parametrize(
    ("seed", "text", "found"),
    [
        ("KI-Gesetz der EU", "Im Landtag wurde ein neues Gesetz über die Pflege beraten.", False),
        ("KI-Gesetz der EU", "Das KI-Gesetz der EU gilt ab Februar.", True),
        ("Zentralbank digital", "Im Zentrum der Stadt beginnt die Digitalisierung der Schulen.", False),
        ("taxe sur le CO2", "La taxe foncière augmente dans dix villes.", False),
        ("Kontrollen an der Grenze", "Kontrolle nahe den Grenzen: die Polizei war da.", True),
    ],
)
def test_short_names_count_and_words_that_only_begin_alike_do_not(seed: str, text: str, *, found: bool) -> None:
    topic = Topic(id="t", title="T", description="", seeds=(), languages=(Phrases(language="de", seeds=(seed,)),))
    book = phrasebook(topic, "de")
    assert book is not None
    assert book.score(Document(id="x", title="", text=text)).matched is found


def test_a_score_in_another_language_is_at_most_one() -> None:
    seed = " ".join(f"Wort{n:02d}lang" for n in range(23))
    phrases = Phrases(language="de", seeds=(seed,), keywords=(("Wort*",),))
    book = phrasebook(Topic(id="t", title="T", description="", seeds=(), languages=(phrases,)), "de")
    assert book is not None
    assert book.score(Document(id="x", title="", text=seed)).score == 1.0
