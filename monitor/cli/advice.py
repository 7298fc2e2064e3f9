"""What works, but could be better, or should be known before one wonders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from monitor.config import Settings


def advice(settings: Settings) -> Iterator[str]:
    """Yield a sentence for everything that the user may want to change."""
    from monitor.config import secret_advice, topic_advice
    from monitor.topics import unknown_labels
    from monitor.web.addresses import Guard

    yield from unknown_labels(settings.topics, settings.labels)
    yield from topic_advice(settings.folder / "topics", settings.topics)
    yield from secret_advice(settings.channels)
    if not settings.identity.contact:
        yield "set [identity] contact in monitor.toml; some publishers refuse requests without one"
    allowed = Guard(settings.polling.allow_hosts, lambda _host: ()).allows
    for feed in settings.feeds:
        if feed.headers and feed.url.startswith("http://") and not allowed(urlsplit(feed.url).hostname or ""):
            what = "password travels" if _has_password(feed.headers) else "own headers travel"
            yield f"feed {feed.id}: its {what} readable by everybody on the way, because its address begins with http:"


def proxies(settings: Settings, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each proxy that requests go through, without its password.

    Raises ConfigError when the environment names one that cannot be used.
    """
    from monitor import wiring

    found = wiring.proxies(settings, environment)
    spared = f", except to {', '.join(found.direct)}" if found.direct else ""
    for scheme, proxy in (("http", found.http), ("https", found.https)):
        if proxy is not None:
            yield f"{scheme}: addresses are asked through the proxy {proxy}{spared}."


def _has_password(headers: Mapping[str, str]) -> bool:
    return any(name.lower() == "authorization" for name in headers)
