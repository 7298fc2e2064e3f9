"""Names of files and mailing lists, made of what people wrote: letters a-z, digits and hyphens only."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def slug(text: str, limit: int = 32) -> str:
    """Return a readable name of at most `limit` characters; different texts may have the same one, or none ("")."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_IN_SLUG.sub("-", plain.lower())[:limit].strip("-")


def label(identity: str, limit: int = 63) -> str:
    """Return a name of at most `limit` characters, 10 or more, that no other id has; a plain short id is its own."""
    plain = slug(identity, limit)
    if plain and plain == identity:
        return plain
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return "-".join(filter(None, (slug(identity, limit - 9), digest)))
