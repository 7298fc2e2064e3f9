"""The one HTTP client: identity, limits, conditional GET and the address guard.

    client.py     a batch of requests in, answers as they arrive (the sync face; settings)
    batch.py      whose turn it is: one request per host, a pause after it, so many at once
    rests.py      which hosts asked to be left alone
    hops.py       a request on its way through redirects, and what it may carry
    exchange.py   one request of one server
    addresses.py  which URLs and addresses may be dialled
    proxies.py    which proxy stands in between, read from the environment
    tunnels.py    how a proxy is spoken to
    lines.py      connections, with TLS where it is wanted
    bodies.py     an answer's body, decompressed under limits
    faults.py     what went wrong, as a FetchError with a sentence

The only room that knows httpx2. Nothing here tries again; whoever asks decides that from `FetchError.transient`.
"""

from __future__ import annotations

from monitor.web.addresses import Resolver, is_public, system_resolver
from monitor.web.client import WebClient, WebSettings
from monitor.web.proxies import Proxies, proxies_from

__all__ = ["Proxies", "Resolver", "WebClient", "WebSettings", "is_public", "proxies_from", "system_resolver"]
