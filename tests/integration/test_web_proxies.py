"""Proxies from the environment: who goes through them, how they are spoken to, and what they are never asked."""

from __future__ import annotations

import socket
import time
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web import Proxies, Resolver, WebClient, WebSettings, proxies_from
from tests.servers import LoopbackServer, Reply, bytes_only, certificate, drip, https_context, proxy_to

PUBLIC = "93.184.215.14"
PASSWORD = "p@ss:word"  # noqa: S105 - of nobody
CREDENTIALS = "Basic " + b64encode(f"ann:{PASSWORD}".encode()).decode()


def public(_: str) -> Sequence[str]:
    return (PUBLIC,)


def nowhere(host: str) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, host)


def ask(
    url: str, proxies: Proxies, resolve: Resolver = public, *allow: str, seconds: float = 10.0, **request: object
) -> Fetched | FetchError:
    settings = WebSettings(
        user_agent="tests", proxies=proxies, allow_hosts=allow, spacing_seconds=0.0, timeout_seconds=seconds
    )
    ((_, outcome),) = WebClient(settings, resolve=resolve).fetch([Request(key="k", url=url, **request)])  # type: ignore[arg-type]
    return outcome


def through(port: int, userinfo: str = "", **others: str) -> Proxies:
    address = f"http://{userinfo}127.0.0.1:{port}"
    return proxies_from({"http_proxy": address, "https_proxy": address, **others})


def fetched(outcome: Fetched | FetchError) -> Fetched:
    assert isinstance(outcome, Fetched), outcome
    return outcome


def refused(outcome: Fetched | FetchError) -> FetchError:
    assert isinstance(outcome, FetchError), outcome
    return outcome


# Speaking with a proxy


def test_http_goes_through_the_proxy_as_a_whole_url() -> None:
    with LoopbackServer(lambda _: Reply(body=b"news")) as server, LoopbackServer(proxy_to(server.port)) as proxy:
        outcome = fetched(ask("http://news.example/feed?a=b#c", through(proxy.port), etag='"v"'))
    assert (outcome.body, outcome.final_url) == (b"news", "http://news.example/feed?a=b")
    assert [asked.path for asked in proxy.asked] == ["http://news.example/feed?a=b"]
    assert server.asked[0].headers["host"] == "news.example"
    assert server.asked[0].headers["if-none-match"] == '"v"'
    assert (proxy.connections, server.connections) == (1, 1)


def test_https_goes_through_a_tunnel_and_tls_is_with_the_host_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "news.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with (
        LoopbackServer(lambda _: Reply(body=b"news"), tls=https_context(pem)) as server,
        LoopbackServer(proxy_to(server.port)) as proxy,
    ):
        good = fetched(ask("https://news.example/feed", through(proxy.port), headers={"X-Key": "for the host"}))
        bad = refused(ask("https://other.example/feed", through(proxy.port)))
    assert good.body == b"news"
    assert [(asked.method, asked.path) for asked in proxy.asked] == [
        ("CONNECT", "news.example:443"),
        ("CONNECT", "other.example:443"),
    ]
    assert "x-key" not in proxy.asked[0].headers
    assert server.asked[0].headers["x-key"] == "for the host"
    assert bad.reason == "tls"
    assert "other.example" in bad.message


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_is_given_its_password_and_nobody_else_is(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "news.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    tls = https_context(pem) if scheme == "https" else None
    with (
        LoopbackServer(lambda _: Reply(body=b"news"), tls=tls) as server,
        LoopbackServer(proxy_to(server.port, CREDENTIALS)) as proxy,
    ):
        proxies = through(proxy.port, "ann:p%40ss%3Aword@")
        assert fetched(ask(f"{scheme}://news.example/", proxies)).body == b"news"
        error = refused(ask(f"{scheme}://news.example/", through(proxy.port, "ann:wrong@")))
    assert proxy.asked[0].headers["proxy-authorization"] == CREDENTIALS
    assert "proxy-authorization" not in server.asked[0].headers
    assert (error.reason, error.transient) == ("proxy", False)
    assert error.message == (
        f"the proxy 127.0.0.1:{proxy.port} answered 407 (Proxy Authentication Required) "
        "when it was asked for news.example"
    )
    shown = repr(proxies) + str(proxies.http) + repr(error) + str(error)
    assert not [secret for secret in ("ann", PASSWORD, "p%40ss", CREDENTIALS, CREDENTIALS[6:]) if secret in shown]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_that_cannot_be_reached_is_named(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    error = refused(ask(f"{scheme}://news.example/", through(port, "ann:secret@")))
    assert (error.reason, error.transient) == ("proxy", True)
    assert error.message == f"the proxy 127.0.0.1:{port} could not be reached"


def test_proxy_whose_name_is_not_found_is_named() -> None:
    def only_news(host: str) -> Sequence[str]:
        return public(host) if host == "news.example" else nowhere(host)

    error = refused(ask("http://news.example/", proxies_from({"http_proxy": "gate.example:3128"}), only_news))
    assert (error.reason, error.message) == ("proxy", "the proxy gate.example:3128 could not be reached")


@pytest.mark.parametrize(
    ("reply", "transient"),
    [
        (Reply(status=403), False),
        (Reply(status=502), True),
        (bytes_only(b""), True),
        (bytes_only(b"SSH-2.0\r\n"), True),
    ],
    ids=["forbidden", "bad gateway", "nothing", "no proxy"],
)
def test_proxy_that_makes_no_tunnel_is_named(reply: Reply, transient: bool) -> None:  # noqa: FBT001 - a table
    with LoopbackServer(lambda _: reply) as proxy:
        error = refused(ask("https://news.example/", through(proxy.port)))
    assert (error.reason, error.transient) == ("proxy", transient)
    assert f"127.0.0.1:{proxy.port}" in error.message


def test_total_time_also_holds_for_a_proxy_that_dawdles() -> None:
    started = time.monotonic()
    with LoopbackServer(lambda _: drip()) as proxy:
        assert refused(ask("http://news.example/", through(proxy.port), seconds=0.3)).reason == "timeout"
    with LoopbackServer(lambda _: Reply(seconds=5)) as proxy:
        assert refused(ask("https://news.example/", through(proxy.port), seconds=0.3)).reason == "timeout"
    assert time.monotonic() - started < 5


# Who goes through it


@pytest.mark.parametrize("host", ["a.localhost", "127.0.0.1", "news.internal"])
def test_allowed_hosts_are_asked_directly(host: str) -> None:
    with LoopbackServer(lambda _: Reply(body=b"direct")) as server, LoopbackServer(lambda _: Reply()) as proxy:
        outcome = ask(server.url("/", host), through(proxy.port), lambda _: ("127.0.0.1",), host)
    assert fetched(outcome).body == b"direct"
    assert proxy.connections == 0


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "x.localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0",
        "10.0.0.1",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]",
        "169.254.169.254",
        "127.0.0.1.",
        "1.2.3.4.5",
        "127.0.0.1%2f.news.example",
        "%31%32%37.0.0.1",
    ],
)
@pytest.mark.parametrize("resolve", [public, nowhere])
def test_proxy_is_never_asked_for_a_private_address(host: str, resolve: Resolver) -> None:
    with LoopbackServer(lambda _: Reply()) as proxy:
        error = refused(ask(f"http://{host}/", through(proxy.port), resolve))
    assert error.reason in {"blocked-address", "bad-url"}
    assert proxy.connections == 0


def test_proxy_is_never_asked_for_a_name_with_a_private_address_or_another_port() -> None:
    with LoopbackServer(lambda _: Reply()) as proxy:
        private = ask("http://news.example/", through(proxy.port), lambda _: (PUBLIC, "10.0.0.1"))
        port = ask("http://news.example:8080/", through(proxy.port))
        scheme = ask("ftp://news.example/", through(proxy.port))
    reasons = [refused(outcome).reason for outcome in (private, port, scheme)]
    assert reasons == ["blocked-address", "blocked-port", "blocked-scheme"]
    assert proxy.connections == 0


def test_redirect_through_a_proxy_is_guarded_like_any_other() -> None:
    away = Reply(status=302, headers={"Location": "http://169.254.169.254/"})
    with LoopbackServer(lambda _: away) as server, LoopbackServer(proxy_to(server.port)) as proxy:
        assert refused(ask("http://news.example/", through(proxy.port))).reason == "blocked-address"
    assert proxy.connections == 1


def test_name_that_only_the_proxy_knows_is_left_to_it() -> None:
    with LoopbackServer(lambda _: Reply(body=b"news")) as server, LoopbackServer(proxy_to(server.port)) as proxy:
        assert fetched(ask("http://news.example/", through(proxy.port), nowhere)).body == b"news"


def test_host_is_looked_up_once_for_each_hop_through_a_proxy() -> None:
    looked_up: list[str] = []

    def resolve(host: str) -> Sequence[str]:
        looked_up.append(host)
        return (PUBLIC,)

    with LoopbackServer(lambda _: Reply()) as server, LoopbackServer(proxy_to(server.port)) as proxy:
        fetched(ask("http://news.example/", through(proxy.port), resolve))
    assert looked_up == ["news.example"]


# The environment


def test_no_proxy_is_used_unless_it_is_given() -> None:
    assert WebSettings(user_agent="tests").proxies == Proxies() == proxies_from({})


@pytest.mark.parametrize(
    ("environment", "http", "https"),
    [
        ({"http_proxy": "http://a:1"}, "a:1", None),
        ({"HTTP_PROXY": "http://a:1"}, "a:1", None),
        ({"HTTP_PROXY": "http://a:1", "http_proxy": "http://b:2"}, "b:2", None),
        ({"HTTP_PROXY": "http://a:1", "http_proxy": ""}, None, None),
        ({"HTTP_PROXY": "http://a:1", "REQUEST_METHOD": "GET"}, None, None),
        ({"http_proxy": "http://a:1", "REQUEST_METHOD": "GET"}, "a:1", None),
        ({"HTTPS_PROXY": "http://a:1", "REQUEST_METHOD": "GET"}, None, "a:1"),
        ({"ALL_PROXY": "http://a:1"}, "a:1", "a:1"),
        ({"all_proxy": "http://a:1", "HTTPS_PROXY": "http://b:2"}, "a:1", "b:2"),
        ({"all_proxy": "socks5://a:1", "http_proxy": "http://b:2", "https_proxy": "b:2"}, "b:2", "b:2"),
        ({"http_proxy": "a.example"}, "a.example:80", None),
        ({"http_proxy": " http://[::1]:3128/ "}, "[::1]:3128", None),
    ],
)
def test_environment_is_read_by_the_usual_rules(environment: dict[str, str], http: str, https: str) -> None:
    proxies = proxies_from(environment)
    assert (proxies.http and str(proxies.http), proxies.https and str(proxies.https)) == (http, https)


@pytest.mark.parametrize(
    "address",
    [
        "https://ann:secret@a:1",
        "socks5://ann:secret@a:1",
        "http://ann:secret@a:port",
        "http://ann:secret@",
        "http://a:0",
    ],
)
@pytest.mark.parametrize("name", ["http_proxy", "HTTPS_PROXY", "ALL_PROXY"])
def test_proxy_that_cannot_be_used_is_told_without_its_password(name: str, address: str) -> None:
    with pytest.raises(ValueError, match=name.upper()) as caught:
        proxies_from({name: address})
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("rules", "host", "direct"),
    [
        ("*", "news.example", True),
        ("news.example", "news.example", True),
        ("news.example", "www.news.example", True),
        ("news.example", "badnews.example", False),
        (".news.example", "www.news.example", True),
        ("*.news.example", "www.news.example", True),
        ("other.example, NEWS.example ,", "News.Example.", True),
        ("news.example:443", "news.example", False),
        ("news.example:80", "news.example", True),
        ("93.184.215.0/24", PUBLIC, True),
        ("93.184.215.14", PUBLIC, True),
        ("93.184.215.14:80", PUBLIC, True),
        ("93.184.216.0/24", PUBLIC, False),
        ("93.184.215.0/24", "news.example", False),
        ("2606:2800::/32", "2606:2800:21f:cb07::1", True),
        ("[2606:2800:21f:cb07::1]:80", "2606:2800:21f:cb07::1", True),
        ("2606:2800::/32", PUBLIC, False),
        (", ,.,", "news.example", False),
        ("", "news.example", False),
    ],
)
def test_no_proxy_names_who_is_asked_directly(rules: str, host: str, direct: bool) -> None:  # noqa: FBT001 - a table
    proxies = proxies_from({"http_proxy": "http://a:1", "NO_PROXY": rules})
    assert (proxies.chosen("http", host, 80) is None) == direct
