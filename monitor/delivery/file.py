"""Digests as folders of files: to look at, to archive, or to hand to another program."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import DeliveryError
from monitor.records import Delivery, Message, Receipt

_HEX = re.compile(r"[0-9a-f]{16,}")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """Where the folders go; the folder is made when it is missing."""

    folder: Path


class FileNotifier:
    """Writes each delivery to a folder of its own: digest.html, digest.txt and slack.json."""

    def __init__(self, settings: FileSettings) -> None:
        """Keep the settings; nothing is written before the first delivery."""
        self._folder = Path(settings.folder)

    def send(self, delivery: Delivery) -> Receipt:
        """Write the files; the same delivery again finds the same folder and leaves the same files."""
        place = self._folder / folder_name(delivery)
        try:
            place.mkdir(parents=True, exist_ok=True)
            for name, content in _files(delivery.message):
                _write(place / name, content)
            _sync(place)
        except OSError as error:
            raise _failure(delivery.channel, self._folder, error) from error
        return Receipt(provider_id=delivery.id, place=str(place))


def folder_name(delivery: Delivery) -> str:
    """Return a name that sorts by time and can be read: when, which watch, for whom, which delivery."""
    watch = delivery.message.subject.partition(":")[0]
    parts = (_slug(watch), _slug(delivery.person), _short(delivery.id))
    return "-".join((f"{delivery.created_at:%Y-%m-%dT%H%M}", *filter(None, parts)))


def _files(message: Message) -> tuple[tuple[str, bytes], ...]:
    slack = json.dumps(message.slack, ensure_ascii=False, indent=2) + "\n"
    return (
        ("digest.html", message.html.encode()),
        ("digest.txt", message.text.encode()),
        ("slack.json", slack.encode()),
    )


def _write(path: Path, content: bytes) -> None:
    """Put the content at `path` whole or not at all, whenever the machine may stop."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    # A file's new name lasts only once its folder has reached the disk.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_IN_SLUG.sub("-", plain.lower())[:32].strip("-")


def _short(identity: str) -> str:
    # Ids that count up share their first letters.
    return identity[:8] if _HEX.fullmatch(identity) else hashlib.sha256(identity.encode()).hexdigest()[:8]


def _failure(channel: str, folder: Path, error: OSError) -> DeliveryError:
    if error.errno in _FULL:
        reason, message = "disk-full", f"There is no room left to write the digest under {folder}."
    elif error.errno in _FORBIDDEN:
        reason, message = "not-writable", f"This program may not write under {folder}."
    else:
        reason, message = "not-written", f"The digest cannot be written under {folder}: {error.strerror or error}."
    return DeliveryError(channel, reason, message, transient=True)
