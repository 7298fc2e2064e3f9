"""What a mail consists of, byte for byte, whatever publishers and users have written."""

from __future__ import annotations

import email
import email.policy
import re
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.delivery.mime import MAX_SUBJECT, compose, mailbox
from monitor.errors import DeliveryError
from monitor.messages import clean, render
from tests.factories import make_delivery, make_digest, make_hostile, make_message

SENDER = "News Monitor <monitor@news.example.org>"
LEAVE = "leave@example.org"
CLICK = "https://monitor.example.org/leave/ana?key=Zm9v_-"
ALWAYS = ["Message-ID", "Date", "From", "To", "Subject", "List-Id"]
MIME = ["Auto-Submitted", "MIME-Version", "Content-Type"]
HOSTILE = [
    "a\r\nBcc: victim@example.org",
    "a\nBcc: victim@example.org\n\nbody",
    "=?utf-8?q?a=0D=0ABcc:_victim=40example.org?=",
    "=?utf-8?b?YQ0KQmNjOiB2aWN0aW1AZXhhbXBsZS5vcmc=?=",
    "\x00 \u202e \u2028 \u2029 \x85 \x0b \x0c \x1b[2J",
    '"; <b@example.org>, \\" (comment) <c@example.org>',
    "x" * 10_000,
    "金融庁" * 300,
    "e" + "\u0301" * 500,
    "👩‍👩‍👧‍👦" * 60,
    "\ud83d half a pair",
    "undisclosed:;",
    "",
    " ",
    ".",
    "=?",
    "a =?utf-8?q?b",
]


def made(message: Any = None, *, sender: str = SENDER, leave: str | None = None, **changes: Any) -> bytes:
    """Return a mail whose subject is the message's own, as that of a mail which begins a conversation."""
    return compose(make_delivery(**{"subject": "", **changes}), message or make_message(), sender=sender, leave=leave)


def read(content: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert parsed.defects == []
    return parsed


def raw(content: bytes) -> dict[str, str]:
    """Return the headers as they stand there, unfolded, but not decoded."""
    head = content.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n ", " ")
    return dict(line.split(": ", 1) for line in head.split("\r\n"))


def shown(header: str) -> str:
    """Return a header as the older half of the email package, and most mail programs, show it."""
    return str(make_header(decode_header(header)))


def check_wire(content: bytes) -> None:
    assert content.isascii()
    assert b"\x00" not in content
    lines = content.split(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line and len(line) <= 998 for line in lines)
    head = content.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert all(len(line) <= 76 and re.search(rb"=\?[^?]+\?[bq]\?[^? ]+\?=", line) for line in head if b"=?" in line)
    assert all(len(word) <= 75 for line in head for word in re.findall(rb"=\?\S+\?=", line))
    for name in ("Message-ID", "In-Reply-To", "References", "List-Unsubscribe", "List-Unsubscribe-Post"):
        assert "=?" not in raw(content).get(name, "")
    assert re.fullmatch(r"(.* )?<[a-z0-9.-]+>", raw(content)["List-Id"])


def test_a_mail_has_its_headers_and_the_text_before_the_html() -> None:
    message = render(make_digest(12))
    content = made(message)
    check_wire(content)
    got = read(content)
    assert got.keys() == [*ALWAYS, *MIME]
    assert got["Message-ID"] == "<d.3f2a9c1b77d04e5f.00000001@news.example.org>"
    assert parsedate_to_datetime(got["Date"]) == make_delivery().created_at
    assert got["From"] == SENDER
    assert got["To"] == "ana@example.org"
    assert got["Subject"] == message.subject
    assert got["List-Id"] == "Crypto regulation <crypto.news-monitor.news.example.org>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
    text, html = got.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == message.text
    assert html.get_content().replace("\r\n", "\n").rstrip() == message.html.rstrip()


def test_the_same_arguments_give_the_same_bytes_and_another_text_another_boundary() -> None:
    assert made() == made(make_message(), attempts=3, open=True)
    boundary = re.compile(rb'boundary="(.+)"')
    assert boundary.findall(made()) != boundary.findall(made(make_message(text="other")))


def test_an_update_goes_into_the_conversation_of_its_parent() -> None:
    headers = raw(made(parent_message_id="<d.0011223344556677.00000001@news.example.org>"))
    assert headers["In-Reply-To"] == headers["References"] == "<d.0011223344556677.00000001@news.example.org>"
    assert not {"In-Reply-To", "References"} & raw(made()).keys()


@pytest.mark.parametrize(
    ("click", "leave", "line"),
    [
        ("", None, None),
        ("", LEAVE, f"<mailto:{LEAVE}>"),
        ("", f"mailto:{LEAVE}?subject=no more, please", f"<mailto:{LEAVE}?subject=no%20more%2C%20please>"),
        (CLICK, None, f"<{CLICK}>"),
        (CLICK, LEAVE, f"<{CLICK}>, <mailto:{LEAVE}>"),
        ("http://monitor.example.org/leave", LEAVE, f"<mailto:{LEAVE}>"),
        ("javascript:alert(1)", LEAVE, f"<mailto:{LEAVE}>"),
        ("https://monitor.example.org/a>,<mailto:b@example.org", None, "<https://monitor.example.org/a%3E%2C%3Cmailto:b@example.org>"),
        ("https://monitor.example.org/a\r\nBcc: b@example.org", LEAVE, f"<mailto:{LEAVE}>"),
        (f"https://monitor.example.org/{'k' * 1_000}", LEAVE, f"<mailto:{LEAVE}>"),
    ],
)  # fmt: skip
def test_one_click_is_promised_with_an_https_address_only(click: str, leave: str | None, line: str | None) -> None:
    content = made(leave=leave, unsubscribe=click)
    check_wire(content)
    headers = raw(content)
    assert headers.get("List-Unsubscribe") == line
    assert headers.get("List-Unsubscribe-Post") == ("List-Unsubscribe=One-Click" if line and "https" in line else None)
    assert "Bcc" not in headers


def test_long_addresses_are_neither_folded_nor_encoded() -> None:
    leave = f"{'leave-' * 15}news@example.org"
    content = made(
        leave=leave,
        sender="Presseüberwachung <monitor@news.example.org>",
        message_id=f"<{'d' * 90}@news.example.org>",
        parent_message_id=f"<{'p' * 90}@news.example.org>",
    )
    check_wire(content)
    lines = content.split(b"\r\n")
    assert f"List-Unsubscribe: <mailto:{leave}>".encode() in lines
    assert f"Message-ID: <{'d' * 90}@news.example.org>".encode() in lines
    assert f"In-Reply-To: <{'p' * 90}@news.example.org>".encode() in lines


def test_two_long_ways_out_stand_on_a_line_each() -> None:
    click = f"https://monitor.example.org/{'k' * 850}"
    content = made(leave=f"leave@example.org?subject={'s' * 300}", unsubscribe=click)
    check_wire(content)
    assert f"List-Unsubscribe: <{click}>,\r\n <mailto:leave@".encode() in content


@pytest.mark.parametrize(
    ("watch", "channel", "domain", "wanted"),
    [
        ("crypto", "work", "news.example.org", "crypto.news-monitor.news.example.org"),
        ("", "Work mail", "news.example.org", "work-mail-*.news-monitor.news.example.org"),
        ("Ünïted Nations", "work", "news.example.org", "united-nations-*.news-monitor.news.example.org"),
        ("金融庁", "work", "[127.0.0.1]", "*.news-monitor.127.0.0.1"),
        ("w" * 300, "work", "News.Example.org", f"{'w' * 54}-*.news-monitor.news.example.org"),
        ("w" * 300, "work", f"{'long-' * 40}name.example.org", None),
    ],
)
def test_each_watch_has_a_list_id_within_the_limits(watch: str, channel: str, domain: str, wanted: str | None) -> None:
    content = made(sender=f"a@{domain}", watch_id=watch, channel=channel, watch_title="")
    check_wire(content)
    identity = raw(content)["List-Id"].strip("<>")
    assert len(identity) <= 255
    assert re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", identity)
    assert ".." not in identity
    if wanted:
        assert re.fullmatch(re.escape(wanted).replace(r"\*", "[0-9a-f]{8}"), identity)


def test_watches_with_names_alike_are_lists_of_their_own() -> None:
    names = ("press", "Press", "préss", "press!", "w" * 80, "w" * 81)
    assert len({raw(made(watch_id=name))["List-Id"] for name in names}) == len(names)


def test_a_mail_that_goes_on_with_a_conversation_bears_its_subject() -> None:
    assert read(made(subject="Re: Crypto regulation: Reserve bill"))["Subject"] == "Re: Crypto regulation: Reserve bill"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_add_no_header(text: str) -> None:
    content = made(
        make_message(subject=text, text=text, html=f"<p>{text}</p>"), watch_title=text, watch_id=text, person=text
    )
    check_wire(content)
    got = read(content)
    assert got.keys() == [*ALWAYS, *MIME]
    assert shown(raw(content)["Subject"]) == (clean.line(text, MAX_SUBJECT) or "News Monitor")
    assert len(got["Subject"]) <= MAX_SUBJECT
    assert [part.get_content_type() for part in got.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_digest_of_hostile_texts_becomes_a_mail_of_two_parts(text: str) -> None:
    content = made(render(make_hostile(text)), watch_title=text)
    check_wire(content)
    assert read(content).keys() == [*ALWAYS, *MIME]


def test_what_looks_like_an_encoded_word_is_shown_as_it_was_written() -> None:
    trick = "=?utf-8?q?Bcc=3A?= and more"
    content = made(make_message(subject=trick), watch_title=trick, sender=f'"{trick}" <monitor@news.example.org>')
    headers = raw(content)
    assert shown(headers["Subject"]) == trick
    assert shown(headers["List-Id"]).startswith(trick)
    assert shown(headers["From"]).startswith(trick)


def test_a_text_cannot_hold_its_own_boundary() -> None:
    known = re.findall(rb'boundary="(.+)"', made())[0].decode()
    content = made(make_message(text=f"a\n--{known}\nContent-Type: text/html\n\n<b>b</b>\n--{known}--\n"))
    assert [part.get_content_type() for part in read(content).walk()][1:] == ["text/plain", "text/html"]


NAMES = st.text(st.characters(), max_size=150) | st.text('ab,.;<>@"\\()=?\r\n \x00\u202eéÿ金', max_size=150)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(subject=NAMES, title=NAMES, name=NAMES, watch=NAMES, text=NAMES)
def test_any_texts_give_a_mail_that_reads_back_with_exactly_the_intended_headers(
    subject: str, title: str, name: str, watch: str, text: str
) -> None:
    bare = clean.line(name, 100)
    quoted = bare.replace("\\", "\\\\").replace('"', '\\"')
    delivery = make_delivery(
        subject="", watch_title=title, watch_id=watch, unsubscribe=CLICK, parent_message_id="<d.1@b.example>"
    )
    message = make_message(subject=subject, text=text, html=text)
    content = compose(delivery, message, sender=f'"{quoted}" <monitor@news.example.org>', leave=LEAVE)
    check_wire(content)
    got, headers = read(content), raw(content)
    threads, ways = ["In-Reply-To", "References"], ["List-Unsubscribe", "List-Unsubscribe-Post"]
    assert got.keys() == [*ALWAYS[:5], *threads, "List-Id", *ways, *MIME]
    assert shown(headers["Subject"]).split() == (clean.line(subject, MAX_SUBJECT) or "News Monitor").split()
    assert parseaddr(headers["From"])[1] == "monitor@news.example.org"
    assert [address.addr_spec for address in got["From"].addresses] == ["monitor@news.example.org"]
    assert shown(parseaddr(headers["From"])[0]).split() == bare.split()
    assert headers["Message-ID"] == delivery.message_id
    assert headers["References"] == headers["In-Reply-To"] == "<d.1@b.example>"
    assert headers["List-Unsubscribe"] == f"<{CLICK}>, <mailto:{LEAVE}>"
    body = got.get_body(("plain",))
    assert body is not None
    assert "".join(body.get_content().split()) == "".join(shown_in_body(text).split())


def shown_in_body(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text))


@pytest.mark.parametrize(
    "changes",
    [
        {"message_id": "d.1@example.org"},
        {"message_id": "<d.1@example.org>\r\nBcc: <b@example.org>"},
        {"message_id": "<é@example.org>"},
        {"message_id": f"<{'d' * 1_000}@example.org>"},
        {"parent_message_id": "<a@example.org> <b@example.org>"},
    ],
)
def test_an_id_that_is_none_is_said_and_never_sent(changes: dict[str, str]) -> None:
    with pytest.raises(DeliveryError, match="cannot be written") as caught:
        made(**changes)
    assert (caught.value.reason, caught.value.transient) == ("bad-header", False)


def test_a_way_out_with_a_line_break_is_said() -> None:
    with pytest.raises(DeliveryError, match="List-Unsubscribe cannot be written"):
        made(leave="leave@example.org\r\nBcc: b@example.org")


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("ana@example.org", ("", "ana@example.org")),
        ("Ana <ana@example.org>", ("Ana", "ana@example.org")),
        ('"Press, Ministry of" <ana@example.org>', ("Press, Ministry of", "ana@example.org")),
        ("Änä <ana+news@sub.example.org>", ("Änä", "ana+news@sub.example.org")),
        ("o'neil_1@[127.0.0.1]", ("", "o'neil_1@[127.0.0.1]")),
    ],
)
def test_a_name_and_an_address_are_told_apart(written: str, wanted: tuple[str, str]) -> None:
    assert mailbox("work", written, "sender") == wanted


@pytest.mark.parametrize(
    "written", ["Press, Ministry <a@b.example>", "a@b.example c@d.example", "a@b.example)c@d.example"]
)
def test_an_address_is_never_guessed(written: str) -> None:
    with pytest.raises(DeliveryError, match="cannot be used"):
        mailbox("work", written, "sender")


def test_bodies_keep_their_lines_short_and_need_no_8bitmime() -> None:
    long = "https://example.org/" + "a" * 3_000
    content = made(make_message(text=f"{long}\n金融庁 {long}\n", html=f"<p>{long}</p>"))
    check_wire(content)
    assert all(len(line) <= 78 for line in content.partition(b"\r\n\r\n")[2].split(b"\r\n"))


def test_each_part_takes_the_encoding_with_the_fewest_bytes() -> None:
    html = "<!DOCTYPE html>\n" + "<p>\n" * 20 + "金融庁" * 1_000
    content = made(make_message(text="plain\n", html=html))
    check_wire(content)
    parts = list(read(content).iter_parts())
    assert [part["Content-Transfer-Encoding"] for part in parts] == ["7bit", "base64"]
    assert len(content) < len(html.encode()) * 1.4 + 1_500
    western = read(made(make_message(text="naïve\n" + "plain " * 12, html="<p>“naïve”</p>" + "<p>plain</p>" * 30)))
    assert {part["Content-Transfer-Encoding"] for part in western.iter_parts()} == {"quoted-printable"}
