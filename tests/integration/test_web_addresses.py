"""The address guard: nothing but the public Internet is ever dialled, however the address is spelled."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence

import pytest

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web import Resolver, WebClient, WebSettings, is_public, system_resolver
from tests.servers import Asked, LoopbackServer, Reply


@pytest.fixture
def listener() -> Iterator[LoopbackServer]:
    """A server on loopback that nobody may reach."""
    with LoopbackServer(lambda _: Reply(body=b"secret")) as server:
        yield server


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that any socket of this process is told to connect to."""
    seen: list[object] = []
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    lock = threading.Lock()

    def watched(self: socket.socket, address: object) -> None:
        with lock:
            seen.append(address)
        connect(self, address)  # type: ignore[arg-type]

    def watched_ex(self: socket.socket, address: object) -> int:
        with lock:
            seen.append(address)
        return connect_ex(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", watched)
    monkeypatch.setattr(socket.socket, "connect_ex", watched_ex)
    return seen


def outcome(url: str, resolve: Resolver = system_resolver, *allow: str) -> Fetched | FetchError:
    settings = WebSettings(user_agent="news-monitor tests", allow_hosts=allow, spacing_seconds=0.0, timeout_seconds=5.0)
    ((_, answer),) = WebClient(settings, resolve=resolve).fetch([Request(key="k", url=url)])
    return answer


def reason(url: str, resolve: Resolver = system_resolver, *allow: str) -> str:
    answer = outcome(url, resolve, *allow)
    assert isinstance(answer, FetchError), answer
    assert answer.message
    return answer.reason


def nowhere(host: str) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, host)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::1]",
        "[fec0::1]",
        "[fc00::1]",
        "[ff02::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.192",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
        "user@127.0.0.1",
        "host\\@127.0.0.1",
        "127.0.0.1%2f@host",
        "host#@127.0.0.1",
        "127.0.0.1\r\nHost: x",
        "127.0.0.1.",
        "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
        "\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "localho\u017ft",
        "l\u043ecalhost",
        "xn--lcalhost-36f",
        "%31%32%37.0.0.1",
        "127%2e0%2e0%2e1",
        "localhost%00.news.example",
        "127.0.0.1%00",
        "1.2.3.4.5",
        "0x7f.1",
        "017700000001",
        "127.0.0.1:80:80",
        "[::ffff:127.0.0.1%25lo]",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b::10.0.0.1]",
        "[2002:a00:1::1]",
        "[2002:c0a8:101::]",
        "[2001:0:53aa:64c:0:fbff:80ff:fffe]",
        "[100::1]",
        "[2001:db8::1]",
        "[3fff::1]",
        "[5f00::1]",
        "203.0.113.1",
        "192.0.2.1",
        "198.51.100.1",
        "100.127.255.254",
        "a@127.0.0.1:80@news.example",
        "[127.0.0.1]",
        "",
        "." * 3,
        "a" * 300,
        "x" * 10_000 + ".example",
    ],
)
@pytest.mark.parametrize("port", ["", "own"])
def test_private_address_is_never_dialled(
    host: str, port: str, listener: LoopbackServer, dialled: list[object]
) -> None:
    def numbers_only(name: str) -> Sequence[str]:
        return system_resolver(name) if name.isascii() and "host" not in name else nowhere(name)

    url = f"http://{host}:{listener.port}/" if port else f"http://{host}/"
    assert reason(url, numbers_only) in {"blocked-address", "blocked-port", "bad-url", "dns"}
    assert listener.connections == 0
    assert not dialled


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("file:///etc/passwd", "blocked-scheme"),
        ("gopher://a.example/", "blocked-scheme"),
        ("ftp://a.example/", "blocked-scheme"),
        ("unix:///var/run/x.sock", "blocked-scheme"),
        ("//a.example/", "blocked-scheme"),
        ("news", "blocked-scheme"),
        ("http:///x", "bad-url"),
        ("http://[::1/", "bad-url"),
        ("http://a.example:x/", "bad-url"),
        ("http://a.example:22/", "blocked-port"),
        ("http://a.example:8080/", "blocked-port"),
        ("http://a.example:0/", "bad-url"),
        ("http://a.example:99999999/", "bad-url"),
        ("http://a\nb.example/", "bad-url"),
    ],
)
def test_other_schemes_and_ports_are_refused_before_any_lookup(url: str, expected: str, dialled: list[object]) -> None:
    looked_up: list[str] = []

    def resolve(host: str) -> Sequence[str]:
        looked_up.append(host)
        return ("127.0.0.1",)

    assert reason(url, resolve) == expected
    assert not looked_up
    assert not dialled


@pytest.mark.parametrize(
    "answer",
    [
        ("127.0.0.1",),
        ("93.184.215.14", "10.0.0.1"),
        ("2606:2800:21f:cb07::1", "::1"),
        ("::ffff:169.254.169.254",),
        ("64:ff9b::7f00:1",),
        ("169.254.169.254",),
        ("fe80::1%eth0",),
        ("nonsense",),
    ],
)
def test_name_with_any_private_address_is_refused(answer: tuple[str, ...], dialled: list[object]) -> None:
    assert reason("http://rebind.example/", lambda _: answer) == "blocked-address"
    assert not dialled


def test_name_is_resolved_once_and_that_address_is_dialled(listener: LoopbackServer, dialled: list[object]) -> None:
    answers = iter([("127.0.0.1",), ("169.254.169.254",)])
    url = listener.url("/", "news.example")
    answer = outcome(url, lambda _: next(answers), "news.example")
    assert isinstance(answer, Fetched)
    assert listener.asked[0].headers["host"] == f"news.example:{listener.port}"
    assert dialled == [("127.0.0.1", listener.port)]
    assert next(answers) == ("169.254.169.254",)


def test_changed_answer_of_a_name_is_refused_on_a_redirect_back_to_it(dialled: list[object]) -> None:
    looked_up: list[str] = []

    def rebinding(host: str) -> Sequence[str]:
        looked_up.append(host)
        return ("127.0.0.1",)

    away = Reply(status=302, headers={"Location": "http://rebind.example/secret"})
    with LoopbackServer(lambda _: away) as start:
        assert reason(start.url("/", "start.example"), rebinding, "start.example") == "blocked-address"
    assert looked_up == ["start.example", "rebind.example"]
    assert dialled == [("127.0.0.1", start.port)]


def test_every_hop_looks_its_name_up_once_and_dials_what_was_vetted(dialled: list[object]) -> None:
    looked_up: list[str] = []
    answers = iter([("127.0.0.1",), ("127.0.0.1",), ("169.254.169.254",)])

    def changing(host: str) -> Sequence[str]:
        looked_up.append(host)
        return next(answers)

    def handler(asked: Asked) -> Reply:
        if asked.path == "/a":
            return Reply(status=302, headers={"Location": "/b"})
        return Reply(body=b"here")

    with LoopbackServer(handler) as server:
        answer = outcome(server.url("/a", "news.example"), changing, "news.example")
        again = outcome(server.url("/a", "news.example"), changing)
    assert isinstance(answer, Fetched)
    assert isinstance(again, FetchError)
    assert looked_up == ["news.example", "news.example"]
    assert dialled == [("127.0.0.1", server.port)] * 2


def test_numbers_are_read_as_addresses_whatever_a_resolver_says(dialled: list[object]) -> None:
    for host in ("127.1", "2130706433", "0x7f000001", "0177.0.0.1", "017700000001"):
        assert reason(f"http://{host}/", lambda _: ("93.184.215.14",)) in {"blocked-address", "bad-url"}
    assert reason("http://1.2.3.4.5/", lambda _: ("93.184.215.14",)) == "bad-url"
    assert not dialled


def test_name_in_another_script_is_looked_up_as_it_is_sent() -> None:
    looked_up: list[str] = []

    def resolve(host: str) -> Sequence[str]:
        looked_up.append(host)
        return nowhere(host)

    assert reason("http://bücher.example/", resolve) == "dns"
    assert reason("http://\u0430\u0440\u0440\u04cf\u0435.example/", resolve) == "dns"
    assert looked_up == ["xn--bcher-kva.example", "xn--80ak6aa92e.example"]


@pytest.mark.parametrize("allow", ["bücher.localhost", "xn--bcher-kva.localhost", "*.LOCALHOST"])
def test_allowed_name_may_be_written_in_its_own_script(allow: str, listener: LoopbackServer) -> None:
    assert isinstance(outcome(listener.url("/", "bücher.localhost"), nowhere, allow), Fetched)


@pytest.mark.parametrize("allow", ["\u0430\u0440\u0440\u04cf\u0435.example", "news.ex\u0430mple"])
def test_look_alike_of_an_allowed_name_is_not_allowed(allow: str, dialled: list[object]) -> None:
    for name in ("apple.example", "news.example"):
        assert reason(f"http://{name}/", lambda _: ("127.0.0.1",), allow) == "blocked-address"
    assert not dialled


def test_allowed_address_may_be_asked(listener: LoopbackServer) -> None:
    assert isinstance(outcome(listener.url("/", "127.0.0.1"), nowhere, "127.0.0.1"), Fetched)
    assert reason(listener.url("/", "[::ffff:127.0.0.1]"), nowhere, "127.0.0.1") == "blocked-port"


def test_next_address_is_tried_when_the_first_does_not_answer(listener: LoopbackServer) -> None:
    answer = outcome(listener.url("/", "news.example"), lambda _: ("127.0.0.2", "127.0.0.1"), "news.example")
    assert isinstance(answer, Fetched)


@pytest.mark.parametrize("allow", ["a.localhost", "A.Localhost.", "*.localhost"])
def test_allowed_host_may_be_private_and_use_any_port(allow: str, listener: LoopbackServer) -> None:
    assert isinstance(outcome(listener.url("/", "a.localhost"), nowhere, allow), Fetched)


@pytest.mark.parametrize("allow", ["localhost", "*.a.localhost", "*.ocalhost", "b.localhost", "calhost"])
def test_other_hosts_are_not_allowed_along(allow: str, listener: LoopbackServer) -> None:
    assert reason(listener.url("/", "a.localhost"), nowhere, allow) == "blocked-port"
    assert reason("http://a.localhost/", nowhere, allow) == "blocked-address"
    assert listener.connections == 0


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)
