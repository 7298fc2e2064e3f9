"""Words, keywords, passages and their numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.records import Document, Topic
from monitor.topics.features import Featuriser
from monitor.topics.keywords import KeywordIndex, words
from monitor.topics.passages import EXCERPT, TEXT_CAP, excerpt, split
from monitor.topics.vocabulary import Vocabulary, fit_letters, fit_vocabulary, letter_runs, tokens

FERRIES = Topic(
    id="ferries",
    title="Ferries",
    description="Boats that carry people and cars.",
    seeds=("night ferry to the island", "car deck full", "ferry timetable", "sailing cancelled", "new ferry operator"),
    keywords=(("ferr*", "car deck", "ro-ro"), ("cancel*", "timetable")),
    exclude=("fairy tale",),
)


def fired(text: str) -> bool:
    return KeywordIndex([FERRIES]).hits(text, "ferries").fired


@pytest.mark.parametrize(
    "text",
    [
        "The FERRY was cancelled",
        "Ferries: a new timetable",
        "timetable of the ro-ro line",
        "Ro/ro line cancels",
        "car  deck closed, sailings cancelled",
    ],
)
def test_keywords_hit_when_every_group_has_a_word(text: str) -> None:
    assert fired(text)


@pytest.mark.parametrize(
    "text",
    [
        "The ferry left on time",
        "a referral was cancelled",
        "the car left the deck, timetable unchanged",
        "ferry cancelled in a fairy tale",
        "",
        "car",
    ],
)
def test_keywords_do_not_hit_on_one_group_on_parts_of_words_or_under_a_veto(text: str) -> None:
    assert not fired(text)


def test_hits_name_the_matched_words_of_each_group_and_the_vetoes() -> None:
    hits = KeywordIndex([FERRIES]).hits("Ferry, ferry! A fairy tale of timetables and a timetable", "ferries")
    assert hits.groups == (("ferr*",), ("timetable",))
    assert hits.vetoes == ("fairy tale",)


def test_a_topic_without_keywords_never_has_a_keyword_hit() -> None:
    plain = Topic(id="plain", title="Plain", description="", seeds=())
    assert not KeywordIndex([plain]).hits("anything", "plain").fired


def test_a_short_text_is_one_passage_and_an_empty_one_has_none() -> None:
    assert split("One line.\n\nAnother line.") == ["One line. Another line."]
    assert split(" \n ") == []


def test_passages_end_with_paragraphs_and_sentences() -> None:
    paragraph = " ".join(f"Sentence {n} has exactly six words." for n in range(11))
    assert split(f"{paragraph}\n{paragraph}") == [paragraph, paragraph]


def test_a_text_without_any_end_is_cut_by_words() -> None:
    sizes = [len(passage.split()) for passage in split("word " * 300)]
    assert sizes == [120, 120, 60]


def test_a_scrap_at_the_end_is_joined_to_the_passage_before() -> None:
    assert len(split("word " * 125)) == 1


@given(st.text(alphabet=st.sampled_from("ab.!? \n"), max_size=3000))
def test_passages_hold_all_words_in_order(text: str) -> None:
    assert " ".join(split(text)).split() == text.split()


def test_only_the_first_part_of_a_huge_text_is_read() -> None:
    assert sum(map(len, split("abcd " * 200_000))) <= TEXT_CAP


@given(st.text(max_size=1200))
def test_an_excerpt_is_one_line_of_limited_length(text: str) -> None:
    shown = excerpt(text)
    assert len(shown) <= EXCERPT
    assert "\n" not in shown


def test_an_excerpt_ends_with_a_sentence_or_a_word() -> None:
    assert excerpt("A first sentence here. " + "more " * 20, 40) == "A first sentence here. …"
    assert excerpt("words without any end at all in here", 20) == "words without any…"


def featuriser(*texts: str) -> Featuriser:
    known = tokens([*map(words, texts), *map(words, FERRIES.seeds)])
    vocabulary = fit_vocabulary(known, len(FERRIES.seeds), {"the", "a"}, 100)
    return Featuriser([FERRIES], vocabulary, fit_letters(known, {"the", "a"}, 100))


def test_vocabulary_keeps_the_commonest_terms_and_all_that_topics_say() -> None:
    vocabulary = fit_vocabulary(tokens([["tide", "tide", "gull"], ["car", "deck"]]), 1, set(), 1)
    assert vocabulary.terms == ("car", "car deck", "deck", "tide")


def test_a_vocabulary_is_the_same_in_whatever_order_the_texts_come() -> None:
    texts = [["tide", "gull", "tide"], ["gull", "rock"], ["quay"], ["rock", "gull"]]
    one, other = (fit_vocabulary(tokens(some), 0, {"quay"}, 4) for some in (texts, texts[::-1]))
    assert one.terms == other.terms
    assert one.terms == ("gull", "gull rock", "rock", "tide")
    assert one.idf.tolist() == other.idf.tolist()


def test_rare_terms_weigh_more_than_common_ones() -> None:
    vocabulary = fit_vocabulary(tokens([["tide", "gull"], ["tide"]]), 0, set(), 10)
    weight = dict(zip(vocabulary.terms, vocabulary.idf, strict=True))
    assert weight["gull"] > weight["tide"]


def test_phrases_reach_over_stop_words_and_counts_are_logarithmic() -> None:
    vocabulary = fit_vocabulary(tokens([["night", "ferry"]]), 0, {"the"}, 10)
    counts = vocabulary.count(tokens([["night", "the", "ferry"], ["ferry", "gull", "night", "night"], []]))
    assert dict(zip(vocabulary.terms, counts.toarray()[0], strict=True)) == {
        "ferry": 1.0,
        "night": 1.0,
        "night ferry": 1.0,
    }
    assert counts.toarray()[1].tolist() == [1.0, 2.0, 0.0]
    rows = vocabulary.weigh(counts).toarray()
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 1, 0])
    assert rows[1][1] / rows[1][0] == pytest.approx(1 + np.log(2))


def test_no_phrase_reaches_from_one_text_into_the_next() -> None:
    known = tokens([["night"], ["ferry"]])
    vocabulary = fit_vocabulary(known, 0, set(), 10)
    assert vocabulary.terms == ("ferry", "night")
    assert Vocabulary(["ferry", "night", "night ferry"], np.ones(3), []).count(known).toarray()[:, 2].tolist() == [0, 0]


def test_a_word_is_spelt_by_runs_of_three_and_four_letters_with_its_ends() -> None:
    assert letter_runs("tide") == [" ti", "tid", "ide", "de ", " tid", "tide", "ide "]


def test_a_word_never_seen_is_known_by_its_letters() -> None:
    letters = fit_letters(tokens([["regulator"], ["regulator"], ["tide"], ["tide"]]), set(), 1000)
    texts = tokens([["deregulation"], ["regulator"], ["tide"], ["xyz"]])
    spelling = letters.spell(texts)
    said = letters.weigh(texts.counts(), spelling)
    rows = (said @ spelling.runs).toarray()
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 1, 1, 0])
    assert rows[0] @ rows[1] > 0.3
    assert rows[0] @ rows[2] == 0


def test_stop_words_have_no_letters() -> None:
    letters = fit_letters(tokens([["the", "tide"], ["the", "tide"]]), {"the"}, 1000)
    assert not [run for run in letters.runs if "the" in run]
    assert letters.spell(tokens([["the"]])).runs.nnz == 0


def test_a_whole_article_is_its_title_twice_and_its_passages() -> None:
    long = "The ferry left. " * 60
    parts = featuriser(long).articles([Document(id="1", title="ferry", text=long)])
    short = featuriser(long).articles([Document(id="1", title="ferry", text="ferry left")])
    assert len(parts.passages) == len(parts.owners) > 1
    assert short.passages == ()
    assert short.wholes.terms.shape[0] == parts.wholes.terms.shape[0] == 1


def test_keywords_of_a_long_article_must_meet_in_one_passage() -> None:
    filler = "Nothing happened on that day in town. " * 30
    apart = Document(id="1", title="News", text=f"A ferry came.\n{filler}\nThe timetable is out.")
    together = Document(id="2", title="News", text=f"A ferry came. The timetable is out.\n{filler}")
    articles = featuriser(filler).articles([apart, together])
    assert articles.wholes.hits[:, 0].tolist() == [0.0, 1.0]


def test_no_documents_have_no_rows() -> None:
    assert featuriser("tide").articles([]).wholes.hits.shape == (0, 1)
