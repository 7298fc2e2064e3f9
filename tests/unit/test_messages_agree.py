"""One digest, six renderings: they name the same stories, links, numbers and times, in the same order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import lxml.html
import pytest

from monitor.messages import brief, entries, render, words
from monitor.messages.pages import compose
from monitor.records import Digest, Message, News, Quoted, Status
from tests import slack_limits
from tests.factories import NOW, SINCE, make_actions, make_digest, make_held, make_item, make_source

Story = tuple[str, str, str]
"""Tag, headline, address."""

QUOTED = Quoted(article_id="a1-0", publisher="EU Markets Brief", text="Custodians have until July.")
STATUS = Status(word="final", shown_by=QUOTED)
NEWS = News(sentences=(QUOTED,), figures=("1 July 2027",), actors=("ESMA",), status=STATUS, before="proposed")
RICH = make_digest(
    items=(
        make_item(1, major=True, news=NEWS, status=STATUS, unseen=("Ledger Wire",)),
        make_item(
            0, major=False, first_sure=False, actions=make_actions("s0", "https://a.example", "https://n.example")
        ),
        make_item(3, news=NEWS, url="https://a.example/?q=a|b&c=<d>"),
        make_item(2, sources=(make_source(),), first_seen=make_source(), publishers=1),
        make_item(2, headline="", url="", sources=(make_source(url="", relation="copies", teaser=True),)),
    ),
    held=(make_held(url="https://held.example/1", publisher="Harbor Wire"),),
    waiting=4,
)
DIGESTS = {
    "none": make_digest(0),
    "one": make_digest(1),
    "two": make_digest(2),
    "three": make_digest(3),
    "twelve": make_digest(12),
    "sixty": make_digest(60),
    "rich": RICH,
}


def in_data(message: Message) -> list[Story]:
    return [
        (story["tag"], story["headline"] or "(no headline)", story["url"] or "") for story in message.data["stories"]
    ]


def in_html(message: Message) -> list[Story]:
    document = lxml.html.fromstring(message.html)
    tags = [element.text_content() for element in document.find_class("tag")]
    titles = document.find_class("headline")
    return [
        (tag, title.text_content().strip(), "".join(title.xpath(".//a/@href")))
        for tag, title in zip(tags, titles, strict=True)
    ]


def in_slack(message: Message) -> list[Story]:
    found = []
    for block in message.slack["blocks"]:  # type: ignore[attr-defined]  # JSON is typed as object
        if block.get("block_id", "").startswith("story-"):
            tag, title, *_ = block["text"]["text"].splitlines()
            link = slack_limits.LINK.search(title)
            shown, url = (link[2], link[1].replace("&amp;", "&")) if link else (title.strip("*"), "")
            found.append((tag.split("*")[1], shown, url))
    return found


def in_entries(message: Message) -> list[Story]:
    return [(entry.tags[0], re.sub("^(Major|Update): ", "", entry.title), entry.url) for entry in message.entries]


def in_brief(message: Message) -> list[Story]:
    found = [re.fullmatch(r"(\w+): (.*) \([^()]*\)(?: (\S+))?", line) for line in message.brief]
    return [(line[1], line[2], line[3] or "") for line in found if line]


def text_of(digest: Digest, message: Message) -> list[str]:
    """Return the plain text of each story, without its line breaks."""
    starts = [f"{piece.tag.upper()}  {piece.facts}" for piece in compose(digest).pieces]
    body, found = message.text, []
    for start in reversed(starts):
        body, _, told = body.rpartition(f"\n{start}\n")
        found.append(" ".join(f"{start} {told.partition('-' * 72)[0]}".split()))
    return found[::-1]


@pytest.mark.parametrize("digest", DIGESTS.values(), ids=DIGESTS)
def test_the_same_stories_in_the_same_order(digest: Digest) -> None:
    message = render(digest)
    told = in_data(message)
    assert len(told) == len(digest.items)
    assert in_entries(message) == in_brief(message) == told
    for shown in (in_html(message), in_slack(message)):
        assert shown == told[: len(shown)]
        assert shown or not told
    texts = text_of(digest, message)
    assert len(texts) == len(told)
    for text, (tag, headline, url) in zip(texts, told, strict=True):
        assert re.match(rf"{tag.upper()} .*? {re.escape(headline)} {re.escape(url)}", text)


@pytest.mark.parametrize("digest", DIGESTS.values(), ids=DIGESTS)
def test_stories_that_are_not_shown_are_counted(digest: Digest) -> None:
    message = render(digest)
    for part, shown in ((message.html, in_html(message)), (str(message.slack), in_slack(message))):
        left_out = len(digest.items) - len(shown)
        counted = words.plural(left_out, "more story", "more stories")
        assert (re.search(rf"{counted} (do(es)? not fit|not shown)", part) is not None) == bool(left_out)


@pytest.mark.parametrize("digest", DIGESTS.values(), ids=DIGESTS)
def test_the_same_numbers(digest: Digest) -> None:
    message = render(digest)
    facts = [
        f"{words.plural(story['publishers'], 'independent publisher')}, "
        f"{words.plural(len(story['sources']), 'article')}"
        for story in message.data["stories"]
    ]
    document = lxml.html.fromstring(message.html)
    taglines = [element.text_content() for element in document.find_class("tagline")]
    sections = [text for text in slack_limits.texts(message.slack) if re.match(r"\*(New|Update|Major)\*  ", text)]
    told = (
        text_of(digest, message),
        message.brief,
        [e.html for e in message.entries],
        [e.text for e in message.entries],
    )
    assert all(len(parts) == len(facts) for parts in told)
    for parts in (*told, taglines, sections):
        assert all(fact in part for fact, part in zip(facts, parts, strict=False))
    counts = message.data["counts"]
    tags = [story["tag"] for story in message.data["stories"]]
    assert counts["stories"] == counts["new"] + counts["updates"] == len(tags)
    assert counts["major"] == tags.count("Major")
    nouns = (("Major", "major story", "major stories"), ("New", "new story", "new stories"), ("Update", "update"))
    said = ", ".join(words.plural(tags.count(tag), *noun) for tag, *noun in nouns if tag in tags)
    for part in (message.html, message.text, str(message.slack)):
        assert f"{said} from 23 articles" in " ".join(re.sub("<[^>]+>|\\*", "", part).split()) or not said


@pytest.mark.parametrize("digest", DIGESTS.values(), ids=DIGESTS)
def test_the_same_links(digest: Digest) -> None:
    """The data has them all; the text and the feed too; mail and Slack only ones that are there."""
    message = render(digest)
    named = [links_of(story) for story in message.data["stories"]]
    everywhere = set().union(*named, *(links_of(message.data[name]) for name in ("also", "held", "actions")))
    everywhere |= set().union(*(links_of(story["actions"]) for story in message.data["stories"]))
    assert everywhere <= set(message.text.split())
    document = lxml.html.fromstring(message.html)
    assert {str(link) for link in document.xpath("//@href")} <= everywhere
    assert set(slack_limits.links(message.slack)) <= everywhere
    for entry, links in zip(message.entries, named, strict=True):
        parts = lxml.html.fragments_fromstring(entry.html)
        assert {str(link) for part in parts for link in part.xpath(".//@href")} | {entry.url} == links | {entry.url}


@pytest.mark.parametrize("digest", DIGESTS.values(), ids=DIGESTS)
def test_the_same_times(digest: Digest) -> None:
    message = render(digest)
    zone = words.zone_of(digest.timezone)
    for story, text, entry in zip(message.data["stories"], text_of(digest, message), message.entries, strict=True):
        times = {datetime.fromisoformat(article["published"]) for article in (story["first_seen"], *story["sources"])}
        assert all(words.moment(time, NOW, zone) in text for time in times)
        parts = lxml.html.fragments_fromstring(entry.html)
        shown = {datetime.fromisoformat(str(time)) for part in parts for time in part.xpath(".//@datetime")}
        assert shown == times
    for part in (message.text, message.html, str(message.slack)):
        assert words.day(NOW, zone) in part
        assert words.moment(SINCE, NOW, zone) in part


def test_an_update_says_the_same_news_everywhere() -> None:
    message = render(RICH)
    entry = message.entries[0]
    for part in (message.html, message.text, str(message.slack), entry.html, entry.text):
        told = " ".join(part.split())
        assert "Custodians have until July." in told
        assert "Now final, before proposed." in told
        assert "1 July 2027" in told
    assert message.data["stories"][0]["news"]["status"]["word"] == "final"


def test_brief_and_entries_are_what_a_message_carries() -> None:
    message, page = render(RICH), compose(RICH)
    assert message.brief == brief.write(page)
    assert message.entries == entries.write(RICH, page)


def links_of(value: object) -> set[str]:
    """Return every address in data, except those of actions."""
    if isinstance(value, Mapping):
        inner: dict[str, Any] = {key: part for key, part in value.items() if key not in {"url", "actions"}}
        return ({value["url"]} if value.get("url") else set()).union(*map(links_of, inner.values()))
    return set().union(*map(links_of, value)) if isinstance(value, list) else set()
