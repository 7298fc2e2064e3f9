"""Articles read again, compared and archived, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.articles import changed, packed, unpacked
from monitor.records import Article, Copied, Link, Quality, Read, Score, Unread
from monitor.store import Store
from monitor.store.entries import SETTLED
from tests.conformance.news import FEED, LATER, NOW, article, entry, linked, outcome, polled

SETTLED_LATER = LATER + SETTLED


def waiting(store: Store, key: str, at: datetime = NOW) -> Unread:
    return next(one for one in store.sources.unread(at, 10) if one.entry.key == key)


def keep(store: Store, key: str, made: Article, body: bytes = b"<p>x</p>", at: datetime = NOW) -> Unread:
    """Store the article of an entry that waits, with its page."""
    unread = waiting(store, key, at)
    page = packed(made.url, {"content-type": "text/html"}, body, at)
    store.articles.save([Read(unread=unread, article=made, page=page, outcome=outcome("read", unread.id))], at)
    return unread


def read(store: Store, *names: str, **facts: str) -> list[Article]:
    """Bring entries of these keys in and read each as an article of that id."""
    store.sources.sync([FEED])
    store.sources.save([polled(*(entry(name) for name in names))])
    made = [replace(article(name), text=f"Text of {name}.", **facts) for name in names]
    for one in made:
        keep(store, one.id, one)
    return made


def edit(store: Store, key: str, at: datetime = LATER) -> None:
    store.sources.save([polled(entry(key, "An edited title"), at=at)])


def test_everything_known_of_an_article_comes_back(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(entry("a"))])
    made = replace(
        article("a"),
        quality=Quality.PAYWALL,
        modified=LATER,
        dated_by="page",
        canonical="https://other.example/a",
        links=(Link(url="https://b.example/c", text="a court filing"),),
        site="one.example",
    )
    keep(store, "a", made)
    assert store.articles.known(["a"]) == {"a": made}


def test_an_edited_entry_is_read_again_once_it_has_settled(store: Store) -> None:
    read(store, "a")
    edit(store, "a")
    assert store.sources.unread(LATER, 10) == []
    [again] = store.sources.unread(SETTLED_LATER, 10)
    assert (again.again, again.entry.title) == ("a", "An edited title")


def test_an_old_article_is_not_read_again(store: Store) -> None:
    read(store, "a")
    edit(store, "a", NOW + timedelta(days=15))
    assert store.sources.unread(NOW + timedelta(days=16), 10) == []


def test_a_new_reading_replaces_the_old_one_which_is_kept(store: Store) -> None:
    [before] = read(store, "a")
    store.articles.save_compared(["a"], {"a": (0,)}, [], [], NOW)
    store.articles.save_scores([before], [score_of("a")], [], "m1", NOW)
    edit(store, "a")
    unread = waiting(store, "a", SETTLED_LATER)
    after = replace(before, title="Edited", text="Text of a. And more.", words=6)
    change = changed(before.text, after.text)
    page = packed(after.url, {}, b"<p>y</p>", LATER)
    told = outcome("read", unread.id, "revised")
    store.articles.save([Read(unread=unread, article=after, page=page, outcome=told, revised=change)], LATER)

    assert store.articles.known(["a"]) == {"a": after}
    [old] = store.articles.earlier("a")
    assert (old["title"], old["words"], old["until"]) == ("Title of a", 2, LATER)
    assert old["change"]["added"] == ["And more."]
    kept = store.archive.page("a")
    assert kept is not None
    assert unpacked(kept) == b"<p>y</p>"
    assert store.sources.unread(SETTLED_LATER, 10) == []
    assert [one.id for one in store.articles.unscored("m1", NOW - timedelta(days=1), 10)] == ["a"]
    assert store.articles.scores_of("a") == []
    assert [one.id for one in store.articles.uncompared(10)] == ["a"]


def score_of(name: str) -> Score:
    return Score(id=name, topic="t", score=1.0, probability=None, threshold=0.5, matched=True, passage="", terms=())


def test_an_article_is_compared_once(store: Store) -> None:
    read(store, "a", "b")
    assert [one.id for one in store.articles.uncompared(10)] == ["a", "b"]
    assert store.articles.compared(NOW - timedelta(days=1), 10) == []
    store.articles.save_compared(
        ["a", "b"], {"b": (0,)}, [Copied(id="b", of="a", share=0.75)], [outcome("compare", "b")], NOW
    )
    assert store.articles.uncompared(10) == []
    found = store.articles.known(["a", "b"])
    assert (found["a"].copy_of, found["a"].furniture) == (None, ())
    assert (found["b"].copy_of, found["b"].copy_share, found["b"].furniture) == ("a", 0.75, (0,))


def test_an_article_whose_original_comes_late_is_linked_to_it_unless_it_is_a_copy_already(store: Store) -> None:
    read(store, "a", "b", "c")
    store.articles.save_compared(["a", "b"], {}, [Copied(id="b", of="a", share=1.0)], [], NOW)
    late = [Copied(id="a", of="c", share=0.9), Copied(id="b", of="c", share=0.7)]
    store.articles.save_compared(["c"], {}, late, [], NOW)
    found = store.articles.known(["a", "b", "c"])
    assert [(found[one].copy_of, found[one].copy_share) for one in "abc"] == [("c", 0.9), ("a", 1.0), (None, 0.0)]


def test_furniture_is_left_out_where_articles_are_judged_but_not_where_a_site_is_looked_at(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(entry("a"))])
    keep(store, "a", replace(article("a"), text="Most read.\n\nThe news.", site="one.example"))
    store.articles.save_compared(["a"], {"a": (0,)}, [], [], NOW)
    since = NOW - timedelta(days=1)
    assert [one.text for one in store.articles.compared(since, 10)] == ["The news."]
    assert [one.text for one in store.grouping.waiting(since, 10)] == ["The news."]
    assert [one.text for one in store.articles.of_site("one.example", 10)] == ["Most read.\n\nThe news."]
    assert store.articles.of_site("other.example", 10) == []


def test_articles_of_the_same_text_are_found_whatever_their_age(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(entry("old"), entry("new"))])
    keep(store, "old", replace(article("old", NOW - timedelta(days=400)), text="Word for word."))
    store.articles.save_compared(["old"], {}, [], [], NOW)
    keep(store, "new", replace(article("new"), text="Word for word."))
    assert [one.id for one in store.articles.same_text(["new"])] == ["old"]


def test_the_archive_says_how_large_it_is_and_gives_up_what_is_old(store: Store) -> None:
    read(store, "a", "b")
    size = store.archive.size()
    assert (size.articles, size.pages, size.raw_bytes, size.oldest) == (2, 2, 16, NOW)
    assert size.packed_bytes > 0
    assert store.archive.prune(NOW) == 0
    assert store.archive.prune(LATER) == 2
    assert store.archive.page("a") is None
    assert len(store.articles.known(["a", "b"])) == 2


def test_an_earlier_reading_outlives_its_page(store: Store) -> None:
    [before] = read(store, "a")
    edit(store, "a")
    unread = waiting(store, "a", SETTLED_LATER)
    after = replace(before, text="Other text.")
    page = packed(after.url, {}, b"<p>y</p>", LATER)
    change = changed(before.text, after.text)
    told = outcome("read", unread.id, "revised")
    store.articles.save([Read(unread=unread, article=after, page=page, outcome=told, revised=change)], LATER)
    kept = store.archive.size().packed_bytes
    assert store.archive.prune(LATER) == 1
    assert store.archive.size().packed_bytes < kept
    assert len(store.articles.earlier("a")) == 1
    assert store.archive.page("a") is not None


def test_the_archive_is_gone_through_with_the_first_entry_that_led_to_each_page(store: Store) -> None:
    read(store, "a", "b")
    found = [(unread.again, unread.entry.key, unpacked(page)) for unread, page in store.archive.all()]
    assert found == [("a", "a", b"<p>x</p>"), ("b", "b", b"<p>x</p>")]
    assert list(store.archive.all(LATER)) == []


def test_a_reading_from_the_archive_leaves_the_entry_as_it_is(store: Store) -> None:
    [before] = read(store, "a")
    edit(store, "a")
    unread = waiting(store, "a", SETTLED_LATER)
    after = replace(before, text="Read better.")
    told = outcome("read", unread.id, "revised")
    change = changed(before.text, after.text)
    store.articles.revise([Read(unread=unread, article=after, page=None, outcome=told, revised=change)], LATER)
    assert store.articles.known(["a"])["a"].text == "Read better."
    assert waiting(store, "a", SETTLED_LATER).again == "a"
    page = store.archive.page("a")
    assert page is not None
    assert unpacked(page) == b"<p>x</p>"


def test_an_article_is_known_by_every_link_that_led_to_it(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(linked("x", "story"), linked("y", "tale"))])
    made = article("found-elsewhere")
    keep(store, "x", made)
    assert store.articles.known_by_link(["key-of-story", "key-of-tale", "key-of-nothing"]) == {"key-of-story": made}


def test_articles_that_several_entries_led_to_are_told_apart(store: Store) -> None:
    read(store, "a", "b")
    store.sources.save([polled(entry("again"))])
    keep(store, "again", article("a"))
    assert store.articles.shared(["a", "b"]) == {"a"}


def test_what_copies_a_rewritten_article_is_compared_again(store: Store) -> None:
    before, _ = read(store, "a", "b")
    store.articles.save_compared(["a", "b"], {}, [Copied(id="b", of="a", share=1.0)], [], NOW)
    edit(store, "a")
    unread = waiting(store, "a", SETTLED_LATER)
    after = replace(before, text="Quite another text.")
    told = outcome("read", unread.id, "revised")
    change = changed(before.text, after.text)
    store.articles.save([Read(unread=unread, article=after, page=None, outcome=told, revised=change)], LATER)
    assert [one.id for one in store.articles.uncompared(10)] == ["a", "b"]
    assert store.articles.known(["b"])["b"].copy_of is None


def test_an_old_article_keeps_its_scores_when_its_text_is_replaced(store: Store) -> None:
    store.sources.sync([FEED])
    store.sources.save([polled(entry("a"))])
    old = article("a", NOW - timedelta(days=30))
    unread = keep(store, "a", old)
    store.articles.save_scores([old], [score_of("a")], [], "m1", NOW)
    after = replace(old, text="Read better.")
    told = outcome("read", unread.id, "revised")
    change = changed(old.text, after.text)
    store.articles.revise([Read(unread=unread, article=after, page=None, outcome=told, revised=change)], NOW)
    assert store.articles.known(["a"])["a"].text == "Read better."
    assert store.articles.scores_of("a") == [score_of("a")]
