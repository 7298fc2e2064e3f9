"""Which text stands for an article, and what is said about a doubtful one."""

from __future__ import annotations

import pytest

from monitor.articles import extract, from_feed
from monitor.errors import ExtractError
from monitor.records import Quality
from tests.pages import BODY, LONGER, URL, json_ld, page, page_of


def test_the_feeds_text_wins_over_a_teaser_page() -> None:
    article = extract(page(page_of(*BODY[:3]), content="\n".join(LONGER)))
    assert (article.method, article.reason) == ("feed-content", "")
    assert article.text == "\n\n".join(LONGER)


def test_the_page_wins_over_a_feed_that_has_little_more() -> None:
    article = extract(page(page_of(*LONGER), content="\n".join([*LONGER, "Share this story with a friend."])))
    assert article.method == "page"


def test_the_text_in_json_ld_stands_in_for_a_paid_page() -> None:
    node = json_ld(isAccessibleForFree=False, articleBody="<p>" + "</p><p>".join(LONGER))
    article = extract(page(page_of(*BODY[:3], "Subscribe to continue reading.", head=node)))
    assert (article.method, article.reason) == ("json-ld", "")
    assert LONGER[-1] in article.text


def test_the_pages_summary_of_itself_is_better_than_two_words() -> None:
    head = f'<meta name="description" content="{BODY[1]}">'
    article = extract(page(page_of("Read on.", head=head)))
    assert (article.method, article.text, article.reason) == ("description", BODY[1], "short-text")


def test_the_feeds_summary_is_better_than_nothing() -> None:
    article = extract(page("<html><body><p></p></body></html>", summary=BODY[0], title="Port fees"))
    assert (article.method, article.text, article.reason) == ("feed-summary", BODY[0], "short-text")


def test_a_title_is_the_last_that_is_left() -> None:
    article = extract(page("<html><body></body></html>", title="Port fees"))
    assert (article.method, article.text, article.reason) == ("title", "Port fees", "no-text")


def test_nothing_at_all_is_an_error() -> None:
    with pytest.raises(ExtractError) as caught:
        extract(page("<html><head><title>Harbour</title></head><body><div></div></body></html>"))
    error = caught.value
    assert (error.subject, error.reason, error.transient) == (URL, "no-text", False)


stubs = pytest.mark.parametrize(
    ("reason", "title", "sentences"),
    [
        (
            "consent-page",
            "Before you continue",
            "We value your privacy. We and our 842 partners store cookies. Accept all, or manage options and consent.",
        ),
        ("script-only", "Gazette", "You need to enable JavaScript to run this app."),
        ("script-only", "Just a moment...", "Checking your browser before you go on to harbour-gazette.example."),
        (
            "not-found-page",
            "404 - Page not found",
            "Sorry. The story may have moved. Try the search, or our front page.",
        ),
        ("not-found-page", "Oops", "The page you were looking for could not be found."),
        ("login-page", "Harbour Gazette", "Please sign in to continue. Email. Password. Forgot your password?"),
        ("paywall", "Fees", f"{BODY[0]} Subscribe now to continue reading. Already a subscriber? Sign in."),
        (
            "paywall",
            "Fees",
            f"{BODY[0]} {BODY[1]} This article is exclusive to our subscribers. First month for 1.",
        ),
    ],
)


@stubs
def test_a_page_in_place_of_the_article_is_named(reason: str, title: str, sentences: str) -> None:
    html = f"<html><head><title>{title}</title></head><body><main><p>{sentences}</p></main></body></html>"
    article = extract(page(html))
    assert article.reason == reason


@stubs
def test_the_feeds_words_stand_in_for_such_a_page(reason: str, title: str, sentences: str) -> None:
    html = f"<html><head><title>{title}</title></head><body><main><p>{sentences}</p></main></body></html>"
    full = extract(page(html, title="Port fees", content="\n".join(LONGER), summary=BODY[0]))
    assert (full.method, full.reason, full.title) == ("feed-content", "", "Port fees")
    teaser = extract(page(html, title="Port fees", summary=BODY[0]))
    assert teaser.reason == reason
    assert teaser.method == ("page" if reason == "paywall" else "feed-summary")


def test_a_page_that_says_it_must_be_paid_for_is_doubted_when_short() -> None:
    node = json_ld(isAccessibleForFree="False")
    assert extract(page(page_of(*BODY[:3], head=node))).reason == "paywall"
    assert extract(page(page_of(*LONGER, head=node))).reason == ""


def test_a_page_that_only_scripts_can_fill_is_named() -> None:
    html = (
        '<html><head><title>App</title></head><body><div id="root"></div><script src="/app.js"></script></body></html>'
    )
    article = extract(page(html, title="Port fees"))
    assert (article.method, article.reason) == ("title", "script-only")


@pytest.mark.parametrize(
    "sentence",
    [
        "Regulators fined the exchange over cookies set without consent, and said users could not reject all of them.",
        "The suspect, whose page was not found by investigators for years, told the court he had lost his password.",
        "The publisher asks readers to subscribe, and says that subscribers only pay for what they read.",
        "The browser maker will require JavaScript engines to be audited, said the working group on Monday.",
    ],
)
def test_an_article_about_walls_is_not_one(sentence: str) -> None:
    assert extract(page(page_of(sentence, *LONGER))).reason == ""


@pytest.mark.parametrize(
    ("said", "method", "reason"),
    [
        ({"content": "\n".join(LONGER), "summary": BODY[0]}, "feed-content", ""),
        ({"content": " \n", "summary": BODY[0]}, "feed-summary", "short-text"),
        ({}, "title", "no-text"),
    ],
)
def test_the_feed_alone_gives_the_fullest_it_has(said: dict[str, str], method: str, reason: str) -> None:
    article = from_feed(
        page(b"\x00 never looked at", title="Port\n fees", publisher="Gazette", language="en-GB", **said)
    )
    assert (article.method, article.reason) == (method, reason)
    assert (article.title, article.publisher, article.language) == ("Port fees", "Gazette", "en")
    assert article.words == len(article.text.split()) > 0


def test_an_entry_without_a_word_is_no_error() -> None:
    article = from_feed(page(b""))
    assert (article.text, article.method, article.words, article.publisher) == ("", "title", 0, None)


def test_a_feeds_summary_never_stands_for_the_whole_article() -> None:
    assert extract(page(page_of(*BODY), summary=" ".join(LONGER))).method == "page"
    alone = from_feed(page(b"", summary=" ".join(LONGER)))
    assert (alone.method, alone.reason, alone.quality) == ("feed-summary", "", Quality.TEASER)


@pytest.mark.parametrize(
    ("said", "quality"),
    [
        ({"content": "\n".join(LONGER)}, Quality.FULL),
        ({"content": "\n".join(BODY)}, Quality.TEASER),
        ({"title": "Port fees"}, Quality.TEASER),
    ],
)
def test_the_feed_alone_is_full_only_with_a_full_text(said: dict[str, str], quality: Quality) -> None:
    assert from_feed(page(b"", **said)).quality is quality


@pytest.mark.parametrize(
    ("html", "quality"),
    [
        (page_of(*LONGER), Quality.FULL),
        (page_of("Fees rise."), Quality.TEASER),
        ("<html><body><p></p></body></html>", Quality.TEASER),
    ],
)
def test_a_text_with_a_doubt_is_never_full(html: str, quality: Quality) -> None:
    assert extract(page(html, title="Port fees")).quality is quality
