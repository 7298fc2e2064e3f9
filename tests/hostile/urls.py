"""Addresses that lead inside or nowhere, with the reason by which each way to them ends.

There are five ways: a feed may live at such an address, be redirected to it, or bring an entry that links to it, to a
page that redirects to it, or to a site whose robots.txt does.
"""

from __future__ import annotations

from dataclasses import dataclass

CONFIG = "config"
"""The configuration itself refuses the address, so that no feed can live there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address with the reasons expected for a feed that lives there, one redirected there, and a link to it.

    A page that redirects there ends with the same reason as a feed does. `linked` is `no-link` where the entry is kept
    and its link is not.
    """

    url: str
    asked: str
    led: str
    linked: str


def _addresses(asked: str, led: str, linked: str, *urls: str) -> list[Address]:
    return [Address(url=url, asked=asked, led=led, linked=linked) for url in urls]


def _hosts(asked: str, led: str, linked: str, hosts: str) -> list[Address]:
    return _addresses(asked, led, linked, *(f"http://{host}/" for host in hosts.split()))


_BLOCKED = ("blocked-address", "blocked-address", "blocked-address")

ADDRESSES: list[Address] = [
    *_hosts(*_BLOCKED, "127.0.0.1 127.0.0.1. 127.1 0x7f.1 2130706433 0x7f000001 017700000001 0 0.0.0.0"),
    *_hosts(*_BLOCKED, "10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.192 192.88.99.1"),
    *_hosts(*_BLOCKED, "198.18.0.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255"),
    *_hosts(*_BLOCKED, "[::] [::1] [::ffff:127.0.0.1] [::ffff:a9fe:a9fe] [::127.0.0.1] [64:ff9b::7f00:1]"),
    *_hosts(*_BLOCKED, "[64:ff9b::a9fe:a9fe] [64:ff9b:1::7f00:1] [2002:7f00:1::] [2001:0:7f00:1::]"),
    *_hosts(*_BLOCKED, "[fe80::1] [fec0::1] [fd00::1] [ff02::1] [2001:db8::1] [3fff::1]"),
    *_hosts(*_BLOCKED, "localhost LOCALHOST. a.localhost"),
    *_hosts(*_BLOCKED, "loopback.example loopback6.example private.example metadata.example mapped.example"),
    *_hosts(*_BLOCKED, "mapped-metadata.example nat64.example 6to4.example mixed.example mixed6.example"),
    *_hosts(*_BLOCKED, "zero.example shared.example multicast.example scoped.example nonsense.example"),
    *_hosts("bad-url", "bad-redirect", "bad-url", "0177.0.0.1"),
    *_hosts("bad-url", "bad-url", "bad-url", "1.2.3.4.5 ..."),
    *_hosts("bad-url", "bad-url", "no-link", "x" * 300),
    *_hosts("bad-url", "bad-url", "no-link", "[::ffff:127.0.0.1%25lo] %31%32%37.0.0.1 127%2e0%2e0%2e1 127.0.0.1%00"),
    *_hosts("blocked-address", "blocked-address", "no-link", "127\u30020\u30020\u30021"),
    *_hosts(
        "bad-url",
        "bad-redirect",
        "no-link",
        "\uff11\uff12\uff17.\uff10.\uff10.\uff11 \u2460\u2461\u2466.\u24ea.\u24ea.\u2460",
    ),
    *_hosts(
        "bad-url",
        "bad-redirect",
        "blocked-address",
        "localho\u017ft \u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3",
    ),
    *_hosts(CONFIG, "bad-url", "no-link", "user@127.0.0.1 user:word@public.example public.example\\@127.0.0.1"),
    *_hosts(CONFIG, "bad-url", "no-link", "127.0.0.1%2f@public.example"),
    *_hosts("dns", "dns", "dns", "nobody.example#@127.0.0.1 nobody.example?@127.0.0.1"),
    *_addresses(CONFIG, "blocked-address", "no-link", "http://127.0.0.1\r\nHost: public.example/"),
    *_addresses(CONFIG, "bad-redirect", "blocked-address", "http://127.0.0.1\t/"),
    *_hosts(CONFIG, "bad-redirect", "no-link", "[127.0.0.1] [::1 public.example:80:80"),
    *_hosts(CONFIG, "bad-url", "no-link", "public.example:0 public.example:99999999"),
    *_hosts("blocked-port", "blocked-port", "blocked-port", "public.example:22 public.example:8080 127.0.0.1:6379"),
    *_addresses(CONFIG, "blocked-scheme", "no-link", "file:///etc/passwd", "file://localhost/etc/passwd"),
    *_addresses(CONFIG, "blocked-scheme", "no-link", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "ws://127.0.0.1/"),
    *_addresses(CONFIG, "blocked-scheme", "no-link", "unix:///var/run/x.sock", "http+unix://%2fvar%2frun%2fx.sock/"),
    *_addresses(CONFIG, "blocked-scheme", "no-link", "javascript:alert(1)", "data:text/xml,<rss/>"),
    *_addresses(CONFIG, "blocked-scheme", "no-link", "jar:http://127.0.0.1/!/", "view-source:http://127.0.0.1/"),
    # Two that only look absolute: they lead back to whoever sent them.
    *_addresses(CONFIG, "redirect-loop", "dns", "http:///"),
    *_addresses(CONFIG, "redirect-loop", "not-html", "http:127.0.0.1"),
]
