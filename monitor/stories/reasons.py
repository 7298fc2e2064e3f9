"""The words that tie an article to a story, as the article writes them."""

from __future__ import annotations

from typing import Final

import numpy as np

from monitor.records import Document
from monitor.stories.terms import BODY_CHARACTERS, BUCKETS, TITLE_CHARACTERS, bucket, words_of
from monitor.stories.vectors import Vector

MOST: Final = 6


def shared_terms(document: Document, own: Vector, other: Vector) -> tuple[str, ...]:
    """Return at most six words of `document` that add most to its likeness with `other`, strongest first.

    `own` and `other` are the two vectors; a word's part is the sum over both channels. Word pairs are left out because
    their words, which the body channel has too, speak for themselves.
    """
    shared, left, right = np.intersect1d(own.indices, other.indices, assume_unique=True, return_indices=True)
    products = own.weights[left] * other.weights[right]
    in_body = shared < BUCKETS
    parts = dict(zip(shared[in_body].tolist(), products[in_body].tolist(), strict=True))
    for index, part in zip((shared[~in_body] - BUCKETS).tolist(), products[~in_body].tolist(), strict=True):
        if index in parts:
            parts[index] += part
    strongest = sorted(parts, key=lambda index: (-parts[index], index))[:MOST]
    written = _as_written(document, set(strongest))
    return tuple(written[index] for index in strongest if index in written)


def _as_written(document: Document, wanted: set[int]) -> dict[int, str]:
    """Return the first writing of every wanted bucket; a letter whose small form is two letters may hide one."""
    words = words_of(f"{document.title[:TITLE_CHARACTERS]}\n{document.text[:BODY_CHARACTERS]}")
    buckets = map(bucket, map(str.lower, words))
    # Backwards, so that the first of them is the one that stays.
    written = [(found, word) for found, word in zip(buckets, words, strict=True) if found in wanted]
    return dict(reversed(written))
