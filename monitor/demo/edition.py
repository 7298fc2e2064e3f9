"""The sample world as one wave shows it on one port: every address is settled here."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from monitor.demo.markup import to_html
from monitor.demo.world import Outlet, Piece, World

_FEED_PATHS = {"rss": "/feed.xml", "atom": "/atom.xml", "json": "/feed.json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The outlets, the articles that are out, and where each of them is served."""

    world: World
    wave: int
    port: int
    _by_path: dict[tuple[str, str], Piece] = field(init=False, repr=False)
    _addresses: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the articles, since every link and every request asks for one of them."""
        out = self.world.pieces_in(self.wave)
        by_path = {(piece.outlet, piece.path): piece for piece in out}
        # Also those that are not out yet: a link to one is dead in this wave, not an error.
        addresses = {f"{p.outlet}:{p.slug}": self.article(p) for p in self.world.pieces}
        object.__setattr__(self, "_by_path", by_path)
        object.__setattr__(self, "_addresses", addresses)

    def home(self, outlet: Outlet) -> str:
        """Return the address of an outlet's front page."""
        return f"http://{outlet.host}.localhost:{self.port}/"

    def feed_path(self, outlet: Outlet) -> str:
        """Return the path of an outlet's feed on its host."""
        return _FEED_PATHS[outlet.format]

    def feed(self, outlet: Outlet) -> str:
        """Return the address of an outlet's feed."""
        return self.home(outlet).rstrip("/") + self.feed_path(outlet)

    def article(self, piece: Piece) -> str:
        """Return the canonical address of an article."""
        return self.home(self.world.outlet(piece.outlet)).rstrip("/") + piece.path

    def find(self, outlet: Outlet, path: str) -> Piece | None:
        """Return the article that is out at a path of an outlet's site, if any."""
        return self._by_path.get((outlet.id, path))

    def outlet_at(self, host: str) -> Outlet | None:
        """Return the outlet that a Host header names, if any; its port does not matter."""
        name = host.partition(":")[0].lower().removesuffix(".localhost")
        return next((o for o in self.world.outlets if o.host == name), None)

    def pieces(self, outlet: Outlet | None = None) -> tuple[Piece, ...]:
        """Return what is out, of one outlet or of all, newest first."""
        return self.world.pieces_in(self.wave, outlet.id if outlet else None)

    def body(self, piece: Piece) -> Markup:
        """Return an article's body as HTML, its links pointing at this port."""
        return to_html(piece.body, self._resolve)

    def _resolve(self, target: str) -> str:
        if target.startswith(("http://", "https://")):
            return target
        return self._addresses[target]
