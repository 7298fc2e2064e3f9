"""A page's tree before it is read, and which of two readings is believed."""

from __future__ import annotations

import pytest

from monitor.articles import extract
from monitor.articles.libraries import libraries
from monitor.articles.reading import is_plausible
from tests.pages import BODY, LONGER, page

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


def test_articles_beside_the_one_with_the_headline_are_not_read() -> None:
    others = "".join(
        f"<article><p>{'Another story altogether, number ' + str(n)} {BODY[n]}</p></article>" for n in range(5)
    )
    body = f"<div><article><h1>Port fees</h1>{paragraphs(*BODY)}</article><article>{others}</article> The end.</div>"
    assert text_of(body) == "\n\n".join(BODY)


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
