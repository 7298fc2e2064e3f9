"""Entries stay the same when only their addresses flip, and stay apart when they are not the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds import article_key, parse
from monitor.records import ParsedFeed

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def read(*items: str, now: datetime = NOW, head: str = "<title>News</title>") -> ParsedFeed:
    body = "".join(f"<item>{item}</item>" for item in items)
    document = f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{body}</channel></rss>'
    return parse(document.encode(), url="https://news.example/feed", feed_id="news", now=now)


def item(guid: str = "", link: str = "", title: str = "Court rules", more: str = "") -> str:
    written = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    return f"<title>{title}</title>{written}" + (f"<link>{link}</link>" if link else "") + more


def key_of(guid: str) -> str:
    (entry,) = read(item(guid)).entries
    return entry.key


# Guids


@pytest.mark.parametrize(
    "guid",
    [
        "http://news.example/a",
        "https://www.news.example/a",
        "https://m.news.example/a/",
        "HTTPS://news.example/a",
        "https://news.example/a?utm_source=rss",
        "https://news.example/a#3",
        " https://news.example/a \u200e",
    ],
)
def test_a_guid_that_is_a_url_stays_the_same_whatever_flips(guid: str) -> None:
    assert key_of(guid.replace("&", "&amp;")) == "news.example/a"


@pytest.mark.parametrize(
    ("guid", "key"),
    [
        ("1234 at https://news.example", "1234 at https://news.example"),
        ("urn:uuid:AB-12", "urn:uuid:AB-12"),
        ("tag:news.example,2026:/a?amp=1#2", "tag:news.example,2026:/a?amp=1#2"),
        ("  A1\u202e\x7f\t\n B2 ", "A1 B2"),
        ("&lt;b&gt;7&lt;/b&gt;", "<b>7</b>"),
        ("www.news.example/a/", "www.news.example/a/"),
    ],
)
def test_an_opaque_guid_is_kept_as_it_is_without_what_nobody_sees(guid: str, key: str) -> None:
    assert key_of(guid) == key


def test_guids_that_name_parts_of_one_page_stay_apart() -> None:
    parts = [item(f"https://news.example/live#post-{n}", "https://news.example/live", f"Post {n}") for n in range(3)]
    assert [entry.key for entry in read(*parts).entries] == [f"news.example/live#post-{n}" for n in range(3)]


def test_guids_that_would_become_one_keep_their_own_form_when_their_titles_differ() -> None:
    guids = [f"https://news.example/letter?campaign_id={n}" for n in (1, 2)]
    feed = read(*(item(guid, title=f"Letter {guid[-1]}") for guid in guids))
    assert [entry.key for entry in feed.entries] == guids


def test_guids_that_become_one_under_the_same_title_are_one_entry() -> None:
    feed = read(item("http://news.example/a"), item("https://www.news.example/a"))
    assert [entry.key for entry in feed.entries] == ["news.example/a"]
    assert feed.dropped == {"duplicate": 1}


def anchors(*numbers: int, link: str = "https://x.example/news#{}") -> list[str]:
    return [item(f"https://x.example/news#{n}", link.format(n), f"Part {n}") for n in numbers]


def test_a_number_that_the_link_has_too_names_a_part_of_the_page() -> None:
    feed = read(*anchors(1, 2, 3, 4))
    assert [entry.key for entry in feed.entries] == [f"x.example/news#{n}" for n in (1, 2, 3, 4)]
    assert [entry.title for entry in feed.entries] == [f"Part {n}" for n in (1, 2, 3, 4)]
    assert {entry.url_key for entry in feed.entries} == {None}


def test_parts_of_a_page_keep_their_keys_when_they_come_one_by_one() -> None:
    alone = [read(*anchors(n)).entries[0].key for n in (1, 2, 3)]
    assert alone == [entry.key for entry in read(*anchors(3, 2, 1)).entries][::-1]


def test_numbers_under_different_titles_in_one_document_are_no_revisions() -> None:
    feed = read(*anchors(1, 2, 3, link="https://x.example/news"))
    assert [entry.key for entry in feed.entries] == [f"x.example/news#{n}" for n in (1, 2, 3)]


def test_numbers_under_one_title_in_one_document_are_revisions() -> None:
    feed = read(*(item(f"https://x.example/a#{n}", "https://x.example/a") for n in (0, 1)))
    assert [entry.key for entry in feed.entries] == ["x.example/a"]
    assert feed.dropped == {"duplicate": 1}


def test_one_article_under_two_headlines_is_one_entry() -> None:
    page, date = "https://a.example/news/1", "<pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate>"
    feed = read(item(f"{page}#1", page, "Court sits", date), item(f"{page}#8", page, "Court rules", date))
    assert [(entry.title, entry.url_key) for entry in feed.entries] == [("Court sits", article_key(page))]
    assert feed.dropped == {"duplicate": 1}
    other = "<pubDate>Sat, 21 Nov 2026 11:00:00 GMT</pubDate>"
    assert len(read(item(f"{page}#1", page, "One", date), item(f"{page}#2", page, "Two", other)).entries) == 2


def test_a_revision_beside_parts_of_another_page_is_still_one() -> None:
    article = [item(f"https://x.example/a#{n}", "https://x.example/a?at_medium=RSS", f"Title {n}") for n in (0, 1)]
    before, after = (read(*anchors(1, 2), one) for one in article)
    assert before.entries[-1].key == after.entries[-1].key == "x.example/a"


# Guid and link shared


def everything_shared(*titles: str) -> dict[str, str]:
    feed = read(*(item("g", "https://x.example/", title) for title in titles))
    return {entry.title: entry.key for entry in feed.entries}


def test_one_guid_and_one_link_for_all_loses_no_title() -> None:
    assert list(everything_shared("A", "B", "C")) == ["A", "B", "C"]


def test_keys_under_one_guid_and_one_link_stay_when_the_order_changes_and_new_ones_come() -> None:
    before, after = everything_shared("A", "B", "C"), everything_shared("D", "C", "B", "E")
    assert len(set(after.values())) == 4
    assert {title: after[title] for title in "BC"} == {title: before[title] for title in "BC"}


def test_one_guid_and_one_link_for_all_loses_no_untitled_text() -> None:
    texts = [f"<guid isPermaLink='false'>g</guid><link>https://x.example/</link><description>{n}" for n in "ABC"]
    assert len(read(*(f"{text}</description>" for text in texts)).entries) == 3


@pytest.mark.parametrize("guid", ["", "g"])
def test_links_to_parts_of_one_page_are_entries_of_their_own_even_under_one_title(guid: str) -> None:
    links = [f"https://x.example/news#{n}" for n in (1, 2, 3)]
    feed = read(*(item(guid, link) for link in links))
    assert len({entry.key for entry in feed.entries}) == 3
    assert {entry.key for entry in read(*(item(guid, link) for link in links[1:])).entries} < {
        entry.key for entry in feed.entries
    }
    assert {(entry.url, entry.url_key) for entry in feed.entries} == {("https://x.example/news", None)}


def test_long_guids_that_differ_only_at_their_end_stay_apart() -> None:
    feed = read(item("g" * 3_000 + "1"), item("g" * 3_000 + "2"))
    assert len({entry.key for entry in feed.entries}) == 2


# Neither guid nor URL


def dated(day: int) -> str:
    return f"<pubDate>{day} Nov 2026 10:00:00 GMT</pubDate>"


def test_the_same_text_under_a_later_date_is_another_entry() -> None:
    both = read(item(more=dated(20)), item(more=dated(18)))
    earlier = read(item(more=dated(18)))
    assert len(both.entries) == 2
    assert both.entries[1].key == earlier.entries[0].key


def test_what_is_left_of_a_repeated_text_is_not_taken_for_something_new() -> None:
    known = {entry.key for entry in read(item(more=dated(20)), item(more=dated(18))).entries}
    assert {entry.key for entry in read(item(more=dated(20))).entries} < known


def test_the_same_text_under_the_same_date_is_one_entry() -> None:
    assert read(item(more=dated(20)), item(more=dated(20))).dropped == {"duplicate": 1}


def test_dates_of_the_future_do_not_tell_texts_apart() -> None:
    assert read(item(more=dated(23)), item(more=dated(22).replace("10:", "20:"))).dropped == {"duplicate": 1}


# The key of the article


def test_the_url_key_is_that_of_the_article() -> None:
    (entry,) = read(item("g", "https://m.news.example/a/?utm_source=rss")).entries
    assert entry.url_key == article_key("https://news.example/a")


def test_an_entry_without_url_has_no_url_key() -> None:
    (entry,) = read(item("g")).entries
    assert (entry.url, entry.url_key) == (None, None)


def test_a_url_that_several_items_share_is_nobodys_key() -> None:
    feed = read(
        item("1", "https://news.example/", "One"),
        item("2", "http://www.news.example/index.html", "Two"),
        item("3", "https://news.example/3", "Three"),
    )
    assert [entry.url_key for entry in feed.entries] == [None, None, article_key("https://news.example/3")]


def test_an_item_that_was_left_out_shares_nothing() -> None:
    (entry,) = read(item("1", "https://news.example/a"), item("1", "https://news.example/a")).entries
    assert entry.url_key == article_key("https://news.example/a")


# The hash of what the entries say

A, B = (item(name, f"https://news.example/{name}", f"Title {name}", dated(20)) for name in "ab")


def test_the_hash_does_not_mind_order_furniture_and_tracking() -> None:
    furniture = (
        "<title>Other</title><lastBuildDate>Sun, 22 Nov 2026 11:00:00 GMT</lastBuildDate><generator>x</generator>"
    )
    tracked = B.replace("news.example/b", "news.example/b?utm_campaign=1")
    hashes = {
        read(A, B).entries_hash,
        read(B, A).entries_hash,
        read(A, B, head=furniture).entries_hash,
        read(A, tracked).entries_hash,
        read(A, B, now=NOW + timedelta(hours=3)).entries_hash,
    }
    assert len(hashes) == 1
    assert len(hashes.pop()) == 64


@pytest.mark.parametrize(
    "changed",
    [
        (A,),
        (A, B, item("c")),
        (A, B.replace("Title b", "Title B")),
        (A, B.replace("news.example/b", "news.example/c")),
        (A, B.replace("20 Nov", "21 Nov")),
        (A, B + "<description>new</description>"),
        (A, B + "<c:encoded xmlns:c='http://purl.org/rss/1.0/modules/content/'>new</c:encoded>"),
    ],
)
def test_the_hash_changes_with_what_an_entry_says(changed: tuple[str, ...]) -> None:
    assert read(*changed).entries_hash != read(A, B).entries_hash


def test_fields_do_not_run_into_each_other_in_the_hash() -> None:
    shifted = read(item("1", title="ab", more="<description>c</description>"))
    assert shifted.entries_hash != read(item("1", title="a", more="<description>bc</description>")).entries_hash


def test_dates_that_follow_the_clock_do_not_change_the_hash() -> None:
    def ahead(now: datetime) -> ParsedFeed:
        written = (now + timedelta(hours=2)).strftime("%d %b %Y %H:%M:%S GMT")
        return read(item("1", more=f"<pubDate>{written}</pubDate>"), now=now)

    later = NOW + timedelta(minutes=15)
    assert ahead(NOW).entries[0].published == NOW
    assert ahead(NOW).entries_hash == ahead(later).entries_hash


def test_made_up_dates_do_not_change_the_hash() -> None:
    def made_up(now: datetime) -> ParsedFeed:
        written = now.strftime("%d %b %Y %H:%M:%S GMT")
        return read(*(item(str(n), more=f"<pubDate>{written}</pubDate>") for n in range(5)), now=now)

    feed = made_up(NOW)
    assert {(entry.published, entry.updated, entry.date_note) for entry in feed.entries} == {(None, None, "made-up")}
    assert feed.entries_hash == made_up(NOW + timedelta(minutes=15)).entries_hash


def test_the_whole_entry_is_the_same_whatever_flips() -> None:
    (before,) = read(item("http://news.example/a#0", "http://news.example/a?at_medium=RSS")).entries
    (after,) = read(item("https://www.news.example/a#1", "https://www.news.example/a")).entries
    assert replace(after, url=before.url) == before
