"""A model's folder as one sequence of bytes, for a database that several machines share, and back.

The bytes are a plain zip without compression: its large part, `arrays.npz`, is compressed already.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from monitor.errors import ModelError

FILES = ("manifest.json", "vocabulary.txt", "letters.txt", "arrays.npz")
"""What a model consists of; nothing else is taken out of what was packed."""

LARGEST = 64_000_000
"""Bytes of all files together; a model has about 2 MB."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o600 << 16


def pack(folder: Path) -> bytes:
    """Return the files of a model as bytes, the same for the same files; raises ModelError when one cannot be read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for name in FILES:
            # A fixed date and fixed rights, so that machines do not differ.
            about = zipfile.ZipInfo(name, date_time=_EPOCH)
            about.create_system, about.external_attr = 3, _PLAIN_FILE
            try:
                packed.writestr(about, (folder / name).read_bytes())
            except OSError as error:
                raise ModelError(str(folder), "model_missing", f"{name} cannot be read: {error.strerror}") from error
    return buffer.getvalue()


def unpack(body: bytes, folder: Path) -> None:
    """Write the files that `pack` packed to `folder`, which appears whole or not at all; one that is there stays.

    Raises ModelError when the bytes hold anything but those files.
    """
    files = _files(body, str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in files.items():
            _write(beside / name, content)
        try:
            beside.rename(folder)
        except OSError as error:
            # Another process wrote the same model there meanwhile, and may be reading it.
            if error.errno not in {errno.EEXIST, errno.ENOTEMPTY}:
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _files(body: bytes, subject: str) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            entries = packed.infolist()
            if sorted(entry.filename for entry in entries) != sorted(FILES):
                raise _refused(subject, "it does not hold the files of a model, and those alone")
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise _refused(subject, "its files are compressed, which ours never are")
            if sum(entry.file_size for entry in entries) > LARGEST:
                raise _refused(subject, f"its files are larger than {LARGEST // 1_000_000} MB")
            return {entry.filename: packed.read(entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _refused(subject, "it cannot be read as one") from error


def _refused(subject: str, why: str) -> ModelError:
    return ModelError(subject, "model_body", f"what the database keeps as this model is none: {why}")


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
