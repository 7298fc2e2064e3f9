"""A digest as mail, Slack message and text."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import lxml.html
import pytest

from monitor.messages import render
from monitor.messages.html import DARK, LIGHT, MAX_BYTES
from monitor.records import Digest, Kind, Message
from tests.factories import NOW, SINCE, make_digest, make_held, make_hostile, make_item, make_matched, make_source

HOSTILE = {
    "script": "<script>alert(1)</script></title><img src=x onerror=alert(2)>",
    "attribute": '" onmouseover="alert(1)" style="position:fixed',
    "channel": "<!channel> <!here> <@U123ABC> <#C123> <!subteam^S1> @everyone @channel",
    "slack link": "<https://evil.example|SEC.gov> *bold* _italic_ ~struck~ ```code``` > quote",
    "headers": "Rates up\r\nBcc: victim@example.org\r\n\r\n<p>body",
    "separators": "a\u2028b\u2029c\u0085d\x0be",
    "nul": "nul\x00 bell\x07 escape\x1b[2J",
    "bidi": "\u202efdp.exe \u2066hidden\u2069 \u200f\u061c",
    "surrogate": "half \ud83d pair",
    "template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "comment": "--> <![endif]--> ]]> <!-- ",
    "style": "</style><style>body{display:none}</style>",
    "long": "word " * 2_000,
    "one word": "x" * 10_000,
    "ampersands": "&" * 10_000,
    "quotes": '"' * 10_000,
    "arabic": "البنك المركزي ينشر قواعد جديدة للأصول المشفرة",
    "cjk": "金融庁が暗号資産の新しい規制案を公表" * 20,
    "emoji": "\U0001f469\u200d\U0001f4bb\U0001f1e9\U0001f1ea" * 100,
    "empty": "",
    "spaces": " \t\r\n ",
}
BAD_LINKS = [
    "javascript:alert(1)",
    "data:text/html,x",
    "https://a.example/\r\nBcc: b@c.example",
    "",
    "//x",
    "x" * 9_999,
]
ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def texts_of(message: Message) -> Iterator[str]:
    yield from (message.subject, message.text, message.html, json.dumps(message.slack, ensure_ascii=False))


def slack_texts(message: Message) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for block in message.slack["blocks"]:  # type: ignore[attr-defined]  # JSON is typed as object
        found += [block["text"]] if "text" in block else block["elements"]
    return found


def links_in_html(message: Message) -> list[str]:
    return [str(link) for link in lxml.html.fromstring(message.html).xpath("//@href")]


def all_links(digest: Digest) -> set[str]:
    links = {source.url for item in digest.items for source in (*item.sources, item.first_seen)}
    return links | {item.url for item in digest.items} | {source.url for source in digest.also}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_a_publisher_writes_acts_anywhere(text: str) -> None:
    message = render(make_hostile(text))
    for part in texts_of(message):
        assert not ACTING.search(part)
        part.encode()
    document = lxml.html.fromstring(message.html)
    assert not document.xpath("//script | //img | //iframe | //link | //form | //object | //svg")
    assert not [a for e in document.iter() for a in e.keys() if a.startswith("on")]  # noqa: SIM118 - lxml elements
    assert len(document.xpath("//style")) == 1
    assert len(message.html.encode()) < 100_000


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_subject_is_one_short_line(text: str) -> None:
    subject = render(make_hostile(text)).subject
    assert 0 < len(subject) <= 120
    assert subject.splitlines() == [subject]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_slack_takes_the_message_and_nobody_is_mentioned(text: str) -> None:
    check_slack(render(make_hostile(text, stories=12)))


@pytest.mark.parametrize("url", BAD_LINKS)
def test_only_web_links_are_links(url: str) -> None:
    message = render(make_hostile("A headline", url))
    assert links_in_html(message) == []
    for part in texts_of(message):
        assert "javascript:" not in part
        assert "data:text" not in part
        assert "Bcc" not in part
    assert not [text for text in slack_texts(message) if "<" in text["text"]]


@pytest.mark.parametrize("url", ["https://a.example/<x>|y?q=\"'&z=1", "https://a.example/" + "&" * 1_900])
def test_odd_links_stay_whole_in_slack(url: str) -> None:
    check_slack(render(make_hostile("A | headline", url, stories=12)))


@pytest.mark.parametrize("stories", [0, 1, 2, 3, 5, 6, 7, 12, 13, 40, 60])
def test_any_number_of_stories_works(stories: int) -> None:
    digest = make_digest(stories)
    message = render(digest)
    assert len(message.html.encode()) <= MAX_BYTES
    assert all(
        link in message.text.splitlines() or f"  {link}" in message.text.splitlines() for link in all_links(digest)
    )
    assert all(link.startswith("https://") for link in links_in_html(message))
    check_slack(message)


def check_slack(message: Message) -> None:
    blocks = message.slack["blocks"]
    assert isinstance(blocks, list)
    assert len(blocks) <= 50
    assert message.slack["unfurl_links"] is message.slack["unfurl_media"] is False
    texts = slack_texts(message)
    assert sum(len(text["text"]) for text in texts) <= 12_000
    assert all(0 < len(text["text"]) <= (150 if text["type"] == "plain_text" else 3_000) for text in texts)
    for text in [*texts[1:], {"text": str(message.slack["text"])}]:
        # What stands in angle brackets is a web link with a text, and every ampersand begins one of three escapes.
        rest = re.sub(r"<https?://[^\s<>|]+\|[^<>|\n]+>", "", text["text"])
        assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", rest)
    json.dumps(message.slack)


def test_a_digest_of_twelve_stories_is_shown_whole() -> None:
    message = render(make_digest(12))
    assert len(lxml.html.fromstring(message.html).xpath("//h2")) == 12
    assert "not fit" not in message.html


def test_what_does_not_fit_is_counted_and_stands_in_the_text() -> None:
    message = render(make_digest(60))
    shown = len(lxml.html.fromstring(message.html).xpath("//h2"))
    assert 20 <= shown < 60
    assert f"{60 - shown} more stories do not fit" in message.html
    assert message.text.count("First seen by us") == 60
    in_slack = sum("First seen by us" in text["text"] for text in slack_texts(message))
    assert f"{60 - in_slack} more stories not shown here." in [text["text"] for text in slack_texts(message)]


def test_the_size_gate_drops_timelines_then_shortens_lists() -> None:
    """A digest of 30 stories keeps every story by giving up the lead's timeline and most of the names."""
    message = render(make_digest(30))
    document = lxml.html.fromstring(message.html)
    assert len(document.xpath("//h2")) == 30
    assert not document.find_class("time")
    assert "and 2 more" in message.html


def test_the_lead_has_a_timeline_of_six_and_counts_the_rest() -> None:
    sources = tuple(
        make_source(title=f"Report {n}", publisher=f"Paper {n}", published=NOW - timedelta(hours=20 - n))
        for n in range(9)
    )
    message = render(make_digest(items=(make_item(0, sources=sources), make_item(2))))
    document = lxml.html.fromstring(message.html)
    rows = [cell.text_content() for cell in document.find_class("event")]
    assert [row.split()[:2] for row in rows[:6]] == [["Report", str(n)] for n in range(6)]
    assert rows[6].strip() == "and 3 more"
    assert len(rows) == 7


def test_an_update_says_what_is_new_since_when() -> None:
    message = render(make_digest(items=(make_item(1),)))
    for part in (message.html, message.text, str(slack_texts(message))):
        assert "New since Mon 07:00:" in part
        assert "ESMA sets a July date for custodians" in part
    assert "Update" in message.html


def test_a_late_article_is_new_to_the_reader_though_older_than_the_last_digest() -> None:
    late = make_source(published=SINCE - timedelta(hours=5), is_new=True)
    message = render(make_digest(items=(make_item(1, sources=(late,)),)))
    assert "New since you were last told:" in message.text
    assert "New since Mon" not in message.html


def test_a_story_says_why_it_is_there() -> None:
    message = render(make_digest(1))
    for part in (message.html, message.text.replace("\n", " "), str(slack_texts(message))):
        assert "First seen by us: " in part
        assert "Matched on stablecoin, reserve requirements, Senate (Crypto regulation 96 %)" in part
        assert "keep client assets apart" in part
        assert "3 articles from 3 publishers within 48 hours" in part
        assert "41 of 44 feeds answered" in part
        assert "1 publisher so far, the rule asks for 2" in part
        assert "You get this because" in part
        assert "No tracking." in part


def test_a_cold_topic_says_so() -> None:
    message = render(make_digest(items=(make_item(matched=(make_matched(probability=None),)),)))
    assert "(Crypto regulation cold topic)" in message.html


def test_a_passage_that_the_summary_holds_is_not_said_twice() -> None:
    summary = "Banks must report. Custodians  must keep\nassets apart."
    matched = (make_matched(passage="custodians must keep assets apart."),)
    message = render(make_digest(items=(make_item(summary=summary, matched=matched),)))
    assert message.text.lower().count("must keep assets apart") == 1
    assert "“" not in message.html.partition("Why now")[0]


def test_at_most_five_held_stories_are_named() -> None:
    held = tuple(make_held(headline=f"Held {n}") for n in range(8))
    message = render(make_digest(held=held))
    assert message.html.count("Held ") == message.text.count("- Held ") + 1 == 6
    assert "and 3 more" in message.text


def test_subjects_tell_the_watch_the_counts_and_the_lead() -> None:
    short = make_item(headline="Reserve bill clears committee")
    assert render(make_digest(items=(short,))).subject == (
        "Crypto regulation: 1 new story: Reserve bill clears committee"
    )
    assert render(make_digest(0)).subject == "Crypto regulation: nothing new"


def test_the_inbox_preview_names_the_second_story() -> None:
    document = lxml.html.fromstring(render(make_digest(2)).html)
    preview = document.find_class("preview")[0].text_content()
    assert preview.startswith("1 new story, 1 update. Also: ESMA publishes final MiCA custody standards")


def test_a_kind_is_told_in_words() -> None:
    message = render(make_digest(items=(make_item(kind=Kind.NEW), make_item(1, kind=Kind.UPDATE))))
    tags = [tag.text_content() for tag in lxml.html.fromstring(message.html).find_class("tag")]
    assert tags == ["New", "Update"]


def test_nothing_is_loaded_from_anywhere() -> None:
    html = render(make_digest(12)).html
    assert not re.search(r"<(img|link|script|iframe|base)\b|url\(|@import|src=", html)


def test_the_same_digest_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "import hashlib; from monitor.messages import render; from tests.factories import make_digest;"
        "print(hashlib.sha256(repr(render(make_digest(60))).encode()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    env = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONPATH": str(root)}
    other = subprocess.run([sys.executable, "-c", code], cwd=root, env=env, check=True, capture_output=True, text=True)
    assert other.stdout.strip() == hashlib.sha256(repr(render(make_digest(60))).encode()).hexdigest()


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "body", "meta", "link"])
def test_every_text_can_be_read_in_both_themes(theme: dict[str, str], text: str) -> None:
    assert contrast(theme[text], theme["column"]) >= 4.5
    assert contrast(theme["tag_text"], theme["tag"]) >= 4.5


def test_every_colour_of_the_light_theme_has_a_dark_twin() -> None:
    html = render(make_digest(12)).html
    assert LIGHT.keys() == DARK.keys()
    assert all(colour in html for colour in DARK.values())
    assert set(re.findall(r"#[0-9a-f]{6}", html)) == {*LIGHT.values(), *DARK.values()}
