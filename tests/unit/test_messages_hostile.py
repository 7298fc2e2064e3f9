"""Whatever a publisher writes, and wherever it ends up, it is shown and does nothing, in every rendering."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from email import message_from_bytes, policy
from enum import Enum
from typing import Any

import lxml.etree
import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.delivery.mime import compose
from monitor.messages import brief, clean, render
from monitor.messages.widths import width
from monitor.records import Digest, Kind, Message, News, Quoted, Status
from tests import slack_limits
from tests.factories import make_actions, make_delivery, make_digest, make_item, make_message

SENDER = "News Monitor <monitor@news.example.org>"
TEXTS = {
    "letters nobody sees": "a\u2061b\u206fc" + "".join(chr(0xE0000 + ord(letter)) for letter in "hidden"),
    "script": "<script>alert(1)</script></title><img src=x onerror=alert(2)>",
    "attribute": '" onmouseover="alert(1)" style="position:fixed\' autofocus',
    "channel": "<!channel> <!here> <!subteam^S1|x> <!date^0^{date}|x>",
    "member": "<@U123> <#C123|general> <@!99> <@&99>",
    "everyone": "@everyone @here @channel @all x@everyone",
    "slack link": "<https://evil.example|SEC.gov>",
    "markdown": "[SEC.gov](https://evil.example) [SEC.gov][1] ![x](https://evil.example/x.png) **b** __u__ ||s|| # h",
    "mrkdwn": "*bold* _italic_ ~struck~ `code` ```block``` :tada: > quote",
    "half an emoji": "position:tada",
    "quote": "> quoted\n>>> and more",
    "headers": "Rates up\r\nBcc: victim@example.org\r\n\r\n<p>body",
    "line separator": "a\u2028Bcc: b@example.org",
    "paragraph separator": "a\u2029Bcc: b@example.org",
    "next line": "a\u0085Bcc: b@example.org",
    "tabs": "a\x0bb\x0cc\td\x1ce",
    "nul": "nul\x00 bell\x07 delete\x7f csi\x9b escape\x1b[2J\x1b]0;title\x07",
    "override": "\u202egpj.exe",
    "isolates": "\u2066left\u2069 \u2067right\u2069 \u2068first\u2069",
    "marks": "\u200eleft\u200fright\u061carabic",
    "zero width": "e\u200bv\u2060i\ufeffl\u00ad\u180e",
    "surrogates": "half \ud83d and \udc69 pairs",
    "not characters": "a\ufffeb\uffffc",
    "template": "{{ 7 * 7 }} {% raw %} {# x #} ${7*7} %s {0} {digest}",
    "comment": "--> <!--[if mso]> <![endif]--> ]]> <![CDATA[ <!-- &#x41; &lt;",
    "style": "</style><style>body{display:none}</style>",
    "long": "word " * 2_000,
    "one word": "x" * 10_000,
    "word of 200": " ".join(["y" * 200] * 4),
    "ampersands": "&" * 10_000,
    "brackets": "<" * 5_000 + ">" * 5_000,
    "quotes": "\"'" * 5_000,
    "colons": ":a:" * 3_000,
    "underscores": "_" * 10_000,
    "marks piled up": "e" + "\u0301" * 3_000,
    "arabic": "\u0627\u0644\u0628\u0646\u0643 \u0627\u0644\u0645\u0631\u0643\u0632\u064a " * 30,
    "cjk": "\u91d1\u878d\u5e81\u304c\u6697\u53f7\u8cc7\u7523\u306e\u898f\u5236\u6848\u3092\u516c\u8868" * 30,
    "emoji": "\U0001f469\u200d\U0001f4bb\U0001f1e9\U0001f1ea" * 300,
    "empty": "",
    "spaces": " \t\r\n \u00a0\u3000",
}
LINKS = {
    "javascript": "javascript:alert(1)",
    "upper javascript": "JaVaScRiPt:alert(1)",
    "split javascript": "java\nscript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "vbscript": "vbscript:msgbox(1)",
    "no scheme": "//evil.example/x",
    "relative": "/x",
    "file": "file:///etc/passwd",
    "user": "https://sec.gov@evil.example/",
    "password": "https://user:secret@evil.example/",
    "headers": "https://a.example/\r\nBcc: b@c.example",
    "override": "https://a.example/\u202egpj.exe",
    "nul": "https://a.example/\x00",
    "surrogate": "https://a.example/\ud800",
    "no host": "https:///x",
    "too long": "https://a.example/" + "x" * 10_000,
    "empty": "",
}
ODD_LINKS = {
    "markup": "https://a.example/<script>|\"'`x`&y=1",
    "mention": "https://a.example/@everyone/<!channel>/@ana",
    "mrkdwn": "https://a.example/*b*_i_~s~`c`|d>e",
    "of 300": "https://a.example/" + "p" * 282,
    "of 1,900": "https://a.example/" + "&" * 1_880,
    "foreign": "https://b\u00fccher.example/\u91d1?\u878d=\u5e81",
    "host with port": "http://a.example:8080/",
}
SCHEME = re.compile(r"(?i)(javascript|data|vbscript|file):|//evil|secret|Bcc|passwd")
CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
QUOTED = Quoted(article_id="a", publisher="p", text="t")
STATUS = Status(word="s", shown_by=QUOTED)
NEWS = News(sentences=(QUOTED,), figures=("1",), actors=("a",), status=STATUS, before="b")


def hostile(text: str, url: str, stories: int = 2) -> Digest:
    """Return a digest in whose every field stands that text, or that address."""
    kinds = (Kind.UPDATE, Kind.NEW)
    items = tuple(
        make_item(
            number,
            kind=kinds[number % 2],
            news=NEWS,
            status=STATUS,
            quoted=(QUOTED,),
            unseen=("u",),
            actions=make_actions("s", "https://a.example", "https://news.example.org"),
        )
        for number in range(stories)
    )
    filled = _filled(make_digest(items=items, thread="d0"), text, url)
    assert isinstance(filled, Digest)
    return filled


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_text_acts(text: str) -> None:
    check(render(hostile(text, "https://harborwire.example/1")))


@pytest.mark.parametrize("text", [TEXTS["long"], TEXTS["ampersands"], TEXTS["emoji"], TEXTS["channel"]])
@pytest.mark.parametrize("stories", [0, 1, 12, 60])
def test_no_text_acts_in_any_number_of_stories(text: str, stories: int) -> None:
    check(render(hostile(text, "https://harborwire.example/1", stories)))


@pytest.mark.parametrize("url", LINKS.values(), ids=LINKS)
def test_no_address_but_a_web_address_is_a_link(url: str) -> None:
    message = render(hostile("A headline", url))
    check(message)
    assert links(message) == set()
    for part in parts(message):
        assert not SCHEME.search(part.replace("A headline", ""))


@pytest.mark.parametrize("url", ODD_LINKS.values(), ids=ODD_LINKS)
def test_an_odd_web_address_stays_whole_and_acts_nowhere(url: str) -> None:
    message = render(hostile("A headline", url))
    check(message)
    shown = clean.link(url)
    assert shown
    assert links(message) == {shown}
    assert shown in message.text.split()
    assert message.entries[0].url == message.data["stories"][0]["url"] == shown
    assert all(line.endswith(shown.replace("@everyone", "%40everyone")) for line in message.brief)


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.one_of(st.sampled_from([text[:300] for text in TEXTS.values()]), st.text(max_size=40)), max_size=4),
    st.sampled_from([*LINKS.values(), *ODD_LINKS.values()]),
    st.integers(0, 4),
)
def test_no_mixture_acts(texts: list[str], url: str, stories: int) -> None:
    check(render(hostile("".join(texts), url, stories)))


def check(message: Message) -> None:
    """Assert that nothing in the message acts."""
    for part in parts(message):
        assert not CONTROL.search(part)
        part.encode()
    assert slack_limits.faults(message.slack) == slack_limits.faults(message.slack_reply) == []
    assert len(message.text.encode()) < 100_000
    assert len(message.html.encode()) < 100_000
    _check_subject(message.subject)
    _check_html(message.html)
    assert json.loads(json.dumps(message.data, allow_nan=False)) == message.data
    for entry in message.entries:
        _check_entry(entry.html)
        assert entry.title.splitlines() == [entry.title]
    for line in message.brief:
        _check_brief(line)
    assert all(re.match("https?://", link) for link in links(message))


def _check_subject(subject: str) -> None:
    assert 0 < len(subject) <= 120
    delivery, message = make_delivery(subject=subject), make_message(text="x", html="<p>x</p>")
    usual = message_from_bytes(compose(make_delivery(subject="Usual"), message, sender=SENDER), policy=policy.default)
    read = message_from_bytes(compose(delivery, message, sender=SENDER), policy=policy.default)
    assert read["Subject"].split() == subject.split()
    assert read.keys() == usual.keys(), "a header more, or one less"


def _check_html(document: str) -> None:
    tree = lxml.html.fromstring(document)
    assert not tree.xpath("//script | //img | //iframe | //link | //form | //object | //svg | //base | //input")
    assert not [name for element in tree.iter() for name in element.keys() if name.startswith("on")]  # noqa: SIM118 - lxml elements
    assert not re.search(r"url\(|@import|\bsrc=", re.sub(r">[^<]*<", "><", document))


def _check_entry(fragment: str) -> None:
    # An Atom reader may take it as XML.
    tree = lxml.etree.fromstring(f"<div>{fragment}</div>")
    assert {element.tag for element in tree.iter()} <= {"div", "p", "strong", "ul", "li", "a", "time"}
    assert {name for element in tree.iter() for name in element.keys()} <= {"href", "datetime"}  # noqa: SIM118 - lxml elements


def _check_brief(line: str) -> None:
    assert line.splitlines() == [line]
    words, _, url = line.rpartition(" https://") if " https://" in line else (line, "", "")
    assert not set(words) & set("@<>")
    assert not re.search(r"\][(\[]", words)
    assert not re.search("@(everyone|here|channel|all)", line, re.IGNORECASE)
    assert width(line) <= max(brief.LINE, width(url) + 200)


def links(message: Message) -> set[str]:
    """Return every address that can be followed, as a browser gets it, from all renderings but the plain ones."""
    document = lxml.html.fromstring(message.html)
    found = {str(link) for link in document.xpath("//@href | //@src | //@action | //@cite | //@data | //@background")}
    found |= set(slack_limits.links(message.slack)) | {entry.url for entry in message.entries if entry.url}
    for entry in message.entries:
        found |= {str(link) for link in lxml.html.fromstring(f"<div>{entry.html}</div>").xpath("//@href")}
    return found | {str(url) for name, url in _leaves(message.data) if name == "url" and url}


def parts(message: Message) -> Iterator[str]:
    """Yield every text of every rendering."""
    yield from (message.subject, message.text, message.html, *message.brief)
    yield from (str(said) for _, said in _leaves(message.slack))
    yield from (str(said) for _, said in _leaves(message.slack_reply))
    yield from (str(said) for _, said in _leaves(message.data))
    for entry in message.entries:
        yield from (entry.id, entry.title, entry.url, entry.html, entry.text, *entry.tags)


def _leaves(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves(part, key)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part, name)
    else:
        yield name, value


def _filled(value: object, text: str, url: str) -> object:
    """Return a record in which every text is `text`, and every address `url`."""
    if is_dataclass(value) and not isinstance(value, type):
        new: dict[str, Any] = {
            field.name: url if field.name == "url" else _filled(getattr(value, field.name), text, url)
            for field in fields(value)
        }
        return replace(value, **new)
    if isinstance(value, tuple):
        return tuple(_filled(part, text, url) for part in value)
    return text if isinstance(value, str) and not isinstance(value, Enum) else value
