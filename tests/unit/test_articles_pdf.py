"""What is read out of a PDF, and what is not believed of it."""

from __future__ import annotations

import gzip
import resource
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.articles import PDF_LIMIT, Page, extract, layout
from monitor.articles.layout import HEADING, Line, paragraphs
from monitor.errors import ExtractError
from monitor.records import Extracted, Link, Quality
from tests.pdfs import Line as Shown
from tests.pdfs import flowing, pdf

URL = "https://www.harbour-authority.example/notices/2026-14.pdf"
NOTICE = (
    "The harbour authority will let shipping firms settle port fees with",
    "digital tokens from next spring, it said on Monday.",
    "",
    "Officials spent two years on the rules, which ask every issuer to",
    "hold reserves in a bank inside the country and to report each week",
    "what these are worth.",
)
FIRST = (
    "The harbour authority will let shipping firms settle port fees with digital tokens from next spring, "
    "it said on Monday."
)
SECOND = (
    "Officials spent two years on the rules, which ask every issuer to hold reserves in a bank inside the country "
    "and to report each week what these are worth."
)


def read(body: bytes, **facts: Any) -> Extracted:
    return extract(Page(id="1", url=URL, body=body, **facts))


def refusal(body: bytes) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        read(body)
    assert caught.value.subject == URL
    return caught.value


def texts(*lines: str, **place: float) -> list[str]:
    return read(pdf(flowing(*lines, "", *NOTICE, **place))).text.split("\n\n")[:-2]


def test_wrapped_lines_become_paragraphs() -> None:
    found = read(pdf(flowing(*NOTICE)))
    assert found.text == f"{FIRST}\n\n{SECOND}"
    assert (found.method, found.words, found.language) == ("pdf", 49, "en")
    assert (found.quality, found.reason) == (Quality.FULL, "")


def test_a_paragraph_without_a_gap_ends_where_the_next_word_had_room() -> None:
    assert texts(
        "A line that is as long as the page allows it to be, which shows where",
        "its edge is.",
        "Another paragraph, which is told from the first by the room that was",
        "left in the line before it.",
    ) == [
        "A line that is as long as the page allows it to be, which shows where its edge is.",
        "Another paragraph, which is told from the first by the room that was left in the line before it.",
    ]


def test_items_of_a_list_stand_alone() -> None:
    lines = (
        "The rules ask for three things, each of them by the end of the year:",
        "(a) reserves that are held in a bank of good standing, in the country",
        "of issue;",
        "(b) a report;",
        "• an audit, to be paid for by the issuer itself and by nobody else, and",
        "made public.",
    )
    assert [part[:12] for part in texts(*lines)] == ["The rules as", "(a) reserves", "(b) a report", "• an audit, "]


@pytest.mark.parametrize(
    ("end", "begin", "whole"),
    [
        ("what the new regu-", "lation asks of issuers", "regulation"),
        ("a matter of cross-", "border supervision", "cross-border"),
        ("the stock of stable-", "coins held by firms", "stablecoins"),
        ("as in the years 2020-", "2021 and after them", "2020-2021"),
        ("the view of Anglo-", "American lawyers", "Anglo-American"),
        ("an end-of-", "year report", "end-of-year"),
    ],
)
def test_a_divided_word_is_whole_again(end: str, begin: str, whole: str) -> None:
    known = "One more line on cross-border matters and on how stablecoins are kept here."
    (first, *_) = texts(f"This opening line of the paragraph is about {end}", begin, "", known)
    assert first.startswith("This opening line of the paragraph is about ")
    assert first.split()[8:] == [*end.split()[:-1], whole, *begin.split()[1:]]


def test_headers_footers_and_page_numbers_are_dropped() -> None:
    pages = [
        [
            Shown(f"Harbour Authority - Notice 2026/14 - {number}", y=815, size=9),
            *flowing(f"Part {word} of the notice speaks of the {word} rule, at some length."),
            Shown("For release at once", y=60, size=9),
            Shown(f"Page {number} of 4", x=280, y=40, size=9),
        ]
        for number, word in enumerate(("first", "second", "third", "last"), start=1)
    ]
    found = read(pdf(*pages)).text
    assert found.count("\n\n") == 3
    assert "Harbour" not in found
    assert "release" not in found
    assert "Page" not in found


def test_a_line_that_merely_recurs_inside_pages_is_kept() -> None:
    pages = [
        flowing(*(f"Line {number} of sheet {word}." for number in range(4)), "The same warning.", *NOTICE)
        for word in ("one", "two", "three")
    ]
    assert read(pdf(*pages)).text.count("The same warning.") == 3


def test_a_paragraph_goes_on_over_the_page() -> None:
    first = flowing("The committee will hear from two exchanges and from a group that", top=100)
    second = flowing("speaks for consumers before any of the rules takes effect in March.", *NOTICE[2:])
    assert read(pdf(first, second)).text.startswith(
        "The committee will hear from two exchanges and from a group that speaks for consumers before any"
    )


def test_columns_are_read_one_after_the_other() -> None:
    left = flowing("The left column comes first", "and is read to its end.", x=60)
    right = flowing("The right column is read", "when the left one is done.", x=320)
    assert read(pdf([*left, *right])).text == (
        "The left column comes first and is read to its end.\n\nThe right column is read when the left one is done."
    )


def headed(*above: Shown) -> list[Shown]:
    return [*above, *flowing(*NOTICE, top=700)]


LARGE = Shown("Port fees may be paid in tokens", y=740, size=18)


@pytest.mark.parametrize(
    ("feed", "info", "title"),
    [
        ("What the feed says", "Notice on port fees", "What the feed says"),
        ("", "Notice on port fees", "Notice on port fees"),
        ("", "Microsoft Word - notice final.doc", LARGE.text),
        ("", "untitled", LARGE.text),
        ("", "2026-14_notice_EN", LARGE.text),
        ("", "ps23-5", LARGE.text),
        ("", "COVID-19", "COVID-19"),
        ("", "2026年金融稳定报告", "2026年金融稳定报告"),
        ("", "Final notice v3.indd", LARGE.text),
        ("", "PowerPoint Presentation", LARGE.text),
        ("", "", LARGE.text),
    ],
)
def test_the_title_is_the_feeds_or_a_real_one_or_the_heading(feed: str, info: str, title: str) -> None:
    body = pdf(headed(Shown("Notice 2026/14", y=790), LARGE), info={"Title": info})
    found = read(body, title=feed)
    assert found.title == title
    assert found.text.split("\n\n")[1] == LARGE.text


def test_a_bold_heading_is_the_title_where_all_is_of_one_size() -> None:
    bold = Shown("Port fees may be paid in tokens", y=740, bold=True)
    found = read(pdf(headed(Shown("Ref. 2026/14", y=790), bold)))
    assert found.title == bold.text
    assert bold.text in found.text.split("\n\n")


def test_a_document_that_begins_with_a_sentence_has_no_title() -> None:
    assert read(pdf(flowing(*NOTICE))).title == ""


CREATED = "D:20260312101530+01'00'"


@pytest.mark.parametrize(
    ("feed", "info", "published", "by", "modified"),
    [
        (None, {"CreationDate": CREATED}, datetime(2026, 3, 12, 9, 15, 30, tzinfo=UTC), "page", None),
        (
            None,
            {"CreationDate": "D:20260312", "ModDate": CREATED},
            datetime(2026, 3, 12, tzinfo=UTC),
            "page",
            datetime(2026, 3, 12, 9, 15, 30, tzinfo=UTC),
        ),
        (
            None,
            {"CreationDate": CREATED, "ModDate": CREATED},
            datetime(2026, 3, 12, 9, 15, 30, tzinfo=UTC),
            "page",
            None,
        ),
        (
            datetime(2026, 3, 13, tzinfo=UTC),
            {"CreationDate": CREATED, "ModDate": CREATED},
            datetime(2026, 3, 13, tzinfo=UTC),
            "feed",
            None,
        ),
        (None, {"CreationDate": "D:19040101000000Z", "ModDate": CREATED}, None, "", None),
        (None, {"CreationDate": "D:20261399"}, None, "", None),
        (None, {"CreationDate": "D:20260312101530+99'00'"}, None, "", None),
        (None, {"CreationDate": "yesterday"}, None, "", None),
        (None, None, None, "", None),
    ],
)
def test_dates_are_the_feeds_or_what_the_file_states_in_bounds(
    feed: datetime | None,
    info: dict[str, str] | None,
    published: datetime | None,
    by: str,
    modified: datetime | None,
) -> None:
    found = read(pdf(flowing(*NOTICE), info=info), published=feed)
    assert (found.published, found.dated_by, found.modified) == (published, by, modified)


def test_authors_and_publisher_are_the_feeds_alone() -> None:
    body = pdf(flowing(*NOTICE), info={"Author": "jsmith02"})
    assert (read(body).authors, read(body).publisher) == ((), None)
    found = read(body, authors=("Ada Quay",), publisher="Harbour Authority")
    assert (found.authors, found.publisher) == (("Ada Quay",), "Harbour Authority")


def test_links_are_kept_with_their_words() -> None:
    lines = flowing("See the discussion paper of last year.", "Or look at https://www.example.org/more.", "", *NOTICE)
    links = [("https://www.example.org/paper?a=1", (72.0, 765.0, 260.0, 782.0)), ("mailto:a@example.org", (0, 0, 9, 9))]
    assert read(pdf(lines, links=links)).links == (
        Link(url="https://www.example.org/paper?a=1", text="See the discussion paper of last year."),
        Link(url="https://www.example.org/more", text="https://www.example.org/more"),
    )


def test_the_feeds_longer_content_does_not_take_the_documents_place() -> None:
    assert read(pdf(flowing(*NOTICE)), content="Many more words. " * 500).method == "pdf"


def test_a_few_words_are_a_teaser() -> None:
    found = read(pdf(flowing("Notice 2026/14 is to be found in the annex.")))
    assert (found.quality, found.reason) == (Quality.TEASER, "short-text")


def test_a_very_long_document_is_cut_and_says_so() -> None:
    found = read(pdf(*(flowing(f"The rule {'x' * (number % 7)} has number {number}.") for number in range(310))))
    assert "number 299." in found.text
    assert "number 300." not in found.text
    assert (found.quality, found.reason) == (Quality.FULL, "cut-short")


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda body: b"\r\n\r\n" + body,
        lambda body: b"HTTP header: junk\r\n" * 20 + body,
        lambda body: gzip.compress(body, mtime=0),
        lambda body: body + b"\n<html>trailing junk</html>",
    ],
    ids=["blank lines", "junk before", "compressed", "junk behind"],
)
def test_a_pdf_is_known_by_its_first_bytes(wrapped: Any) -> None:
    body = pdf(flowing(*NOTICE), compress=True)
    assert read(wrapped(body), content_type="text/html").text == f"{FIRST}\n\n{SECOND}"


def test_a_page_about_pdf_files_is_a_page() -> None:
    words = "<p>A file of this kind begins with %PDF-1.7 and a line break, says the standard that describes it.</p>"
    assert read(f"<html><body><article>{words * 20}</article></body></html>".encode()).method == "page"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"%PDF-1.7\n1 0 obj <</Type /Catalog>>", "damaged-pdf"),
        (b"%PDF-1.7 " + b"x" * 5_000, "damaged-pdf"),
        (pdf(), "damaged-pdf"),
        (pdf([], []), "pdf-without-text"),
        (pdf([Shown("- 1 -", y=40), Shown(" ")]), "pdf-without-text"),
        (
            pdf(
                flowing(
                    "Please wait... If this message is not replaced, your PDF viewer may not be able to display it."
                )
            ),
            "pdf-without-text",
        ),
        (b"%PDF-1.7\n" + b" " * PDF_LIMIT, "too-large"),
        (gzip.compress(b"%PDF-1.7\n" + b" " * PDF_LIMIT, 1), "too-large"),
    ],
)
def test_what_cannot_be_read_is_named(body: bytes, reason: str) -> None:
    assert refusal(body).reason == reason


def test_what_the_reader_stumbles_over_is_the_files_doing(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_pages: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(layout, "paragraphs", stumble)
    assert refusal(pdf(flowing(*NOTICE))).reason == "unreadable"


def test_reading_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    refusal(b"%PDF-1.7\n1 0 obj <</Type /Catalog>>")
    read(pdf(flowing(*NOTICE))[:-8])
    assert capfd.readouterr() == ("", "")


def test_nothing_is_left_in_memory() -> None:
    lines = [
        [Shown(f"Sheet {sheet}, line {row}: {NOTICE[0]}", y=800 - 12 * row) for row in range(60)] for sheet in range(8)
    ]
    body = pdf(*lines, compress=True)
    for _ in range(5):
        read(body)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(40):
        read(body)
        refusal(pdf())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4_000  # kB


def lines_of(*said: str, size: float = 12.0, top: float = 700.0) -> Sequence[Line]:
    return [
        Line(text=text, left=72, right=72 + 5 * len(text), base=top - 14 * row, size=size)
        for row, text in enumerate(said)
    ]


def test_a_large_heading_of_several_lines_is_one_paragraph() -> None:
    heading = [
        Line(text="Rules for tokens", left=200, right=400, base=760, size=24 * HEADING),
        Line(text="in the payment of port fees", left=150, right=450, base=730, size=24 * HEADING),
    ]
    found = paragraphs([[*heading, *lines_of("Some text follows it at once.", top=690)]])
    assert [part.text for part in found] == [
        "Rules for tokens in the payment of port fees",
        "Some text follows it at once.",
    ]


def test_no_lines_are_no_paragraphs() -> None:
    assert paragraphs([]) == []
    assert paragraphs([[], []]) == []
