"""A digest as mail, Slack message and text."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.messages import render
from monitor.messages.html import DARK, LIGHT, MAX_BYTES, weight
from monitor.records import Coverage, Digest, Item, Message, News, Quoted, Status
from tests import slack_limits
from tests.factories import (
    NOW,
    SINCE,
    make_actions,
    make_digest,
    make_held,
    make_hostile,
    make_item,
    make_matched,
    make_source,
)

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


def words_of(message: Message) -> list[str]:
    """Return the three renderings as running text without markup."""
    html = lxml.html.fromstring(message.html).find_class("column")[0].text_content()
    return [" ".join(text.split()) for text in (html, message.text, " ".join(slack_limits.texts(message.slack)))]


def linked(number: int) -> Item:
    """Return a story whose actions are links."""
    item = make_item(number)
    return replace(item, actions=make_actions(item.story_id, item.url, "https://news.example.org"))


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
    assert slack_limits.faults(render(make_hostile(text, stories=12)).slack) == []


@pytest.mark.parametrize("url", BAD_LINKS)
def test_only_web_links_are_links(url: str) -> None:
    message = render(make_hostile("A headline", url))
    assert links_in_html(message) == slack_limits.links(message.slack) == []
    for part in texts_of(message):
        assert "javascript:" not in part
        assert "data:text" not in part
        assert "Bcc" not in part


@pytest.mark.parametrize("url", ["https://a.example/<x>|y?q=\"'&z=1", "https://a.example/" + "&" * 1_900])
def test_odd_links_stay_whole_in_slack(url: str) -> None:
    assert slack_limits.faults(render(make_hostile("A | headline", url, stories=12)).slack) == []


@pytest.mark.parametrize("stories", [0, 1, 2, 3, 5, 6, 7, 12, 13, 40, 60])
def test_any_number_of_stories_works(stories: int) -> None:
    digest = make_digest(stories)
    message = render(digest)
    assert len(message.html.encode()) <= MAX_BYTES
    assert all(
        link in message.text.splitlines() or f"  {link}" in message.text.splitlines() for link in all_links(digest)
    )
    assert all(link.startswith("https://") for link in links_in_html(message))
    assert slack_limits.faults(message.slack) == []


def headlines(message: Message) -> list[str]:
    return [str(h2.text_content()) for h2 in lxml.html.fromstring(message.html).xpath("//h2[@class!='section']")]


def test_a_digest_of_twelve_stories_is_shown_whole() -> None:
    message = render(make_digest(12))
    document = lxml.html.fromstring(message.html)
    assert len(headlines(message)) == len(document.find_class("strip")) == 12
    assert document.find_class("time")
    assert "not fit" not in message.html
    assert "Left out" not in message.html


def test_what_does_not_fit_is_counted_and_stands_in_the_text() -> None:
    message = render(make_digest(60))
    shown = len(headlines(message))
    assert 24 <= shown < 60
    assert f"{60 - shown} more stories do not fit in this message; the plain-text part has them all." in message.html
    assert message.text.count("Why now: ") == 60


def test_the_size_gate_takes_strips_then_the_timeline_then_lists_and_says_so() -> None:
    strips, timelines, lists = (render(make_digest(items=tuple(map(linked, range(n))))) for n in (18, 20, 22))
    for message, has_timeline in ((strips, True), (timelines, False), (lists, False)):
        document = lxml.html.fromstring(message.html)
        assert not document.find_class("strip")
        assert bool(document.find_class("time")) == has_timeline
    assert [len(headlines(message)) for message in (strips, timelines, lists)] == [18, 20, 22]
    assert "Left out, so that mail programs show this message whole: the articles per hour." in strips.html
    assert "whole: the articles per hour and the timeline." in timelines.html
    assert "The Meridian" in timelines.html.partition("</h2>")[2].partition("</h2>")[0]
    assert "and 2 more" in lists.html


@pytest.mark.parametrize("text", ["é" * 10_000, "\U0001f9fe" * 10_000, '"&<' * 4_000, "=" * 10_000, "word\n" * 3_000])
@pytest.mark.parametrize("stories", [1, 60])
def test_a_mail_part_stays_small_whatever_it_holds(text: str, stories: int) -> None:
    url = f"https://example.org/?{'&=' * 980}"
    held = tuple(make_held(headline=text, message=text) for _ in range(60))
    found = Coverage(feeds=60, feeds_answering=1, articles=60, since=SINCE, silent=(text,) * 59)
    digest = replace(make_hostile(text, url, stories), held=held, also=(make_source(title=text, url=url),) * 60)
    html = render(replace(digest, coverage=found)).html
    assert len(html.encode()) <= weight(html) <= MAX_BYTES


def carried(html: str) -> int:
    """Return the bytes of an HTML part that a mail carries as quoted-printable."""
    mail = EmailMessage(policy=policy.SMTP)
    mail.set_content(html, subtype="html", cte="quoted-printable")
    return len(mail.as_bytes().partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize("stories", [1, 12, 40])
def test_the_weight_is_that_of_the_part_as_a_mail_carries_it(stories: int) -> None:
    for digest in (make_digest(stories), make_hostile("=é\n" * 90, stories=stories)):
        html = render(digest).html
        assert carried(html) <= weight(html) <= carried(html) * 1.03


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")).map(lambda text: text * 40))
def test_no_document_is_heavier_than_its_weight(html: str) -> None:
    assert carried(html) <= weight(html) + len("\r\n")


def test_the_lead_alone_has_a_timeline_of_four_that_ends_with_the_newest() -> None:
    sources = tuple(
        make_source(
            article_id=f"t{n}",
            title=f"Report {n}",
            publisher=f"Paper {n}",
            url=f"https://paper{n}.example/",
            published=NOW - timedelta(hours=20 - n),
            relation="copies" if n in {1, 2, 3} else "independent",
        )
        for n in range(9)
    )
    status = Status(word="adopted", shown_by=Quoted(article_id="t7", publisher="Paper 7", text="It was adopted."))
    lead = make_item(0, headline="Report 0", sources=sources, first_seen=sources[0], status=status)
    message = render(make_digest(items=(lead, make_item(2))))
    document = lxml.html.fromstring(message.html)
    rows = [" ".join(cell.text_content().split()) for cell in document.find_class("event")]
    assert rows == [
        "Paper 0 (first seen by us)",
        "Report 4. Paper 4",
        "Report 7. Status: adopted. Paper 7",
        "Report 8. Paper 8",
    ]
    rest = document.find_class("sources")[0].text_content()
    assert rest.startswith("Also: Paper 1 Mon 12:00 (copy), Paper 2 Mon 13:00 (copy), ")
    assert rest.endswith(" and 1 more")


def test_a_story_of_one_article_has_no_timeline() -> None:
    source = make_source()
    message = render(make_digest(items=(make_item(sources=(source,), first_seen=source),)))
    assert not lxml.html.fromstring(message.html).find_class("time")


def test_articles_are_marked_as_copies_and_teasers() -> None:
    sources = (
        make_source(article_id="1", relation="first"),
        make_source(article_id="2", publisher="Echo", relation="copies", teaser=True),
        make_source(article_id="3", publisher="Wall", teaser=True),
        make_source(article_id="4", publisher="Quoter", relation="cites"),
    )
    message = render(make_digest(items=(make_item(2), make_item(sources=sources, first_seen=sources[0]))))
    assert "Echo 06:00 (copy), Wall 06:00 (teaser only), Quoter 06:00 (cites another)" in words_of(message)[0]
    assert "(Echo, 06:00, copy)" in message.text
    assert "(Wall, 06:00, teaser only)" in message.text


def test_an_update_without_sentences_names_what_is_new_since_when() -> None:
    message = render(make_digest(items=(make_item(1),)))
    for part in words_of(message):
        assert "New since Mon 07:00" in part
        assert "ESMA sets a July date for custodians" in part


def test_an_update_says_in_sentences_what_is_new() -> None:
    quoted = Quoted(article_id="a1-0", publisher="EU Markets Brief", text="The final text sets 1 July as the date.")
    status = Status(word="adopted", shown_by=quoted)
    news = News(sentences=(quoted,), figures=("1 July", "€ 4 m"), actors=(), status=status, before="proposed")
    update = make_item(1, news=news, status=status, summary=quoted.text)
    message = render(make_digest(items=(make_item(0), update)))
    said = "The final text sets 1 July as the date. Now adopted, before proposed. New figures: € 4 m. 2 new articles."
    for part in words_of(message)[:2]:
        assert f"New since Mon 07:00: {said}" in part
        assert part.count("sets 1 July as the date") == part.count("adopted") == 1
    assert f"{said} EU Markets Brief Mon 15:18, Chainpost Mon 16:06" in words_of(message)[0]
    assert "First seen by us: Brussels Desk, Fri 23:00" in words_of(message)[0]


def test_a_publisher_of_several_articles_is_named_once_in_a_row() -> None:
    rows = (("Harbor Wire", 9), ("Echo", 8), ("Harbor Wire", 7))
    sources = tuple(
        make_source(
            article_id=f"t{n}", publisher=name, published=NOW - timedelta(hours=hours), url=f"https://a.example/{n}"
        )
        for n, (name, hours) in enumerate(rows)
    )
    message = render(make_digest(items=(make_item(0), make_item(2, sources=sources, first_seen=sources[1]))))
    assert "Harbor Wire Mon 22:00, 00:00, Echo Mon 23:00 (first seen by us)" in words_of(message)[0]
    assert {source.url for source in sources} <= set(links_in_html(message))


def test_a_late_article_is_new_to_the_reader_though_older_than_the_last_digest() -> None:
    late = make_source(published=SINCE - timedelta(hours=5), is_new=True)
    message = render(make_digest(items=(make_item(1, sources=(late,)),)))
    assert "New since you were last told:" in message.text
    assert "New since you were last told:" in message.html
    assert "New since Mon" not in message.html


def test_a_story_says_why_it_is_there() -> None:
    message = render(make_digest(1))
    for part in words_of(message):
        assert "4 independent publishers, 4 articles" in part
        assert part.lower().count("first seen by us") == 1
        assert "Matched on stablecoin, reserve requirements, Senate (96 %)" in part
        assert "keep client assets apart" in part
        assert "3 articles from 3 publishers within 48 hours" in part
        assert "story s0" in part
        assert "41 of 44 feeds answered" in part


def test_the_topic_is_named_where_the_watch_has_another_name() -> None:
    message = render(make_digest(1, watch_title="Money"))
    assert "Matched on stablecoin, reserve requirements, Senate (Crypto regulation 96 %)" in words_of(message)[0]


def test_the_foot_says_why_this_came_when_the_next_one_comes_and_what_was_missed() -> None:
    for part in words_of(render(make_digest(1, waiting=3))):
        assert "You get this because" in part
        assert "Next digest: Wed 07:00." in part
        assert "No tracking." in part
        assert "2 feeds have been silent for a day or longer: Brussels Desk and Tokyo Brief." in part
        assert "2 of 23 articles were teasers only." in part
        assert "1 near miss below." in part
        assert "1 publisher so far, the rule asks for 2" in part
        assert "3 more stories wait for the next message." in part


def test_an_empty_digest_says_since_when_nothing_met_the_rules() -> None:
    for part in words_of(render(make_digest(0, also=()))):
        assert part.count("Nothing met the rules of this watch since Mon 07:00.") == 1
        assert part.count("Mon 07:00") == 1
        assert "23 articles read; 41 of 44 feeds answered" in part
        assert "othing new" not in part


def test_status_and_credits_are_told_once() -> None:
    status = Status(word="filed", shown_by=Quoted(article_id="a2-1", publisher="Kowloon Post", text="It was filed."))
    item = make_item(2, status=status, unseen=("Politico",))
    for part in words_of(render(make_digest(items=(make_item(0), item))))[:2]:
        assert part.count("Status: filed") == 1
        assert "Credits Politico, not among the feeds." in part
    assert words_of(render(make_digest(items=(item,))))[0].count("Status: filed") == 1


def test_actions_are_links_where_there_is_an_address() -> None:
    message = render(make_digest(items=(linked(0),)))
    document = lxml.html.fromstring(message.html)
    assert [a.text_content() for a in document.find_class("action")] == ["Relevant", "Off topic", "Mute story"]
    assert "  https://news.example.org/a/mute-s0" in message.text.splitlines()
    assert "monitor label" not in message.html


def test_actions_are_the_exact_commands_where_there_is_none() -> None:
    item = make_item(0)
    message = render(make_digest(items=(item,)))
    commands = [code.text_content() for code in lxml.html.fromstring(message.html).find_class("command")]
    relevant, off_topic, mute = (action.command for action in item.actions)
    assert commands[:3] == [relevant, "no", mute]
    assert {f"  {relevant}", f"  {off_topic}", f"  {mute}"} <= {*message.text.splitlines()}
    assert "  monitor unsubscribe crypto --as ana" in message.text.splitlines()


def test_a_command_that_would_fill_the_page_is_left_to_the_text() -> None:
    folder = f"--config /srv/{'x' * 300}"
    actions = tuple(
        replace(action, command=action.command.replace("label", f"label {folder}"))
        for action in make_actions("s0", "https://example.org/1")
    )
    message = render(make_digest(items=(make_item(0, actions=actions),)))
    assert "Relevant, Off topic: the commands are in the plain-text part." in words_of(message)[0]
    assert f"  {actions[0].command}" in message.text.splitlines()


def test_a_major_update_is_tagged_major_and_still_called_an_update() -> None:
    for part in words_of(render(make_digest(items=(make_item(1, major=True),)))):
        assert re.search(r"major\W+update, 3 independent publishers, 3 articles", part, re.IGNORECASE)


def test_bars_are_as_high_as_their_hour_and_never_leave_the_line() -> None:
    hours = (0,) * 20 + (1, 2, 3, 0)
    html = render(make_digest(items=(make_item(hours=hours), make_item(2, hours=(0,) * 23 + (500,))))).html
    assert re.findall(r"border-bottom:(\d+)px", html.partition("@media")[2].partition("</style>")[2]) == [
        *("8", "14", "20"),
        "26",
    ]
    assert "Articles per hour over the last 24 hours, peak 3" in html


def test_lines_of_the_text_are_short_but_for_links_and_commands() -> None:
    long = [line for line in render(make_digest(12)).text.splitlines() if len(line) > 72]
    assert all(line.startswith(("  https://", "  monitor ", "https://")) for line in long)


def test_a_passage_says_whose_words_it_is_and_not_what_the_summary_said() -> None:
    summary = "Banks must report. Custodians must keep assets apart."
    passage = '… Custodians must keep assets apart. "A call is a call," she said. The rest is open. Banks must report.'
    matched = (make_matched(passage=passage, publisher="Pier Institute", against="hkma", part=2, parts=3),)
    message = render(make_digest(items=(make_item(summary=summary, matched=matched),)))
    for part in words_of(message):
        assert "“‘A call is a call,’ she said. The rest is open.” — Pier Institute" in part
        assert "hkma" not in part
        assert "2 of 3" not in part
    told = message.data["stories"][0]["matched"][0]
    assert (told["against"], told["part"], told["parts"], told["publisher"]) == ("hkma", 2, 3, "Pier Institute")


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        (
            "3 matching articles from 3 independent publishers within 72 h; the watch asks for 3 from 2",
            "the watch asks for 3 articles from 2 publishers within 72 h",
        ),
        (
            "2 matching articles from 3 independent publishers within 72 h; the watch asks for 2 from 1",
            "2 of the 3 articles match; the watch asks for 2 articles from 1 publisher within 72 h",
        ),
        (
            "3 matching articles from 2 independent publishers within 72 h; the watch asks for 3 from 2",
            "3 matching articles from 2 independent publishers within 72 h; the watch asks for 3 from 2",
        ),
        ("not told before; 3 matching articles from 3 independent publishers within 6 h", "not told before"),
        (
            "3 independent publishers within 6 h; a story is major from 3 on, and it was not when you were told",
            "a story is major from 3 publishers within 6 h, and it was not when you were told",
        ),
        ("2 new matching articles, last told 24 hours ago", "new articles since you were last told"),
        ("2 new matching articles, last told 24.0 h ago; it is now “adopted”", "it is now “adopted”"),
        (
            "1 new matching article, last told 24.0 h ago; it is now “adopted”",
            "1 of 2 new articles match; it is now “adopted”",
        ),
    ],
)
def test_a_rule_does_not_say_again_what_stands_beside_the_tag(reason: str, shown: str) -> None:
    message = render(make_digest(items=(make_item(1, reason=reason, story_id="0123456789abcdef"),)))
    for part in words_of(message):
        assert f"Why now: {shown}; story 01234567" in part
        assert "89abcdef" not in part
    assert message.data["stories"][0]["reason"] == reason


def test_headlines_that_nobody_can_see_are_called_that() -> None:
    for headline in ("\u3164", "\u115f\u1160", "\u2800 \u2800", "\u034f", "\ufe0f\u200d"):
        message = render(make_digest(items=(make_item(2, headline=headline),)))
        assert message.subject == "(no headline) (Crypto regulation)"
        assert headlines(message) == ["(no headline)"]


def test_a_story_of_a_thousand_articles_names_thirty_of_them_in_the_text() -> None:
    known, new = (
        tuple(
            make_source(article_id=f"{is_new}{n}", url=f"https://a.example/{is_new}/{n}", is_new=is_new)
            for n in range(1_000)
        )
        for is_new in (False, True)
    )
    text = render(make_digest(items=(make_item(1, sources=(*known, *new)),))).text
    assert text.count("- First report") == 60
    assert text.count("and 970 more") == 2


@pytest.mark.parametrize("text", ["é" * 10_000, "\U0001f9fe" * 10_000, "word\n" * 3_000, "Rates up"])
@pytest.mark.parametrize("stories", [1, 60])
def test_the_text_stays_small_whatever_it_holds_and_says_what_it_left_out(text: str, stories: int) -> None:
    digest = make_hostile(text, f"https://example.org/{'x' * 1_900}", stories)
    sources = digest.also * 40
    items = tuple(replace(item, sources=sources, actions=make_actions("s", "x" * 2_000)) for item in digest.items)
    held = tuple(make_held(headline=text, message=text, url="https://held.example/", publisher=text) for _ in range(60))
    message = render(replace(digest, items=items, held=held, also=sources))
    assert len(message.text.encode()) < 100_000
    told = message.text.count("\nNEW  ") + message.text.count("\nUPDATE  ") + message.text.count("\nMAJOR  ")
    assert told == stories or f"{stories - told} more stories do not fit in this message." in " ".join(
        message.text.split()
    )
    assert "and 39 more" in message.text or told == stories == 1
    promised = re.search("the plain-text part has (?:([0-9]+) of )?them", message.html)
    shown = len(headlines(message))
    assert not promised or int(promised[1] or stories - shown) == told - shown


def test_a_passage_that_the_summary_holds_is_not_said_twice() -> None:
    summary = "Banks must report. Custodians  must keep\nassets apart."
    matched = (make_matched(passage="custodians must keep assets apart."),)
    message = render(make_digest(items=(make_item(summary=summary, matched=matched),)))
    assert message.text.lower().count("must keep assets apart") == 1
    assert "“" not in words_of(message)[0].partition("Why now")[0]


def test_at_most_eight_held_stories_are_named() -> None:
    held = tuple(make_held(headline=f"Held {n}") for n in range(11))
    message = render(make_digest(held=held))
    assert message.html.count("Held ") == message.text.count("- Held ") == 8
    assert "11 near misses below." in message.text
    assert "and 3 more" in message.text


def test_near_misses_can_be_opened_and_share_their_reason() -> None:
    few, many = "1 publisher so far, the rule asks for 2", "1 article so far, the rule asks for 3"
    held = tuple(
        make_held(
            story_id=f"{n}a2b3c4d5e6f",
            headline=f"Held {n}",
            message=few if n % 2 else many,
            url=f"https://held.example/{n}",
            publisher="Harbor Wire",
        )
        for n in range(4)
    )
    message = render(make_digest(held=held))
    assert set(links_in_html(message)) >= {one.url for one in held} <= set(slack_limits.links(message.slack))
    assert all(f"  {one.url}" in message.text.splitlines() for one in held)
    for part in words_of(message):
        assert part.count(few) == part.count(many) == 1
        assert part.count("Harbor Wire, story 3a2b3c4d") == 1
        assert "5e6f" not in part
        assert re.search("asks for 3:.*Held 0.*Held 2.*asks for 2:.*Held 1.*Held 3", part)


def test_subjects_tell_the_watch_the_counts_and_the_lead() -> None:
    short = make_item(2, headline="Reserve bill clears committee")
    update = make_item(1, headline="Custody date set")
    assert render(make_digest(items=(short,))).subject == "Reserve bill clears committee (Crypto regulation)"
    assert render(make_digest(items=(update,))).subject == "Update: Custody date set (Crypto regulation)"
    assert render(make_digest(items=(replace(update, major=True),))).subject == (
        "Major: Custody date set (Crypto regulation)"
    )
    assert render(make_digest(items=(short, short, update))).subject == (
        "Crypto regulation: 2 new stories, 1 update: Reserve bill clears committee"
    )
    assert render(make_digest(items=(replace(short, major=True), short, update))).subject == (
        "Crypto regulation: 1 major story, 1 new story, 1 update: Reserve bill clears committee"
    )
    assert render(make_digest(0)).subject == "Crypto regulation: nothing new"


def test_a_long_headline_leaves_room_for_the_watch_in_the_subject() -> None:
    subject = render(make_digest(items=(make_item(2, headline="word " * 99),), watch_title="Watch " * 20)).subject
    assert len(subject) <= 120
    assert re.fullmatch(r"(word )+word… \((Watch )+Watch…\)", subject)


def test_a_watch_without_a_title_is_called_by_its_id() -> None:
    message = render(make_digest(0, watch_title="\u202e "))
    assert message.subject == "crypto: nothing new"
    assert lxml.html.fromstring(message.html).findtext(".//h1") == "crypto"


def test_the_inbox_preview_names_the_second_story() -> None:
    document = lxml.html.fromstring(render(make_digest(2)).html)
    preview = document.find_class("preview")[0].text_content()
    assert preview.startswith("Also: ESMA publishes final MiCA custody standards")


def test_the_inbox_preview_of_one_story_or_none_says_something() -> None:
    for digest, said in (
        (make_digest(1), "The Banking Committee voted 16 to 8"),
        (make_digest(items=(make_item(2, summary=""),)), "3 independent publishers, 3 articles"),
        (make_digest(0), "Nothing met the rules of this watch since Mon 07:00."),
    ):
        preview = lxml.html.fromstring(render(digest).html).find_class("preview")[0].text_content()
        assert preview.startswith(said)


def test_a_kind_is_told_in_words() -> None:
    items = (make_item(0, major=True), make_item(1), make_item(2))
    message = render(make_digest(items=items))
    tags = [tag.text_content() for tag in lxml.html.fromstring(message.html).find_class("tag")]
    assert tags == ["Major", "Update", "New"]
    assert re.findall(r"^(MAJOR|UPDATE|NEW)  ", message.text, re.MULTILINE) == ["MAJOR", "UPDATE", "NEW"]


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
    assert contrast(theme["major_text"], theme["major"]) >= 4.5


def test_every_colour_of_the_light_theme_has_a_dark_twin() -> None:
    html = render(make_digest(12)).html
    assert LIGHT.keys() == DARK.keys()
    assert all(colour in html for colour in DARK.values())
    assert set(re.findall(r"#[0-9a-f]{6}", html)) == {*LIGHT.values(), *DARK.values()}
