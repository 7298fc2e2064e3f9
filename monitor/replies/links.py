"""A reader's wish as the address of a page, and back: nobody can make or change one without the key.

A token is the wish as compact JSON behind the first 16 bytes of its HMAC-SHA256, in the letters of addresses (RFC 4648,
section 5). It holds no time, because a link to unsubscribe must work for ever; another key ends all links at once.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Final

from monitor.records import Wish

PATH: Final = "/a/"
"""Where the pages of wishes are, below the site's address."""

LONGEST_TOKEN: Final = 1_000
"""Characters; wishes with the longest ids that there can be need about 350."""

_SEAL_BYTES: Final = 16
_PURPOSE: Final = b"news-monitor wish 1\0"  # so that nothing else signed with the same key is ever a wish


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links and reads them; `address` is the site's as readers reach it, empty where there is none."""

    address: str
    key: str = field(repr=False)

    def url(self, wish: Wish) -> str:
        """Return the address of the page that asks whether a wish is meant; empty where there is no site."""
        return f"{self.address.rstrip('/')}{PATH}{self.token(wish)}" if self.address and self.key else ""

    def token(self, wish: Wish) -> str:
        """Return the last part of that address, always the same for the same wish."""
        said = json.dumps([wish.name, wish.person, wish.subject, wish.topic], separators=(",", ":")).encode()
        return urlsafe_b64encode(self._seal(said) + said).decode().rstrip("=")

    def read(self, token: str) -> Wish | None:
        """Return the wish behind a token; None when it is not one of ours, or not whole."""
        if not self.key or len(token) > LONGEST_TOKEN:
            return None
        try:
            sealed = b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        seal, said = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
        # Nothing is looked at before the seal is known to be ours.
        if not hmac.compare_digest(seal, self._seal(said)):
            return None
        name, person, subject, topic = json.loads(said)
        return Wish(name=name, person=person, subject=subject, topic=topic)

    def _seal(self, said: bytes) -> bytes:
        return hmac.digest(self.key.encode(), _PURPOSE + said, hashlib.sha256)[:_SEAL_BYTES]
