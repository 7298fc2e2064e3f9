"""A page's tree before it is read, and which of two readings is believed."""

from __future__ import annotations

import pytest

from monitor.articles import extract
from monitor.articles.libraries import libraries
from monitor.articles.pruning import pruned
from monitor.articles.reading import is_plausible
from tests.pages import BODY, LONGER, json_ld, page

BLOCK = "<div class='row'><div class='body article__body'>{}</div><div class='ad'>Advertisement</div></div>"


def paragraphs(*sentences: str) -> str:
    return "".join(f"<p>{sentence}</p>" for sentence in sentences)


def text_of(body: str) -> str:
    return extract(page(f"<html><head><title>Port fees</title></head><body>{body}</body></html>")).text


def test_a_body_cut_into_blocks_is_read_whole() -> None:
    blocks = "".join(BLOCK.format(paragraphs(*LONGER[at : at + 5])) for at in range(0, 20, 5))
    assert text_of(f"<article><h1>Port fees</h1><div class='chunks'>{blocks}</div></article>") == "\n\n".join(LONGER)


def test_blocks_under_headlines_of_their_own_are_not_joined() -> None:
    post = "<div class='post'><h2>{0}</h2><div class='entry-content'>{1}</div></div>"
    posts = post.format("Port fees", paragraphs(*LONGER[:10])) + post.format("Cranes", paragraphs("A crane fell. " * 9))
    assert "crane" not in text_of(f"<main>{posts}</main>")


TEASER = "<article><h3><a href='/other-{0}'>Another story altogether {0}</a></h3><p>{1}</p></article>"


def test_teasers_beside_the_article_with_the_headline_are_not_read() -> None:
    others = "".join(TEASER.format(number, BODY[number]) for number in range(5))
    body = f"<div><article><h1>Port fees</h1>{paragraphs(*LONGER)}</article><div>{others}</div> The end.</div>"
    assert text_of(body) == "\n\n".join(LONGER)


def test_a_list_of_articles_under_words_that_lead_to_them_is_not_read() -> None:
    others = "".join(f"<article><p>{sentence}</p></article>" for sentence in LONGER[5:])
    home = f"<article><h1>Port fees</h1>{paragraphs(*LONGER[:5])}</article>"
    assert text_of(f"<div>{home}<article><h3>Related news</h3>{others}</article></div>") == "\n\n".join(LONGER[:5])


def test_a_body_in_an_article_of_its_own_is_read() -> None:
    body = f"<article><h1>Port fees</h1>{paragraphs(*LONGER[:4])}</article><article>{paragraphs(*LONGER[4:])}</article>"
    assert LONGER[-1] in text_of(f"<main>{body}</main>")


@pytest.mark.parametrize("headline", ["Update {0}", "<a href='#post-{0}'>Update {0}</a>", "<a href='/p{0}'>{0}</a>"])
def test_the_posts_of_a_live_blog_are_read(headline: str) -> None:
    posts = "".join(f"<article><h2>{headline.format(n)}</h2><p>{LONGER[n]}</p></article>" for n in range(4, 20))
    found = text_of(f"<main><article><h1>Port fees</h1>{paragraphs(*LONGER[:4])}</article>{posts}</main>")
    assert all(post in found for post in LONGER[4:])


def test_a_page_that_calls_itself_a_live_blog_keeps_its_posts() -> None:
    posts = "".join(TEASER.format(number, LONGER[number]) for number in range(14, 20))
    body = f"<main><article><h1>Port fees</h1>{paragraphs(*LONGER[:14])}</article>{posts}</main>"
    for head, count in (("", 1), (json_ld("LiveBlogPosting"), 7)):
        tree = pruned(libraries().load(f"<html><head>{head}</head><body>{body}</body></html>".encode()))
        assert len(list(tree.iter("article"))) == count


def test_blocks_of_bare_text_stay_in_order() -> None:
    bare = "".join(BLOCK.format("<br><br>".join(LONGER[at : at + 5])) for at in range(0, 20, 5))
    found = text_of(f"<article><h1>Port fees</h1><div class='chunks'>{bare}</div></article>")
    places = [found.find(sentence) for sentence in LONGER]
    assert min(places) >= 0
    assert places == sorted(places)
    assert "\n\n".join(LONGER[4:6]) in found


def test_a_list_of_links_that_a_sentence_announces_is_read() -> None:
    items = "".join(f"<li><a href='/register/{n}'>Acme Barges {n} Ltd</a></li>" for n in range(4))
    body = f"{paragraphs(*LONGER[:10], 'The firms that were fined are:')}<ul>{items}</ul>{{}}"
    for behind in ("", paragraphs(*LONGER[10:])):
        found = text_of(f"<article><h1>Port fees</h1>{body.format(behind)}</article>")
        assert all(f"Acme Barges {n} Ltd" in found for n in range(4))


def test_an_article_with_only_a_headline_leaves_the_others_alone() -> None:
    body = f"<article><h1>Port fees</h1></article><article>{paragraphs(*LONGER)}</article>"
    assert LONGER[7] in text_of(body)


def test_a_post_that_an_article_quotes_is_part_of_it() -> None:
    quote = "<blockquote class='twitter-tweet'><p>They are due in March, whatever the captains say.</p></blockquote>"
    body = paragraphs(*LONGER[:5]) + f"<div class='social-embed'>{quote}</div>" + paragraphs(*LONGER[5:])
    assert "whatever the captains say" in text_of(f"<article><h1>Port fees</h1>{body}</article>")


@pytest.mark.parametrize(
    ("found", "plausible"),
    [
        ("\n\n".join(LONGER), True),
        ("\n\n".join(LONGER[:10]), False),
        ("\n\n".join(["Ports", "Fees", "Cranes and ships"] * 40), False),
        (BODY[0], False),
    ],
)
def test_a_reading_is_believed_when_it_is_running_text_and_most_there_is(found: str, *, plausible: bool) -> None:
    tree = libraries().load(f"<html><body><main>{paragraphs(*LONGER)}</main></body></html>".encode())
    assert is_plausible(found, tree) is plausible
