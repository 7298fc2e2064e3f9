"""Where readers reach the monitor: its public address, and the key that signs the links in digests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from monitor.config.secrets import WAYS, SecretError, Vault
from monitor.config.settings import Site

SHORTEST_KEY = 16


def public_address(url: str) -> str:
    """Return an address without its last slash; raises ValueError with a sentence when links cannot begin with it."""
    if not url:
        return url
    if not url.startswith(("http://", "https://")):
        raise ValueError("must be an http:// or https:// address")
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0 and url.isascii() and url.isprintable() and " " not in url
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("this is not an address that a reader's browser can open")
    if "@" in parts.netloc:
        raise ValueError("an address must not hold a user name or password: it stands in every digest")
    if "?" in url or "#" in url:
        raise ValueError("leave out what begins with ? or #: the monitor's own links are written behind this address")
    return url.rstrip("/")


def read_site(table: Mapping[str, Any], vault: Vault) -> tuple[Site, tuple[tuple[str, str], ...]]:
    """Return the site, and (key, sentence) pairs for what is wrong; what is of the wrong shape is passed over."""
    address = table.get("address")
    if not isinstance(address, str) or not address.strip():
        return Site(), ()
    ways = [way for way in WAYS if isinstance(table.get(f"key_{way}"), str)]
    if len(ways) != 1:
        wrong = "give either key_env or key_file, not both"
        lacks = "links need a secret key: name one with key_env (an environment variable) or key_file"
        return Site(), ((("key_env", wrong) if ways else ("address", lacks)),)
    key = f"key_{ways[0]}"
    try:
        secret = vault.fetch(ways[0], str(table[key]))
    except SecretError as error:
        return Site(), ((key, str(error)),)
    if len(secret) < SHORTEST_KEY:
        sentence = f"the key must have at least {SHORTEST_KEY} characters; make one with `openssl rand -hex 32`"
        return Site(), ((key, sentence),)
    return Site(address=address.strip().rstrip("/"), key=secret), ()
