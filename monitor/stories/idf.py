"""How common every word is: counted once over an archive, then frozen and named, so that old groupings stay true."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from monitor.errors import ModelError
from monitor.records import Document
from monitor.stories.terms import BUCKETS, count

_SCHEME: Final = 1
"""Part of the version: to be raised whenever words are cut, hashed or weighed differently."""

_ARRAYS: Final = ("body", "body_counts", "title", "title_counts")
_WORTH_KEEPING: Final = 2
"""A term seen in one document is as good as unseen, and such terms are most of the vocabulary."""

UNSEEN: Final = 100

Array = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordStatistics:
    """Document frequencies per channel: buckets ascending (int32, n) and the documents that hold each (int32, n).

    `documents` is how many were counted; `version` is 12 hex digits of the content's SHA-256, so equal content has
    equal versions. Statistics of no documents are valid: every word is then equally rare.
    """

    documents: int
    body: Array
    body_counts: Array
    title: Array
    title_counts: Array
    version: str

    @classmethod
    def fit(cls, documents: Iterable[Document]) -> Self:
        """Count the documents; one pass, memory independent of how many there are."""
        body = np.zeros(BUCKETS, dtype=np.int32)
        title = np.zeros(BUCKETS, dtype=np.int32)
        total = 0
        for document in documents:
            counted = count(document)
            body[counted.body] += 1
            title[counted.title] += 1
            total += 1
        return cls._of(total, *_sparse(body), *_sparse(title))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote; raises ModelError (`unreadable`) for anything else. Nothing is unpickled."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                scheme, documents = (int(number) for number in file["head"])
                arrays = [file[name] for name in _ARRAYS]
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise _unreadable("they are damaged or were not written by this program") from error
        if scheme != _SCHEME:
            raise _unreadable(f"they have scheme {scheme}, this program writes {_SCHEME}; fit them again")
        return cls._of(documents, *_checked(arrays))

    @classmethod
    def _of(cls, documents: int, body: Array, body_counts: Array, title: Array, title_counts: Array) -> Self:
        arrays = (body, body_counts, title, title_counts)
        for array in arrays:
            array.flags.writeable = False
        return cls(
            documents=documents,
            body=body,
            body_counts=body_counts,
            title=title,
            title_counts=title_counts,
            version=_version(documents, arrays),
        )

    def to_bytes(self) -> bytes:
        """Return an npz archive of the counts; the same statistics give the same bytes."""
        file = io.BytesIO()
        arrays: dict[str, NDArray[np.generic]] = {name: getattr(self, name) for name in _ARRAYS}
        head = np.array([_SCHEME, self.documents], dtype=np.int64)
        np.savez_compressed(file, allow_pickle=False, head=head, **arrays)
        return file.getvalue()

    def weights(self) -> NDArray[np.float32]:
        """Return the inverse document frequency of every term, body channel first: float32 (2 x BUCKETS,).

        `log((1 + UNSEEN + documents) / (1 + frequency)) + 1`: scikit-learn's smoothed form over an archive to which
        some documents without any of these words were added. Without them the words of a story that fills a young
        archive would count as common and hold nothing together; beside thousands of documents they do not show.
        """
        frequency = np.zeros(2 * BUCKETS)
        frequency[self.body] = self.body_counts
        frequency[self.title.astype(np.int64) + BUCKETS] = self.title_counts
        return np.asarray(np.log((1 + UNSEEN + self.documents) / (1 + frequency)) + 1, dtype=np.float32)

    def __eq__(self, other: object) -> bool:
        """Statistics are equal when their content is, which is what the version names."""
        return isinstance(other, WordStatistics) and self.version == other.version

    def __hash__(self) -> int:
        """Follow `__eq__`."""
        return hash(self.version)


def _sparse(frequency: Array) -> tuple[Array, Array]:
    kept = np.flatnonzero(frequency >= _WORTH_KEEPING).astype(np.int32)
    return kept, frequency[kept]


def _version(documents: int, arrays: Iterable[Array]) -> str:
    digest = hashlib.sha256(f"{_SCHEME} {documents}".encode())
    for array in arrays:
        digest.update(array.size.to_bytes(8, "little"))
        digest.update(array.astype("<i4", copy=False).tobytes())
    return digest.hexdigest()[:12]


def _checked(arrays: list[NDArray[np.generic]]) -> list[Array]:
    body, body_counts, title, title_counts = arrays
    for found, counts in ((body, body_counts), (title, title_counts)):
        fits = found.dtype == counts.dtype == np.int32 and found.ndim == 1 and found.shape == counts.shape
        if not fits or bool(np.any((found.astype(int) < 0) | (found.astype(int) >= BUCKETS))):
            raise _unreadable("their arrays do not fit together")
    return [array.astype(np.int32) for array in arrays]


def _unreadable(why: str) -> ModelError:
    return ModelError("word statistics", "unreadable", f"the word statistics cannot be read: {why}")
