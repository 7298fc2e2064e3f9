"""The site behind the links: a GET shows a page that says what would happen, a POST does it.

Mail programs, scanners and previews follow links, so that GET and HEAD change nothing whatever the link says. The token
in the address is all that is needed to act: there are no accounts and no cookies, and therefore nothing that another
site could make a browser send along (no CSRF). For the same reason tokens are never logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from monitor.errors import MonitorError
from monitor.records import Wish
from monitor.replies.links import PATH, Links
from monitor.replies.pages import Page, render

LONGEST_BODY: Final = 10_000
"""Bytes; a browser sends none, and a mail program `List-Unsubscribe=One-Click`."""

BODY_SECONDS: Final = 10.0

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""What every answer carries: nothing is kept, loaded, framed or told to other sites."""

_ASKS = "Nothing happens until you press the button. Whoever has this link can press it, so keep it to yourself."

_MISSING = Page(
    title="This link leads nowhere",
    sentence=(
        "There is nothing at this address. If it came in a message, it may have been cut off on its way: "
        "copy the whole link from there, or use the command that the message names."
    ),
)
_BUSY = Page(
    title="Not possible right now",
    sentence="The monitor cannot read or keep anything at the moment. Nothing was changed; please try again later.",
)
_REFUSED = Page(title="This is not understood here", sentence="Pages of this site are looked at and answered, no more.")
_BROKEN = Page(
    title="Something went wrong", sentence="This is a fault of the monitor. Please tell the person who runs it."
)


class Deeds(Protocol):
    """What can be done for readers; the methods may raise MonitorError and OSError."""

    def offer(self, wish: Wish) -> Page | None:
        """Return the page that says what granting the wish would do, changing nothing; None for an unknown wish."""
        ...

    def grant(self, wish: Wish) -> Page | None:
        """Do it, with the same effect however often, and return the page that says what was done."""
        ...


def make_app(links: Links, deeds: Deeds, *, say: Callable[[str], None]) -> Starlette:
    """Return the site; `say` is told what was done, one line each.

    Its address may have a path, which the server before this one may take off or leave on.
    """
    site = _Site(links, deeds, say)
    routes = [
        route
        for root in ("", "/{root:path}")
        for route in (
            Route(f"{root}{PATH}{{token}}", site.reply, methods=["GET", "POST"]),
            Route(f"{root}/health", _health, methods=["GET"]),
        )
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _http_error, Exception: _bug})
    # A redirect would be written from the Host header, which anybody can set, and one-click answers forbid it.
    app.router.redirect_slashes = False
    return app


class _Site:
    """Reads tokens, and asks for pages outside of the event loop, because they need the database."""

    def __init__(self, links: Links, deeds: Deeds, say: Callable[[str], None]) -> None:
        self._links = links
        self._deeds = deeds
        self._say = say

    async def reply(self, request: Request) -> Response:
        wish = self._links.read(request.path_params["token"])
        if wish is None:
            return _answer(_MISSING, 404)
        if request.method != "POST":
            return await self._page(wish, self._deeds.offer, _ASKS)
        if (refused := await _read_off(request)) is not None:
            return refused
        answer = await self._page(wish, self._deeds.grant, "")
        self._say(f"{wish.name} {wish.subject} for {wish.person}: {answer.status_code}")
        return answer

    async def _page(self, wish: Wish, find: Callable[[Wish], Page | None], note: str) -> Response:
        try:
            page = await run_in_threadpool(partial(find, wish))
        except (MonitorError, OSError) as error:
            self._say(f"{wish.name} {wish.subject} for {wish.person}: {error}")
            return _answer(_BUSY, 503, {"Retry-After": "60"})
        if page is None:
            return _answer(_MISSING, 404)
        # Relative, so that it stays at the address by which the reader came.
        target = self._links.token(page.wish) if page.wish else ""
        return _answer(page, 200, target=target, note=note if page.wish else "")


async def _read_off(request: Request) -> Response | None:
    """Take in what a POST sends, which says nothing that its address does not; return an answer if it cannot be."""
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > LONGEST_BODY:
                    return _answer(_REFUSED, 413, {"Connection": "close"})
    except TimeoutError:
        return _answer(_REFUSED, 408, {"Connection": "close"})
    except ClientDisconnect:
        return _answer(_REFUSED, 400, {"Connection": "close"})
    return None


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok", headers=HEADERS)


def _http_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return _answer(_MISSING if error.status_code == 404 else _REFUSED, error.status_code, dict(error.headers or {}))  # noqa: PLR2004 - HTTP's own number


def _bug(_request: Request, _error: Exception) -> Response:
    return _answer(_BROKEN, 500)


def _answer(
    page: Page, status: int, headers: dict[str, str] | None = None, *, target: str = "", note: str = ""
) -> Response:
    body = render(page, target, note)
    return Response(body, status, {**HEADERS, **(headers or {})}, media_type="text/html")
