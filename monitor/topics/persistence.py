"""A model in a folder: arrays, words and a manifest; nothing in it can run.

    manifest.json     schema, version, library versions, topics, per-topic numbers, a SHA-256 of every other file
    vocabulary.txt    a term per line, in column order
    letters.txt       a run of letters per line, in column order
    arrays.npz        idf of terms and runs, and the weights of all topics (topics × features), in single precision

The folder appears whole or not at all: it is written beside its place and renamed.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from monitor.errors import ModelError
from monitor.records import Phrases, Topic
from monitor.topics.features import Featuriser
from monitor.topics.model import Head, TopicModel
from monitor.topics.version import ALGORITHM
from monitor.topics.vocabulary import Letters, Vocabulary

SCHEMA = 2
_MANIFEST, _TERMS, _LETTERS, _ARRAYS = "manifest.json", "vocabulary.txt", "letters.txt", "arrays.npz"
_LIBRARIES = ("numpy", "scipy", "scikit-learn")


def save(model: TopicModel, folder: Path) -> None:
    """Write a model; a model that is already there is replaced. The same model gives the same bytes."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    featuriser = model.featuriser
    files = {_TERMS: _lines(featuriser.vocabulary.terms), _LETTERS: _lines(featuriser.letters.runs)}
    files[_ARRAYS] = _arrays(model)
    files[_MANIFEST] = _manifest(model, files)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            _write(beside / name, content)
        old = beside.with_name(f"{beside.name}-old")
        if folder.exists():
            folder.rename(old)
        try:
            beside.rename(folder)
        except OSError as error:
            # Another process wrote the same model there meanwhile.
            if error.errno not in {errno.EEXIST, errno.ENOTEMPTY}:
                raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def load(folder: Path) -> TopicModel:
    """Return the model in a folder.

    Raises ModelError when a file is missing, was changed, or comes from another schema or algorithm.
    """
    try:
        manifest = json.loads(_read(folder, _MANIFEST))
        if manifest["schema"] != SCHEMA or manifest["algorithm"] != ALGORITHM:
            raise ModelError(
                str(folder), "model_schema", "this model was written by another version of the program; train it again"
            )
        sealed = manifest.pop("seal")
        if sealed != _seal(manifest):
            raise _damaged(folder, _MANIFEST)
        contents = {name: _checked(folder, name, manifest["files"]) for name in (_TERMS, _LETTERS, _ARRAYS)}
        return _assembled(manifest, contents)
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, _MANIFEST) from error


def _lines(words: Sequence[str]) -> bytes:
    return "".join(f"{word}\n" for word in words).encode()


def _arrays(model: TopicModel) -> bytes:
    weights = sparse.csr_matrix(np.stack([head.weights for head in model.heads]).astype(np.float32))
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        idf=model.featuriser.vocabulary.idf.astype(np.float32),
        letters_idf=model.featuriser.letters.idf.astype(np.float32),
        data=weights.data,
        indices=weights.indices,
        indptr=weights.indptr,
        shape=np.array(weights.shape),
    )
    return buffer.getvalue()


def _manifest(model: TopicModel, files: dict[str, bytes]) -> bytes:
    manifest: dict[str, Any] = {
        "schema": SCHEMA,
        "algorithm": ALGORITHM,
        "version": model.version,
        "libraries": {name: installed(name) for name in _LIBRARIES},
        "stop_words": list(model.featuriser.vocabulary.stop_words),
        "heads": [{**asdict(head), "weights": None} for head in model.heads],
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    manifest["seal"] = _seal(json.loads(json.dumps(manifest)))
    return (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _seal(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()


def _assembled(manifest: dict[str, Any], contents: dict[str, bytes]) -> TopicModel:
    terms, runs = (contents[name].decode().split("\n")[:-1] for name in (_TERMS, _LETTERS))
    with np.load(io.BytesIO(contents[_ARRAYS]), allow_pickle=False) as stored:
        matrix = sparse.csr_matrix((stored["data"], stored["indices"], stored["indptr"]), shape=tuple(stored["shape"]))
        vocabulary = Vocabulary(terms, stored["idf"].astype(np.float64), manifest["stop_words"])
        letters = Letters(runs, stored["letters_idf"].astype(np.float64), manifest["stop_words"])
    weights = matrix.toarray().astype(np.float64)
    heads = [_head(values, weights[row]) for row, values in enumerate(manifest["heads"])]
    featuriser = Featuriser([head.topic for head in heads], vocabulary, letters)
    return TopicModel(version=manifest["version"], featuriser=featuriser, heads=heads)


def _head(values: dict[str, Any], weights: Any) -> Head:  # noqa: ANN401 - scipy has no types
    topic = values["topic"]
    languages = tuple(Phrases(**{**phrases, **_tuples(phrases)}) for phrases in topic["languages"])
    rest = {**values, "notes": tuple(values["notes"]), "weights": weights}
    return Head(**{**rest, "topic": Topic(**{**topic, **_tuples(topic), "languages": languages})})


def _tuples(said: dict[str, Any]) -> dict[str, Any]:
    """Return the lists of a topic, or of its phrases in another language, as its record has them."""
    lists = {key: tuple(said[key]) for key in ("seeds", "exclude")}
    return {**lists, "keywords": tuple(tuple(group) for group in said["keywords"])}


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ModelError(str(folder), "model_missing", f"{name} cannot be read; train the model again") from error


def _checked(folder: Path, name: str, hashes: dict[str, str]) -> bytes:
    content = _read(folder, name)
    if hashlib.sha256(content).hexdigest() != hashes[name]:
        raise _damaged(folder, name)
    return content


def _damaged(folder: Path, name: str) -> ModelError:
    return ModelError(str(folder), "model_damaged", f"{name} was changed after it was written; train the model again")
