"""The demo: the sample world, a configuration that watches it, and the real pipeline between the two."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from monitor.config import starter_folder
from monitor.demo.server import NewsServer
from monitor.demo.world import World, load_world
from monitor.pipeline import CycleReport
from monitor.wiring import fixed_clock, load_settings, open_pipeline

SETTINGS = """\
# The demo's settings: the sample outlets are on this machine, so their hosts are allowed to be private.
[storage]
state = "."

[identity]
name = "NewsMonitor/0.1 (demo)"

[polling]
spacing_seconds = 0
horizon_hours = 120
allow_hosts = ["*.localhost"]

[channels.terminal]
type = "terminal"

[channels.file]
type = "file"
folder = "digests"

[[people]]
id = "analyst"
name = "An analyst"
channels = ["terminal", "file"]
timezone = "Europe/Brussels"
messages_per_day = 0

[[watch]]
id = "crypto-policy"
title = "Crypto policy and regulation"
topics = ["blockchain-policy", "crypto-regulation", "cbdc"]
people = ["analyst"]
# The demo's clock jumps from one moment to the next: whatever waited for a time of day would never be seen.
notify = { articles = 3, publishers = 2, hours = 72, settle_minutes = 0 }
updates = { articles = 2, hours = 3 }
digest = "never"
"""


PREPARING, RUNNING, FINISHED = "preparing", "running", "finished"


class Tour:
    """A demo in a folder of its own; entered, it serves the world.

    An unfinished demo in the folder is carried on with the port it had, because links hold the port.
    """

    def __init__(self, folder: Path, *, port: int, say: Callable[[str], None]) -> None:
        """Name the folder and the port of the sample sites (0: a free one)."""
        self._folder = folder.resolve()
        self._port = port
        self._say = say
        self._world = load_world()
        self._server: NewsServer | None = None
        self._unfinished = False

    @property
    def config(self) -> Path:
        """The folder with the demo's configuration."""
        return self._folder / "config"

    @property
    def digests(self) -> Path:
        """The folder that digests are written to."""
        return self._folder / "digests"

    @property
    def database(self) -> Path:
        """The database file."""
        return self._folder / "monitor.db"

    @property
    def at(self) -> str:
        """The world's moment, as ISO text."""
        return self._world.moment(1).isoformat()

    @property
    def _mark(self) -> Path:
        return self._folder / "demo.json"

    def __enter__(self) -> Self:
        """Serve the world and write the configuration, unless an unfinished demo left one."""
        noted = self._noted()
        self._unfinished = noted.get("state") == RUNNING
        if self._unfinished:
            self._port = int(noted["port"])
            self._say("carrying on a demo that was interrupted")
        self._server = self._serve()
        if not self._unfinished:
            self._prepare()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.__exit__(kind, error, trace)

    def run(self, wave: int) -> CycleReport:
        """Run one full cycle at the moment of a wave; raises what the pipeline raises."""
        if self._server is None:
            raise RuntimeError("enter the tour first")
        self._server.wave = wave
        settings = load_settings(self.config)
        with open_pipeline(settings, clock=fixed_clock(self._world.moment(wave)), say=self._say) as pipeline:
            # The demo's clock stands still, so a feed that a killed run had taken would never be due again.
            return pipeline.cycle(every=True)

    def finish(self) -> None:
        """Note that the demo went through, so that the next one starts afresh."""
        self._note(FINISHED)

    def _noted(self) -> dict[str, Any]:
        """Return what an earlier demo noted here; a folder that is not a demo's is never touched."""
        if self._mark.is_file():
            noted: dict[str, Any] = json.loads(self._mark.read_text(encoding="utf-8"))
            return noted
        if self._folder.exists() and any(self._folder.iterdir()):
            sentence = "this folder holds something other than a demo; name another with --folder"
            raise OSError(errno.EEXIST, sentence, str(self._folder))
        return {}

    def _note(self, state: str) -> None:
        port = self._server.port if self._server else self._port
        aside = self._mark.with_suffix(".tmp")
        aside.write_text(json.dumps({"port": port, "state": state}), encoding="utf-8")
        aside.replace(self._mark)

    def _serve(self) -> NewsServer:
        try:
            return NewsServer(self._world, port=self._port).__enter__()
        except OSError as error:
            if error.errno == errno.EADDRINUSE and not self._unfinished:
                self._say(f"port {self._port} is taken; using a free one")
                return NewsServer(self._world, port=0).__enter__()
            raise OSError(
                error.errno, f"port {self._port} cannot be used ({error.strerror})", "sample news sites"
            ) from error

    def _prepare(self) -> None:
        """Clear the folder and write the configuration; the mark says throughout that the folder is a demo's."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._note(PREPARING)
        for old in self._folder.iterdir():
            if old.is_dir():
                shutil.rmtree(old)
            elif old != self._mark:
                old.unlink()
        if self._server is not None:
            write_config(self.config, self._world, self._server)
        self._note(RUNNING)


def write_config(folder: Path, world: World, server: NewsServer) -> None:
    """Write a configuration that watches the world: the default pack's topics and labels, and the outlets' feeds."""
    shutil.copytree(starter_folder() / "topics", folder / "topics")
    shutil.copy(starter_folder() / "labels.jsonl", folder)
    (folder / "monitor.toml").write_text(SETTINGS, encoding="utf-8")
    feeds = [
        "[[feed]]\n"
        f"id = {json.dumps(outlet.id)}\n"
        f"name = {json.dumps(outlet.name)}\n"
        f"url = {json.dumps(server.feed_url(outlet))}\n"
        f"publisher = {json.dumps(outlet.name)}\n"
        for outlet in world.outlets
    ]
    (folder / "feeds.toml").write_text("\n".join(feeds), encoding="utf-8")
