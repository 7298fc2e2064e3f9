"""A model's folder as bytes and back; bytes that are anything else write nothing."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from monitor.errors import ModelError
from monitor.topics import packing
from monitor.topics.packing import FILES, pack, unpack

CONTENT = {
    "manifest.json": b"{}",
    "vocabulary.txt": b"boat\n",
    "letters.txt": b"boa\n",
    "arrays.npz": b"\x00\x01" * 500,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    made.mkdir()
    for name, content in CONTENT.items():
        (made / name).write_bytes(content)
    return made


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def test_a_folder_comes_back_as_it_was_and_nothing_else_is_left(folder: Path, tmp_path: Path) -> None:
    unpack(pack(folder), tmp_path / "models" / "abc")
    back = tmp_path / "models" / "abc"
    assert {file.name: file.read_bytes() for file in back.iterdir()} == CONTENT
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["abc"]


def test_a_folder_that_another_process_wrote_meanwhile_is_taken_as_it_is(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "models" / "abc"
    unpack(pack(folder), place)
    (place / "mark").touch()
    unpack(pack(folder), place)
    assert sorted(file.name for file in place.iterdir()) == sorted([*FILES, "mark"])
    assert [path.name for path in place.parent.iterdir()] == ["abc"]


def test_the_same_files_give_the_same_bytes_whenever_they_were_written(folder: Path) -> None:
    first = pack(folder)
    (folder / "manifest.json").touch()
    assert pack(folder) == first


def test_a_folder_that_lacks_a_file_cannot_be_packed(folder: Path) -> None:
    (folder / "arrays.npz").unlink()
    with pytest.raises(ModelError, match=r"arrays\.npz cannot be read"):
        pack(folder)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"not a zip at all", id="no-zip"),
        pytest.param(zipped(CONTENT)[:-40], id="truncated"),
        pytest.param(zipped({**CONTENT, "../../escaped": b"x"}), id="path-traversal"),
        pytest.param(zipped({**CONTENT, "/tmp/escaped": b"x"}), id="absolute"),  # noqa: S108 - never written
        pytest.param(zipped({**CONTENT, "code.py": b"x"}), id="another-file"),
        pytest.param(zipped({"manifest.json": b"{}"}), id="a-file-missing"),
        pytest.param(zipped(CONTENT, zipfile.ZIP_DEFLATED), id="compressed"),
        pytest.param(zipped(CONTENT).replace(b"boat\n", b"goat\n"), id="changed"),
    ],
)
def test_anything_else_is_refused_and_writes_nothing(body: bytes, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as refused:
        unpack(body, tmp_path / "deep" / "abc")
    assert refused.value.reason == "model_body"
    assert list(tmp_path.rglob("*")) == []


def test_files_beyond_any_model_are_refused_before_they_are_read(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "LARGEST", 1_000)
    with pytest.raises(ModelError, match="larger than"):
        unpack(pack(folder), tmp_path / "abc")
    assert not (tmp_path / "abc").exists()
