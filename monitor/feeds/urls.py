"""Links of feeds: which are usable, and the form under which one article is always the same."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from monitor.feeds import wrappers

LONGEST = 2048

_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65_535
_LONGEST_HOST = 253  # characters, by RFC 1035
_LONGEST_WRITTEN = 4 * LONGEST  # characters of a link as written: a wrapper doubles its target, and escapes it
_WRAPPERS = 2  # wrappers opened: a mail filter's around a search engine's is the deepest that honest feeds nest

_TRACKING_PREFIXES = (
    "utm_",  # Urchin, Google Analytics and everyone since
    "at_bbc_",
    "at_custom",
    "at_link_",
    "at_ptr_",
    "hsa_",  # HubSpot advertisements
    "matomo_",
    "mtm_",
    "piwik_",
    "pk_",
    "vero_",
    "wt_mc",  # Webtrekk
    "wt.mc_",
)
_TRACKING = frozenset(
    """
    __hsfp __hssc __hstc _bhlid _ga _gl _hsenc _hsmi _openstat at_campaign at_campaign_type at_format at_medium
    campaign_id cmpid dclid ef_id fb_action_ids fb_action_types fb_ref fb_source fbclid gad_source gbraid gclid gclsrc
    guccounter guce_referrer guce_referrer_sig hsctatracking icid igsh igshid ito mc_cid mc_eid mc_tc mkt_tok
    ml_subscriber ml_subscriber_hash msclkid ncid ns_campaign ns_fee ns_linkname ns_mchannel ns_source oly_anon_id
    oly_enc_id rb_clickid ref_src ref_url s_cid s_kwcid smid smtyp spm sref srsltid taid trk trkcampaign twclid
    ttclid wbraid wickedid wickedsource xtor yclid ysclid
    """.split()  # noqa: SIM905 - so many words read better as a paragraph
)
# Names that carry meaning elsewhere and say only "came by the feed" with one of these values.
_FEED_MARKS = frozenset({"cmp", "emc", "from", "partner", "ref", "source", "src", "via"})
_FEED_VALUES = frozenset({"feed", "feeds", "rss", "rss2", "atom", "rssfeed", "rss-feed", "rss_feed"})

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_HOST = re.compile(r"[\w.-]+|\[[0-9A-Fa-f:.]+\]", re.ASCII)
_NUMBER = re.compile(r"\d+|0[xX][0-9A-Fa-f]*")
_REVISION = re.compile(r"#\d{1,2}$")


def canonical_url(url: str) -> str:
    """Return the form under which an article is known: without tracking parameters, fragment and default port.

    Scheme and host become lower-case, the host ASCII (IDNA 2008, as mapped by UTS 46), so that a look-alike shows;
    everything else stays as the publisher wrote it, in its order. Applying it twice changes nothing. What is not an
    http(s) URL comes back unchanged.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    name = ascii_host(parts.hostname or "")
    if parts.scheme not in _PORTS or not name:
        return url
    userinfo, at, _ = parts.netloc.rpartition("@")
    host = f"[{name}]" if ":" in name else name
    tail = "" if port in {None, _PORTS[parts.scheme]} else f":{port}"
    query = "&".join(pair for pair in parts.query.split("&") if not is_tracking(pair))
    return urlunsplit((parts.scheme, f"{userinfo}{at}{host}{tail}", parts.path, query, ""))


def usable_link(link: str, *bases: str) -> str | None:
    """Return a link as an absolute, canonical http(s) URL of at most 2,048 bytes, or None.

    A link that search engines and mail filters wrapped into their own is opened, at most twice, if what is inside is
    usable too. For the rest see `absolute_link`.
    """
    address = absolute_link(link, *bases)
    if address is None:
        return None
    for _ in range(_WRAPPERS):
        inner = absolute_link(wrappers.target(address) or "")
        if inner is None:
            break
        address = inner
    canonical = canonical_url(address)
    return canonical if len(canonical.encode()) <= LONGEST else None


def absolute_link(link: str, *bases: str) -> str | None:
    """Return a link as an absolute http(s) URL without fragment, otherwise as written, or None.

    A relative link is resolved against the first base that makes it absolute. Links with a user name or password,
    without a host, or with a malformed host or port are refused; characters that no URL may hold are escaped.
    """
    text = _UNSEEN.sub("", link[:_LONGEST_WRITTEN]).strip() if len(link) <= _LONGEST_WRITTEN else ""
    if text.lower().startswith("www."):
        text = f"https://{text}"
    if not text:
        return None
    joined = (_joined(base, text) for base in ("", *bases))
    parts = next((parts for parts in joined if parts is not None), None)
    return _escaped(parts) if parts is not None else None


def without_revision(guid: str) -> str:
    """Return a guid without the `#0`, `#1`... that the BBC and others count up when they edit an article."""
    return _REVISION.sub("", guid) if is_web(guid) else guid


def is_web(text: str) -> bool:
    """Whether a text begins as an http(s) URL does."""
    return text[:8].lower().startswith(("http://", "https://"))


def is_tracking(pair: str) -> bool:
    """Whether a `name=value` of a query says who came from where, and nothing about the article."""
    name, _, value = pair.lower().partition("=")
    if name in _FEED_MARKS:
        return value in _FEED_VALUES
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def ascii_host(host: str) -> str:
    """Return a host name in ASCII, or nothing if it cannot be one.

    Letters and digits that only look different (full width, circled) become the plain ones. A name that turns out to
    be an address made of them is refused: nobody hides an address with good intent.
    """
    if host.isascii():
        return host if len(host) <= _LONGEST_HOST else ""
    import idna  # noqa: PLC0415 - its tables are big, and hardly any host needs them

    try:
        name = idna.encode(host, uts46=True).decode() if len(host) <= _LONGEST_HOST else ""
    except UnicodeError:
        return ""
    return "" if _NUMBER.fullmatch(name.rstrip(".").rpartition(".")[2]) else name


def _joined(base: str, link: str) -> SplitResult | None:
    try:
        parts = urlsplit(urljoin(base, link) if base else link)
        port = parts.port
    except ValueError:
        return None
    written = parts.netloc.rpartition(":")[0] if port is not None else parts.netloc.removesuffix(":")
    host = ascii_host(written)
    fits = parts.scheme in _PORTS and bool(_HOST.fullmatch(host))  # "@" and "\" are in no host
    if not fits or not (port is None or 0 < port <= _HIGHEST_PORT):
        return None
    return parts._replace(netloc=host if port is None else f"{host}:{port}")


def _escaped(parts: SplitResult) -> str:
    """Escape what RFC 3986 allows nowhere: it ends a link in HTML, in Slack's markup or in a mail."""
    path, query = (_escape(part) for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _escape(text: str) -> str:
    return re.sub(r"[ \"<>\\^`{|}]", lambda found: quote(found[0], safe=""), text)
