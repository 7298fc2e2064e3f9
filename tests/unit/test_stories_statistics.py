"""Word statistics: counted once, frozen, named by their content, and read back exactly."""

from __future__ import annotations

import io
from dataclasses import FrozenInstanceError
from functools import partial

import numpy as np
import pytest

from monitor.errors import ModelError
from monitor.records import Document
from monitor.stories import WordStatistics
from monitor.stories.terms import BUCKETS, bucket, stem

DOCUMENTS = [
    Document(id="a", title="Calder fined", text="The exchange Calder was fined for late reports."),
    Document(id="b", title="Calder appeals", text="The exchange appeals against the fine."),
    Document(id="c", title="Rain", text="Rain is expected."),
]


def test_counting_gives_the_same_version_for_the_same_documents_in_any_order() -> None:
    assert WordStatistics.fit(DOCUMENTS) == WordStatistics.fit(reversed(DOCUMENTS))
    assert WordStatistics.fit(DOCUMENTS) != WordStatistics.fit(DOCUMENTS[:2])
    assert len({WordStatistics.fit(DOCUMENTS), WordStatistics.fit(iter(DOCUMENTS))}) == 1


def test_the_version_is_twelve_hex_digits() -> None:
    version = WordStatistics.fit(DOCUMENTS).version
    assert len(version) == 12
    assert int(version, 16) >= 0


@pytest.mark.parametrize("documents", [[], DOCUMENTS])
def test_bytes_bring_back_what_was_written(documents: list[Document]) -> None:
    statistics = WordStatistics.fit(documents)
    read = WordStatistics.from_bytes(statistics.to_bytes())
    assert read == statistics
    assert read.documents == len(documents)
    assert read.to_bytes() == statistics.to_bytes()
    np.testing.assert_array_equal(read.weights(), statistics.weights())


def test_common_words_weigh_less_than_rare_ones() -> None:
    weights = WordStatistics.fit(DOCUMENTS).weights()
    assert weights[bucket("exchange")] < weights[bucket("rain")] == weights[bucket("neverseen")]
    assert weights[BUCKETS + bucket("calder")] < weights[BUCKETS + bucket("rain")]


def test_nothing_can_be_changed() -> None:
    statistics = WordStatistics.fit(DOCUMENTS)
    with pytest.raises(FrozenInstanceError):
        statistics.documents = 9  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        statistics.body_counts[0] = 9


def _archive(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


whole = partial(
    _archive,
    head=np.array([1, 2]),
    body=np.array([1], dtype=np.int32),
    body_counts=np.array([2], dtype=np.int32),
    title=np.array([1], dtype=np.int32),
    title_counts=np.array([2], dtype=np.int32),
)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not an archive",
        WordStatistics.fit(DOCUMENTS).to_bytes()[:-40],
        _archive(head=np.array([1, 2])),
        whole(head=np.array([99, 2])),
        whole(head=np.array([1, 2, 3])),
        whole(body=np.array([BUCKETS], dtype=np.int32)),
        whole(body_counts=np.array([2, 3], dtype=np.int32)),
        whole(title=np.array([{"a": 1}], dtype=object)),
    ],
    ids=["empty", "text", "cut", "parts missing", "scheme", "head", "bucket", "lengths", "pickle"],
)
def test_damaged_bytes_are_an_error_with_a_reason(data: bytes) -> None:
    assert WordStatistics.from_bytes(whole()).documents == 2
    with pytest.raises(ModelError) as error:
        WordStatistics.from_bytes(data)
    assert error.value.reason == "unreadable"


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        ("license licenses licensed licensing", "licens"),
        ("reject rejects rejected rejecting", "reject"),
        ("policy policies", "policy"),
        ("loss", "loss"),
    ],
)
def test_the_forms_of_a_word_share_a_stem(forms: str, expected: str) -> None:
    assert {stem(form) for form in forms.split()} == {expected}
