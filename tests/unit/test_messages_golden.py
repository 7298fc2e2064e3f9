"""Digests written byte for byte as they were before, in this process and in any other.

After a change that is meant: `MONITOR_GOLDEN=write .venv/bin/pytest -n 0 tests/unit/test_messages_golden.py`, look at
the files in a browser, and commit them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.messages import render
from monitor.records import Digest
from tests.factories import make_digest
from tests.shown_digests import clickable, full

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "data" / "golden"


DIGESTS: dict[str, Callable[[], Digest]] = {
    "full": full,
    "clickable": clickable,
    "empty": lambda: make_digest(0, also=(), held=()),
}


def written_as(digest: Digest, kind: str) -> bytes:
    """Return one rendering as the bytes of a file."""
    message = render(digest)
    texts = {"html": message.html, "txt": message.text}
    return (texts.get(kind) or json_of({"slack.json": message.slack, "json": message.data}[kind])).encode()


def json_of(data: object) -> str:
    """Return data as it is written for a person to compare."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("kind", ["html", "txt", "slack.json", "json"])
@pytest.mark.parametrize("name", DIGESTS)
def test_a_digest_is_written_as_before(name: str, kind: str) -> None:
    written = written_as(DIGESTS[name](), kind)
    file = GOLDEN / f"{name}.{kind}"
    if os.environ.get("MONITOR_GOLDEN") == "write":
        file.write_bytes(written)
    assert written == file.read_bytes()


@pytest.mark.parametrize(("seed", "zone"), [("1", "Asia/Tokyo"), ("4242", "America/St_Johns")])
def test_another_process_in_another_time_zone_writes_the_same_bytes(tmp_path: Path, seed: str, zone: str) -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from tests.shown_digests import full; from tests.unit.test_messages_golden import written_as;"
        "[(Path(sys.argv[1]) / f'full.{kind}').write_bytes(written_as(full(), kind))"
        " for kind in ('html', 'txt', 'slack.json', 'json')]"
    )
    env = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, env=env, check=True)
    for name in ("full.html", "full.txt", "full.slack.json", "full.json"):
        assert (tmp_path / name).read_bytes() == (GOLDEN / name).read_bytes()
