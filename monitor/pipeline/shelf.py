"""Where trained models are kept: in the database, so that every machine has them, and unpacked in the state folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor import topics
from monitor.errors import ModelError
from monitor.ports import Store
from monitor.records import Decision, Training
from monitor.topics import packing

if TYPE_CHECKING:
    from monitor.topics import TopicModel

KEPT = 5
"""Versions whose bytes are kept: the newest that were ever in charge. The last one that was refused is kept, too."""

LEFT_OVER = timedelta(days=1)
"""After so long, what a killed process left behind is removed."""


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
            if error.reason == "model_schema":
                raise ModelError(f"model {version}", error.reason, error.message) from error
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
            raise self._unwritable(model.version, error, "; the model in charge stays as it was") from error
        self.store.trainings.add(model.version, manifest, packing.pack(place), at)

    def tidy(self, now: datetime) -> None:
        """Give up all but the versions worth keeping, and what killed processes left; their records stay."""
        old = now - LEFT_OVER
        kept, decided = self.store.trainings.keep(_worth_keeping, old)
        for place in self.folder.iterdir() if self.folder.is_dir() else ():
            if place.name not in kept and (place.name in decided or _changed_at(place) < old):
                shutil.rmtree(place, ignore_errors=True)

    def _restore(self, version: str, place: Path) -> None:
        body = self.store.trainings.body(version)
        if body is None:
            sentence = f"it is neither in {place} nor in the database; `monitor models` lists those that are kept"
            raise ModelError(f"model {version}", "model_missing", sentence)
        try:
            packing.unpack(body, place)
        except OSError as error:
            raise self._unwritable(version, error, ", where it must be unpacked before it can judge") from error

    def _unwritable(self, version: str, error: OSError, then: str) -> ModelError:
        sentence = f"it cannot be written to {self.folder} ({error.strerror or error}){then}"
        return ModelError(f"model {version}", "model_unsaved", sentence, transient=True)


def _worth_keeping(decided: Sequence[Training]) -> list[str]:
    """Return the newest that were in charge, and the one refused last."""
    # A dictionary keeps the order, which is that of age; what is in charge always comes first.
    in_charge = list(dict.fromkeys(one.champion for one in decided))[:KEPT]
    return in_charge + [one.challenger for one in decided if one.decision is Decision.KEPT][:1]


def _changed_at(place: Path) -> datetime:
    try:
        return datetime.fromtimestamp(place.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)
