"""Batches of the web client: turns per host, pauses, back-pressure, early closing and TLS."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.errors import FetchError
from monitor.records import Fetched, Request
from monitor.web import WebClient, WebSettings
from tests.servers import Asked, LoopbackServer, Reply, bytes_only, certificate, drip, https_context


def client(*, spacing: float = 0.0, concurrency: int = 50, timeout: float = 10.0) -> WebClient:
    return WebClient(
        WebSettings(
            user_agent="news-monitor tests",
            allow_hosts=("*.localhost",),
            spacing_seconds=spacing,
            concurrency=concurrency,
            timeout_seconds=timeout,
        )
    )


def requests(server: LoopbackServer, *hosts: str, path: str = "/") -> list[Request]:
    return [Request(key=str(number), url=server.url(path, f"{host}.localhost")) for number, host in enumerate(hosts)]


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("monitor-web")}


def test_every_request_is_answered_once() -> None:
    with LoopbackServer(lambda asked: Reply(body=asked.host.encode())) as server:
        asked = requests(server, *(f"h{number % 40}" for number in range(120)))
        answers = {request.key: answer for request, answer in client().fetch(asked)}
    assert len(answers) == 120
    bodies = {answer.body for answer in answers.values() if isinstance(answer, Fetched)}
    assert bodies == {f"h{number}.localhost".encode() for number in range(40)}


def test_one_request_per_host_is_in_flight_and_hosts_run_together() -> None:
    with LoopbackServer(lambda _: Reply(seconds=0.1)) as server:
        started = time.monotonic()
        list(client().fetch(requests(server, *"aaabbbcccddd")))
        took = time.monotonic() - started
    assert set(server.most_in_flight.values()) == {1}
    assert 0.3 <= took < 1.15, "one after the other would take 1.2"


def test_requests_of_one_host_are_spaced_also_across_batches() -> None:
    with LoopbackServer(lambda _: Reply()) as server:
        web = client(spacing=0.15)
        list(web.fetch(requests(server, *"aab")))
        list(web.fetch(requests(server, *"a")))
    times = [asked.at for asked in server.asked if asked.host == "a.localhost"]
    assert len(times) == 3
    assert all(later - earlier >= 0.14 for earlier, later in pairwise(times))


def test_redirect_to_another_host_waits_for_its_turn_there() -> None:
    def handler(asked: Asked) -> Reply:
        if asked.host == "busy.localhost":
            return Reply(seconds=0.05)
        return Reply(status=302, headers={"Location": f"http://busy.localhost:{server.port}/{asked.host}"})

    with LoopbackServer(handler) as server:
        answers = list(client(concurrency=2).fetch(requests(server, "a", "b", "c", "busy", "d")))
    assert all(isinstance(answer, Fetched) for _, answer in answers)
    assert server.most_in_flight["busy.localhost"] == 1


def test_answers_come_as_they_arrive() -> None:
    def handler(asked: Asked) -> Reply:
        return Reply(seconds=1.0 if asked.host == "slow.localhost" else 0.0)

    with LoopbackServer(handler) as server:
        batch = client().fetch(requests(server, "slow", "quick"))
        started = time.monotonic()
        request, _ = next(batch)
        assert time.monotonic() - started < 0.8
        batch.close()
    assert request.key == "1"


def test_unread_answers_hold_up_the_rest() -> None:
    with LoopbackServer(lambda _: Reply(body=b"x")) as server:
        batch = client(concurrency=5).fetch(requests(server, *(f"h{number}" for number in range(30))))
        next(batch)
        time.sleep(0.3)
        assert server.connections <= 6
        assert len(list(batch)) == 29
    assert server.connections == 30


def test_closing_early_ends_everything() -> None:
    with LoopbackServer(lambda _: drip()) as server:
        batch = client().fetch(
            [Request(key="bad", url="nonsense"), *requests(server, *(f"h{number}" for number in range(20)))]
        )
        next(batch)
        time.sleep(0.1)
        started = time.monotonic()
        batch.close()
        assert time.monotonic() - started < 1
        assert not threads()


def test_finished_batch_leaves_no_thread() -> None:
    with LoopbackServer(lambda _: Reply()) as server:
        list(client().fetch(requests(server, *"abc")))
    assert not threads()


def test_pause_of_one_host_does_not_hold_up_others() -> None:
    with LoopbackServer(lambda _: Reply()) as server:
        batch = client(spacing=5.0, concurrency=1).fetch(requests(server, *"aab"))
        started = time.monotonic()
        keys = {next(batch)[0].key for _ in range(2)}
        batch.close()
    assert keys == {"0", "2"}
    assert time.monotonic() - started < 2


def test_environment_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackServer(lambda _: Reply()) as proxy, LoopbackServer(lambda _: Reply(body=b"direct")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        ((_, answer),) = client().fetch(requests(server, "a"))
    assert isinstance(answer, Fetched)
    assert answer.body == b"direct"
    assert proxy.connections == 0


# TLS


@pytest.mark.parametrize(("host", "reason"), [("news", None), ("other", "tls")])
def test_certificate_must_be_for_the_host_of_the_url(
    host: str, reason: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "news.localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with LoopbackServer(lambda asked: Reply(body=asked.host.encode()), tls=https_context(pem)) as server:
        ((_, answer),) = client().fetch(requests(server, host))
    if reason is None:
        assert isinstance(answer, Fetched)
        assert answer.body == b"news.localhost"
    else:
        assert isinstance(answer, FetchError)
        assert (answer.reason, answer.transient) == (reason, False)
        assert "other.localhost" in answer.message


@pytest.mark.parametrize("announced", ["Content-Length: 3200000\r\n", ""], ids=["with a length", "until the end"])
def test_large_answer_over_tls_arrives_whole(announced: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path, "news.localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    body = b"".join(b"%07d\n" % number for number in range(400_000))
    head = f"HTTP/1.1 200 OK\r\n{announced}\r\n".encode()
    with LoopbackServer(lambda _: bytes_only(head + body), tls=https_context(pem)) as server:
        ((_, answer),) = client().fetch(requests(server, "news"))
    assert isinstance(answer, Fetched), answer
    assert answer.body == body


def test_answer_over_tls_that_breaks_off_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path, "news.localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    cut = bytes_only(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    with LoopbackServer(lambda _: cut, tls=https_context(pem)) as server:
        ((_, answer),) = client().fetch(requests(server, "news"))
    assert isinstance(answer, FetchError)
    assert (answer.reason, answer.transient) == ("protocol", True)


def test_certificates_are_read_once_for_a_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path, "news.localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with LoopbackServer(lambda _: Reply(), tls=https_context(pem)) as server:
        web = client()
        list(web.fetch(requests(server, *["news"] * 2)))
        pem.unlink()
        answers = list(web.fetch(requests(server, *["news"] * 2)))
    assert all(isinstance(answer, Fetched) for _, answer in answers)


def test_requests_that_time_out_leave_the_others_their_connections() -> None:
    def handler(asked: Asked) -> Reply:
        return drip() if asked.host.startswith("s") else Reply(seconds=0.05, body=b"x")

    with LoopbackServer(handler) as server:
        hosts = [f"{kind}{number}" for number in range(40) for kind in "sq"]
        answers = {request.key: answer for request, answer in client(timeout=2.0).fetch(requests(server, *hosts))}
    assert len(answers) == 80
    for key, answer in answers.items():
        assert isinstance(answer, Fetched) == (hosts[int(key)][0] == "q"), answer


def test_unknown_certificate_is_refused(tmp_path: Path) -> None:
    context = https_context(certificate(tmp_path, "news.localhost"))
    with LoopbackServer(lambda _: Reply(), tls=context) as server:
        ((_, answer),) = client().fetch(requests(server, "news"))
    assert isinstance(answer, FetchError)
    assert answer.reason == "tls"


def test_deadline_ends_a_handshake_that_nobody_answers() -> None:
    with LoopbackServer(lambda _: drip()) as server:
        silent = Request(key="k", url=f"https://a.localhost:{server.port}/")
        ((_, answer),) = client(timeout=0.3).fetch([silent])
    assert isinstance(answer, FetchError)
    assert answer.reason in {"timeout", "tls"}
