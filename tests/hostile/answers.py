"""Answers that are no HTML, hold no article, or are written in an unexpected charset, and what each must end as."""

from __future__ import annotations

import gzip
import io
import random
import zlib
from collections.abc import Iterator
from functools import partial

from tests.hostile.pages import PLAIN, SENTENCE, Case, around, bare, ends, many
from tests.pages import page_of

RUSSIAN = "Портовое управление разрешит судоходным компаниям платить сборы цифровыми жетонами будущей весной."
JAPANESE = "港湾局は来年の春から、海運会社が港湾使用料をデジタルトークンで支払うことを認めると発表した。"
CHINESE = "港务局宣布从明年春天起允许航运公司用数字代币支付港口费用、并要求发行者在国内银行持有储备。"
GERMAN = "Die Hafenbehörde lässt Gebühren künftig mit Marken begleichen, für die Rücklagen zu bilden sind."


def inflating(block: bytes, times: int) -> bytes:
    """Return a zlib stream that inflates to this block so many times; made without inflating it."""
    packer = zlib.compressobj(9)
    start = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + again * (times - 1) + packer.flush()


def zipped(size: int) -> bytes:
    """Return a gzip file of so many bytes of markup."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as stream:
        for _ in range(size // 1_000_000):
            stream.write(b"<p>word</p>" * 90_909)
    return packed.getvalue()


def noise(size: int) -> bytes:
    """Return bytes without any sense, the same in every run."""
    return random.Random(4).randbytes(size)  # noqa: S311 - no secret


def in_charset(text: str, charset: str, declared: str | None) -> bytes:
    """Return an article in a charset that it declares, does not declare, or calls something else."""
    head = f'<meta charset="{declared}">' if declared else ""
    return page_of(*[f"{text} ({number})" for number in range(8)], head=head).encode(charset)


def _charsets() -> Iterator[Case]:
    for text, charset, declared in (
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "cp1251", None),
        (RUSSIAN, "cp1251", "utf-8"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (CHINESE, "gbk", "gbk"),
        (CHINESE, "gbk", None),
        (GERMAN, "latin-1", "utf-8"),
        (GERMAN, "utf-8", "no-such-charset"),
        (GERMAN, "utf-16", None),
        (GERMAN, "utf-16-le", None),
        (GERMAN, "utf-32", None),
    ):
        said = f"declared {declared}" if declared else "undeclared"
        yield ends(
            f"{text[:4]} in {charset}, {said}",
            partial(in_charset, text, charset, declared),
            "ok",
            holds=(text[:40],),
        )
    yield ends("a byte that is no UTF-8", lambda: around("@").replace(b"@", b"M\xe4rz") + b"\xff", "ok")
    yield ends("a page cut inside a character", lambda: around("") + "ä".encode()[:1], "ok")
    yield ends("three charsets in one page", _mixed, "ok")
    yield ends("NULs in the text", many("\0a\0", 100), "ok")
    yield ends("a page that is all NULs but for its start", lambda: PLAIN.encode() + b"\0" * 1_000_000, "ok")
    yield ends(
        "an XML declaration that lies", lambda: b'<?xml version="1.0" encoding="utf-16"?>' + PLAIN.encode(), "ok"
    )
    yield ends("halves of characters", lambda: around("@").replace(b"@", b"\xed\xa0\x80\xed\xb0\x80"), "ok")


def _mixed() -> bytes:
    parts = (GERMAN.encode("latin-1"), RUSSIAN.encode("cp1251"), JAPANESE.encode("shift_jis"))
    return around("@").replace(b"@", b" ".join(parts))


def _no_pages() -> Iterator[Case]:
    yield ends("nothing", lambda: b"", "empty")
    yield ends("a space", lambda: b" \r\n\t", "empty")
    yield ends("nothing, compressed", lambda: gzip.compress(b"", mtime=0), "empty")
    yield ends("random bytes", lambda: noise(1_000_000), "not-html")
    yield ends("ten megabytes of random bytes", lambda: noise(10_000_000), "too-large", "not-html")
    yield ends("a picture with a page inside", lambda: b"\x89PNG\r\n\x1a\n" + PLAIN.encode(), "not-html")
    yield ends("a picture called a page", lambda: b"\x89PNG\r\n\x1a\n" + noise(200_000), "not-html")
    yield ends("a ZIP file", lambda: b"PK\x03\x04" + noise(10_000), "not-html")
    yield ends("a film called a page", lambda: b"\0\0\0 ftypisom" + noise(10_000), "not-html")
    yield ends("JSON", lambda: b'{"title": "Port fees", "html": "none"}', "not-html", content_type="application/json")
    yield ends("plain text", lambda: SENTENCE.encode() * 20, "not-html", content_type="text/plain")
    yield ends(
        "a feed",
        lambda: b"<?xml version='1.0'?><rss version='2.0'><channel><title>A</title></channel></rss>",
        "not-html",
    )
    yield ends("a page compressed once", lambda: gzip.compress(around(""), mtime=0), "ok")
    yield ends(
        "a page compressed twice", lambda: gzip.compress(gzip.compress(around(""), mtime=0), mtime=0), "not-html"
    )
    yield ends("gzip that breaks off", lambda: gzip.compress(PLAIN.encode(), mtime=0)[:-40], "not-html")
    yield ends("gzip that is none", lambda: b"\x1f\x8b\x08 not really <html>" + PLAIN.encode(), "not-html")
    yield ends("a gzip bomb", lambda: zipped(60_000_000), "too-large")
    yield ends("a zlib bomb of a gigabyte", lambda: inflating(b"<p>x</p>" * 125_000, 1_000), "too-large")


def _no_articles() -> Iterator[Case]:
    yield ends("a page without a body", lambda: b"<html><head></head></html>", "no-text")
    yield ends("an empty body", lambda: bare(""), "no-text")
    yield ends(
        "frames",
        lambda: b"<html><frameset cols='50%,50%'><frame src=/a><frame src=/b></frameset></html>",
        "no-text",
        "teaser",
    )
    yield ends("10,000 frames", lambda: bare("<iframe src=/a></iframe>" * 10_000), "no-text", "teaser")
    yield ends(
        "a page that sends its reader round and round",
        lambda: b"<html><head><meta http-equiv=refresh content='0; url=/a'></head><body></body></html>",
        "no-text",
        "teaser",
    )
    yield ends(
        "a page that says it sends its reader on",
        lambda: bare("<meta http-equiv=refresh content='0; url=/a'><p>Redirecting to the article, please wait.</p>"),
        "teaser",
        "not-an-article",
    )
    yield ends(
        "a page that only a browser can fill",
        lambda: bare(
            "<div id=root></div><noscript>Please enable JavaScript to view this site.</noscript>"
            "<script src=/a.js></script>"
        ),
        "script-only",
        "no-text",
    )
    yield ends(
        "a page of nothing but programs", lambda: bare("<script>let a = 1;</script>" * 2_000), "script-only", "no-text"
    )
    yield ends(
        "a page that asks for consent",
        lambda: bare(
            "<h1>Your privacy</h1><p>We and our 812 partners use cookies to show personalised ads. You can accept all "
            "or reject all cookies, or manage options. See our privacy policy for what we do with your consent.</p>"
        ),
        "consent-page",
        "no-text",
    )
    yield ends(
        "a page that is gone",
        lambda: bare(
            "<h1>Page not found</h1><p>The page you asked for could not be found. It may have been removed.</p>"
        ),
        "not-an-article",
        "no-text",
    )
    yield ends(
        "a page behind a password",
        lambda: bare(
            "<h1>Log in</h1><p>Please sign in to continue.</p><form><input type=password></form>"
            "<a>Forgot your password?</a>"
        ),
        "not-an-article",
        "paywall",
        "no-text",
    )
    yield ends(
        "a page behind a paywall",
        lambda: bare(
            f"<article><h1>Port fees</h1><p>{SENTENCE}</p><p>Subscribe to continue reading this article.</p></article>"
        ),
        "paywall",
    )


ANSWERS = (*_charsets(), *_no_pages(), *_no_articles())
