"""Where trained models are kept: in the database, so that every machine has them, and unpacked in the state folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor import topics
from monitor.errors import ModelError
from monitor.ports import Store
from monitor.topics import packing

if TYPE_CHECKING:
    from monitor.topics import TopicModel

KEPT = 5
"""Versions whose bytes are kept: the newest that were ever in charge or tried."""

LOOKED_BACK = 1_000
"""Decisions looked through for versions to give up."""


def _load(folder: Path) -> TopicModel:
    return topics.load(folder)


def _save(model: TopicModel, folder: Path) -> None:
    topics.save(model, folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The kept models of a database; `folder` has one folder for each that was used here."""

    store: Store
    folder: Path
    load: Callable[[Path], TopicModel] = _load
    save: Callable[[TopicModel, Path], None] = _save

    def place(self, version: str) -> Path:
        """Return where a version is, or would be, unpacked."""
        return self.folder / version

    def fetch(self, version: str) -> TopicModel:
        """Return a kept model; one that is not in the folder is unpacked from the database.

        Raises ModelError when it was changed after it was written, or is kept nowhere.
        """
        place = self.place(version)
        if not place.is_dir():
            self._restore(version, place)
        try:
            model = self.load(place)
        except ModelError as error:
            advice = f"remove the folder {place}, then it is restored from the database"
            raise ModelError(f"model {version}", error.reason, f"its files are damaged or missing: {advice}") from error
        if model.version != version:
            advice = f"remove the folder {place}, then the right one is restored from the database"
            raise ModelError(f"model {version}", "model_damaged", f"another model is in its folder: {advice}")
        return model

    def found(self, version: str) -> TopicModel | None:
        """Return a model that lies in the folder already, whole; a trainer that was killed may have left it."""
        try:
            model = self.load(self.place(version)) if self.place(version).is_dir() else None
        except ModelError:
            return None
        return model if model and model.version == version else None

    def put(self, model: TopicModel, manifest: Mapping[str, Any], at: datetime) -> None:
        """Keep a model; raises ModelError when it cannot be written, and then nothing has changed."""
        place = self.place(model.version)
        try:
            if self.found(model.version) is None:
                self.save(model, place)
        except OSError as error:
            raise self._unwritable(model.version, error) from error
        self.store.trainings.add(model.version, manifest, packing.pack(place), at)

    def tidy(self) -> None:
        """Give up all but the newest versions; what they were made from stays known."""
        decided = self.store.trainings.listed(LOOKED_BACK)
        # A dictionary keeps the order, which is that of age; what is in charge always comes first.
        named = list(dict.fromkeys(name for one in decided for name in (one.champion, one.challenger)))
        kept, others = named[:KEPT], named[KEPT:]
        self.store.trainings.keep(kept)
        for version in others:
            shutil.rmtree(self.place(version), ignore_errors=True)

    def _restore(self, version: str, place: Path) -> None:
        body = self.store.trainings.body(version)
        if body is None:
            sentence = f"it is neither in {place} nor in the database; `monitor models` lists those that are kept"
            raise ModelError(f"model {version}", "model_missing", sentence)
        try:
            packing.unpack(body, place)
        except OSError as error:
            raise self._unwritable(version, error) from error

    def _unwritable(self, version: str, error: OSError) -> ModelError:
        why = error.strerror or str(error)
        sentence = f"it cannot be written to {self.folder} ({why}); the model in charge stays as it was"
        return ModelError(f"model {version}", "model_unsaved", sentence, transient=True)
