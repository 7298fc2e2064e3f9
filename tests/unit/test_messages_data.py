"""A digest as data for other programs: names that stay, whole texts, and nothing that JSON does not know."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from monitor.messages import data
from monitor.records import News, Quoted, Status
from tests.factories import NOW, SINCE, make_digest, make_item, make_matched, make_source

QUOTED = Quoted(article_id="a1-0", publisher="EU Markets Brief", text="Custodians have until July.")


def test_the_names_of_version_1_stay() -> None:
    """Other programs read these names: add to them, but take none away without a new version."""
    news = News(
        sentences=(QUOTED,), figures=("1 July",), actors=("ESMA",), status=Status(word="final", shown_by=QUOTED)
    )
    written = data.write(make_digest(items=(make_item(1, news=news, status=news.status, quoted=(QUOTED,)),)))
    story = written["stories"][0]
    assert written["version"] == 1
    assert " ".join(written) == (
        "version id watch person why trigger created_at timezone slot next_at thread waiting counts coverage stories "
        "also held actions"
    )
    assert [*written["watch"]] == ["id", "title"]
    assert [*written["counts"]] == ["stories", "new", "updates", "major"]
    assert [*written["coverage"]] == ["since", "feeds", "feeds_answering", "silent", "articles", "teasers"]
    assert " ".join(story) == (
        "id kind tag major headline url summary quoted publishers unseen reason since hours status news first_seen "
        "first_sure sources matched actions"
    )
    article = ["id", "title", "url", "publisher", "published", "new", "relation", "teaser"]
    assert [*story["sources"][0]] == [*story["first_seen"]] == [*written["also"][0]] == article
    assert (
        " ".join(story["matched"][0])
        == "topic title score probability threshold terms against passage part parts article publisher"
    )
    assert [*story["news"]] == ["sentences", "figures", "actors", "status", "before"]
    assert [*story["status"]] == ["word", "shown_by"]
    assert [*story["quoted"][0]] == ["article", "publisher", "text"]
    assert [*written["held"][0]] == ["id", "headline", "url", "publisher", "reason", "message"]
    assert [*written["actions"][0]] == [*story["actions"][0]] == ["name", "label", "url", "command"]


def test_everything_the_digest_holds_comes_through() -> None:
    written = data.write(make_digest(2, waiting=3, thread="d0"))
    first, second = written["stories"]
    assert (written["id"], written["person"], written["thread"], written["waiting"]) == ("d1", "ana", "d0", 3)
    assert written["counts"] == {"stories": 2, "new": 1, "updates": 1, "major": 1}
    assert (first["tag"], first["kind"], first["major"], first["news"]) == ("Major", "new", True, None)
    assert (second["tag"], second["publishers"], sum(second["hours"])) == ("Update", 3, 2)
    assert [article["new"] for article in second["sources"]] == [True, True, False]
    assert first["matched"][0]["terms"] == ["stablecoin", "reserve requirements", "Senate"]
    assert first["actions"][2]["command"] == "monitor mute s0 --as ana --for 7d"
    assert written["coverage"]["silent"] == ["Brussels Desk", "Tokyo Brief"]


def test_times_are_utc() -> None:
    berlin = NOW.astimezone(datetime.fromisoformat("2026-01-01T00:00+01:00").tzinfo)
    written = data.write(make_digest(1, created_at=berlin, slot=None))
    assert written["created_at"] == "2026-11-24T06:00:00+00:00"
    assert written["slot"] is None
    assert datetime.fromisoformat(written["coverage"]["since"]) == SINCE


def test_what_is_not_known_is_null() -> None:
    matched = make_matched(probability=None, threshold=float("nan"), score=float("inf"))
    item = make_item(url="javascript:alert(1)", matched=(matched,), first_seen=make_source(url=""))
    story = data.write(make_digest(items=(item,)))["stories"][0]
    assert story["url"] is story["first_seen"]["url"] is story["status"] is story["since"] is None
    found = story["matched"][0]
    assert found["probability"] is found["threshold"] is found["score"] is found["against"] is None


@pytest.mark.parametrize("stories", [0, 1, 12, 60])
def test_it_is_json_and_reads_back_the_same(stories: int) -> None:
    written = data.write(make_digest(stories))
    assert json.loads(json.dumps(written, allow_nan=False)) == written


def test_texts_are_whole_and_on_one_line() -> None:
    long = "Custodians must report.\r\n" * 400
    digest = make_digest(items=(make_item(summary=long, headline=long),))
    story: dict[str, Any] = data.write(replace(digest, trigger="a\nb"))["stories"][0]
    assert story["headline"] == story["summary"] == " ".join(long.split())
