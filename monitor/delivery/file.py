"""Digests as folders of files: to look at, to archive, or to hand to another program."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from monitor.delivery.frozen import thaw
from monitor.delivery.naming import slug
from monitor.errors import DeliveryError
from monitor.records import Delivery, Message, Receipt

_HEX = re.compile(r"[0-9a-f]{16,}")
_NAMES = ("digest.html", "digest.txt", "digest.json", "slack.json")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """Where the folders go; the folder is made when it is missing."""

    folder: Path


class FileNotifier:
    """Writes each delivery to a folder of its own: digest.html, digest.txt, digest.json and slack.json."""

    def __init__(self, settings: FileSettings) -> None:
        """Keep the settings; nothing is written before the first delivery."""
        self._folder = Path(settings.folder)

    def freeze(self, delivery: Delivery, message: Message) -> bytes:  # noqa: ARG002 - its name is the folder's
        """Return the texts of the files, by name, as JSON."""
        files = {
            "digest.html": message.html,
            "digest.txt": message.text,
            "digest.json": json.dumps(message.data, ensure_ascii=False, indent=2) + "\n",
            "slack.json": json.dumps(message.slack, ensure_ascii=False, indent=2) + "\n",
        }
        return json.dumps(files).encode()

    def send(self, delivery: Delivery) -> Receipt:
        """Write the files; the same delivery again finds the same folder and leaves the same files."""
        place = self._folder / folder_name(delivery)
        files = thaw(delivery, lambda texts: {name: texts[name].encode(errors="replace") for name in _NAMES})
        try:
            place.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                write_whole(place / name, content)
            sync(place)
        except OSError as error:
            raise failure(delivery.channel, self._folder, error) from error
        return Receipt(provider_id=delivery.id, place=str(place))

    def find(self, delivery: Delivery) -> Receipt | None:  # noqa: ARG002 - see below
        """Return None: writing the same files again changes nothing."""
        return None


def folder_name(delivery: Delivery) -> str:
    """Return a name that sorts by time and can be read: when, which watch, for whom, which delivery."""
    parts = (slug(delivery.watch_title) or slug(delivery.watch_id), slug(delivery.person), _short(delivery.id))
    return "-".join((f"{delivery.created_at:%Y-%m-%dT%H%M}", *filter(None, parts)))


def write_whole(path: Path, content: bytes) -> None:
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


def sync(folder: Path) -> None:
    """Make the names of new files last."""
    # A file's new name lasts only once its folder has reached the disk.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _short(identity: str) -> str:
    # Ids that count up share their first letters.
    return identity[:8] if _HEX.fullmatch(identity) else hashlib.sha256(identity.encode()).hexdigest()[:8]


def failure(channel: str, folder: Path, error: OSError) -> DeliveryError:
    """Return what a person can do something with; all of it may have passed by the next attempt."""
    if error.errno in _FULL:
        reason, message = "disk-full", f"There is no room left to write the digest under {folder}."
    elif error.errno in _FORBIDDEN:
        reason, message = "not-writable", f"This program may not write under {folder}."
    else:
        reason, message = "not-written", f"The digest cannot be written under {folder}: {error.strerror or error}."
    return DeliveryError(channel, reason, message, transient=True)
