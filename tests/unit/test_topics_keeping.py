"""A topic that is added or changed leaves the scores of the others alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.records import Document, Label, Topic
from monitor.topics import TopicModel, load, save, start_background, train

MARKETS = Topic(
    id="fish-markets",
    title="Fish markets",
    description="Auctions and prices of fish.",
    seeds=("fish auction opens", "cod price at the auction", "fishmongers at the market hall"),
    keywords=(("fish*", "cod", "herring*"), ("auction*", "price*", "market*")),
)
QUOTAS = Topic(
    id="fishing-quotas",
    title="Fishing quotas",
    description="How much may be caught, and who decides it.",
    seeds=("herring quota cut", "fisheries ministers agree on catch limits", "trawler fined for exceeding its quota"),
    keywords=(("fish*", "herring*", "trawler*", "catch"), ("quota*", "limit*")),
)
PIERS = Topic(
    id="piers",
    title="Piers",
    description="Seaside piers and their repair.",
    seeds=("zinc cladding of the pier pavilion", "pier closed after the storm", "amusements return to the pier"),
)
TEXTS = [
    Document(id="m", title="Cod dearer again", text="The price of cod rose at the fish auction for the third week."),
    Document(
        id="q", title="Herring quota halved", text="Ministers agreed on catch limits; the herring quota is halved."
    ),
    Document(id="o", title="Rain", text="Showers move in from the west and clear by the weekend."),
]
LABELS = [
    Label(
        title=f"Auction {n}",
        text=f"{n} tonnes of fish were sold at the market.",
        topic="fish-markets",
        label=n % 2 == 0,
    )
    for n in range(12)
]


@pytest.fixture(scope="module")
def base() -> TopicModel:
    return train([MARKETS, QUOTAS], LABELS, start_background()[:120])


def of(model: TopicModel, topic: str) -> list[tuple[float, float, bool]]:
    return [(one.score, one.threshold, one.matched) for one in model.score(TEXTS) if one.topic == topic]


def test_a_new_topic_changes_no_other_topics_scores(base: TopicModel) -> None:
    model = train([PIERS, MARKETS, QUOTAS], [], start_background()[60:200], base=base)
    assert [topic.id for topic in model.topics] == ["fish-markets", "fishing-quotas", "piers"]
    assert of(model, "fish-markets") == of(base, "fish-markets")
    assert of(model, "fishing-quotas") == of(base, "fishing-quotas")
    pier = Document(id="p", title="Pier shut", text="The pier was closed after the storm tore its zinc cladding off.")
    assert model.score([pier])[2].matched


def test_words_that_only_a_new_topic_says_are_known_from_then_on(base: TopicModel) -> None:
    model = train([PIERS, MARKETS, QUOTAS], [], start_background()[60:200], base=base)
    before, after = base.featuriser.vocabulary.terms, model.featuriser.vocabulary.terms
    assert after[: len(before)] == before
    assert {"cladding", "zinc cladding"} <= set(after[len(before) :])


def test_a_changed_topic_is_learned_anew_and_the_other_stays(base: TopicModel) -> None:
    changed = replace(QUOTAS, seeds=(*QUOTAS.seeds, "days at sea for small boats"))
    model = train([MARKETS, changed], [], start_background()[:120], base=base)
    assert of(model, "fish-markets") == of(base, "fish-markets")
    assert model.heads[1].topic == changed
    assert of(model, "fishing-quotas") != of(base, "fishing-quotas")
    assert model.heads[0].positives == base.heads[0].positives == 6


def test_a_removed_topic_is_dropped_and_nothing_is_learned(base: TopicModel) -> None:
    model = train([MARKETS], [], start_background()[:1], base=base)
    assert [head.topic.id for head in model.heads] == ["fish-markets"]
    assert [score[2] for score in of(model, "fish-markets")] == [score[2] for score in of(base, "fish-markets")]


def test_such_a_model_has_a_version_of_its_own_and_can_be_kept(base: TopicModel, tmp_path: Path) -> None:
    background = start_background()[60:200]
    model = train([PIERS, MARKETS, QUOTAS], [], background, base=base)
    assert model.version not in {base.version, train([PIERS, MARKETS, QUOTAS], [], background).version}
    save(model, tmp_path / "model")
    assert load(tmp_path / "model").score(TEXTS) == model.score(TEXTS)
