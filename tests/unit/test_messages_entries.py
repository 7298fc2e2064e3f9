"""The stories of a digest as entries of a feed that anybody may read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import lxml.html
import pytest

from monitor.messages import entries
from monitor.messages.pages import compose
from monitor.records import Digest, FeedEntry, Kind
from tests.factories import NOW, make_actions, make_digest, make_item, make_source

TAGS = {"p", "strong", "ul", "li", "a", "time"}


def written(digest: Digest) -> tuple[FeedEntry, ...]:
    """Return the entries of a digest."""
    return entries.write(digest, compose(digest))


@pytest.mark.parametrize("stories", [0, 1, 2, 12, 60])
def test_there_is_an_entry_for_each_story(stories: int) -> None:
    digest = make_digest(stories)
    found = written(digest)
    assert [entry.url for entry in found] == [item.url for item in digest.items]
    assert len({entry.id for entry in found}) == stories


def test_an_entry_says_what_it_is() -> None:
    major, update = written(make_digest(2))
    assert major.title.startswith("Major: Senate committee clears")
    assert update.title.startswith("Update: ESMA publishes")
    assert (major.tags, update.tags) == (("Major", "Crypto regulation"), ("Update", "Crypto regulation"))
    assert major.at == NOW
    assert not written(make_digest(items=(make_item(2),)))[0].title.startswith("New")


def test_the_same_news_has_the_same_id_for_everybody() -> None:
    digest = make_digest(2)
    other = replace(digest, id="d9", person_id="ben", watch_id="other", timezone="Asia/Tokyo", created_at=NOW)
    assert [entry.id for entry in written(digest)] == [entry.id for entry in written(other)]
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", e.id) for e in written(digest))


def test_other_news_has_another_id() -> None:
    plain = make_item(2)
    later = make_item(2, sources=(*plain.sources, make_source(article_id="late")))
    known = make_item(2, sources=(*plain.sources, make_source(article_id="late", is_new=False)))
    update = make_item(2, kind=Kind.UPDATE)
    assert len({entries.identity(item) for item in (plain, later, update, make_item(1))}) == 4
    assert entries.identity(known) == entries.identity(plain)


def test_no_order_of_articles_changes_an_id() -> None:
    item = make_item(2)
    assert entries.identity(replace(item, sources=item.sources[::-1])) == entries.identity(item)


def test_nothing_of_a_reader_s_own_is_in_a_feed() -> None:
    item = make_item(actions=make_actions("s0", "https://a.example/1", address="https://news.example.org"))
    for entry in (*written(make_digest(items=(item,))), *written(make_digest(2))):
        for part in (entry.html, entry.text, entry.title, *entry.tags):
            assert "ana" not in part.split()
            assert "news.example.org" not in part
            assert "monitor " not in part


def test_times_can_be_read_on_any_later_day() -> None:
    entry = written(make_digest(items=(make_item(1),)))[0]
    times = lxml.html.fragments_fromstring(entry.html)
    shown = [time for part in times for time in part.iter("time")]
    assert (shown[0].get("datetime"), shown[0].text) == ("2026-11-23T14:18:00Z", "2026-11-23 15:18 CET")
    assert "New since 2026-11-23 07:00 CET:" in entry.html
    assert "New since 2026-11-23 07:00 CET:" in entry.text


def test_a_late_article_is_not_called_newer_than_the_last_message() -> None:
    late = make_source(published=NOW - timedelta(days=3), is_new=True)
    entry = written(make_digest(items=(make_item(1, sources=(late,)),)))[0]
    for part in (entry.html, entry.text):
        assert "New since you were last told:" in part


def test_a_zone_without_a_name_is_told_by_its_hours_and_minutes() -> None:
    entry = written(make_digest(items=(make_item(2),), timezone="Asia/Kathmandu"))[0]
    assert "2026-11-24 07:15 UTC+05:45" in entry.text


def test_a_time_beyond_the_calendar_is_shown_as_it_is() -> None:
    late = make_source(published=NOW.replace(year=9999, month=12, day=31) + timedelta(hours=17))
    entry = written(make_digest(items=(make_item(2, sources=(late, make_source())),)))[0]
    assert "9999-12-31 23:00 UTC" in entry.text


def test_markup_is_ours_alone() -> None:
    item = make_item(headline="<b>x</b>", summary="<script>alert(1)</script> & <p>", url="javascript:alert(1)")
    entry = written(make_digest(items=(item,)))[0]
    parts = lxml.html.fragments_fromstring(entry.html)
    assert {element.tag for part in parts for element in part.iter()} <= TAGS
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;p&gt;" in entry.html
    assert "<script>alert(1)</script> & <p>" in entry.text
    assert entry.url == ""


def test_html_and_text_have_the_same_links() -> None:
    for entry in written(make_digest(12)):
        parts = lxml.html.fragments_fromstring(entry.html)
        links = {str(link) for part in parts for link in part.xpath(".//@href")}
        assert links == set(re.findall(r"https?://\S+", entry.text))


def test_a_month_long_story_names_thirty_articles_and_counts_the_rest() -> None:
    sources = tuple(make_source(article_id=f"a{n}", url=f"https://a.example/{n}") for n in range(200))
    entry = written(make_digest(items=(make_item(2, sources=sources),)))[0]
    assert entry.html.count("<li>") == entry.text.count("\n- ") == 30
    assert "and 170 more" in entry.html
    assert "and 170 more" in entry.text


def test_a_copy_and_a_teaser_are_marked() -> None:
    sources = (make_source(relation="copies"), make_source(article_id="a2", teaser=True))
    entry = written(make_digest(items=(make_item(2, sources=sources),)))[0]
    for part in (entry.html, entry.text):
        assert ", copy" in part
        assert ", teaser only" in part
