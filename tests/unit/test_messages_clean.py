"""What comes from outside, made fit to be shown."""

from __future__ import annotations

import pytest

from monitor.messages import clean


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("two\r\nlines", "two lines"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("\x1b[2Jcleared", "[2Jcleared"),
        ("\u202efdp.exe", "fdp.exe"),
        ("a\u2066b\u2069c\u200fd", "abcd"),
        ("para\u2029graph\u0085next", "para graph next"),
        ("half \ud83d of a pair", "half \N{REPLACEMENT CHARACTER} of a pair"),
        ("e" + "\u0301" * 50, "e" + "\u0301" * 4),
        ("  many   spaces ", "many spaces"),
        ("\U0001f469\u200d\U0001f4bb stays", "\U0001f469\u200d\U0001f4bb stays"),
        ("Reserve\u3164\u2800 bill", "Reserve bill"),
        ("\u115f", ""),
        ("\ufe0f\u034f\u200d \u00a0", ""),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
    ],
)
def test_a_line_keeps_what_can_be_read_and_nothing_that_acts(raw: str, shown: str) -> None:
    assert clean.line(raw) == shown


def test_a_line_is_cut_between_words_where_it_can_be() -> None:
    assert clean.line("the committee clears the bill", 25) == "the committee clears the…"
    assert clean.line("x" * 300, 20) == "x" * 19 + "…"
    assert clean.line("exactly twenty chars", 20) == "exactly twenty chars"


def test_a_long_text_is_read_no_further_than_it_is_shown() -> None:
    assert clean.line("word " * 1_000_000, 20) == "word word word word…"
    assert clean.line(" " * 1_000 + "late words", 20) == "late words"
    assert clean.line("a" + " " * 1_000 + "late words", 20) == "a late words"


def test_a_cut_never_ends_on_half_an_emoji() -> None:
    assert clean.line("x" * 17 + "\U0001f469\u200d\U0001f4bb tail", 20) == "x" * 17 + "\U0001f469…"


def test_lines_keep_their_feeds_only() -> None:
    assert clean.lines("one\r\ntwo\x1b]0;title\x07\nthree\u202e\t!") == "one\ntwo]0;title\nthree !"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("https://sec.gov/news?id=1&x=2#top", "https://sec.gov/news?id=1&x=2#top"),
        ("HTTP://Example.org:8080/A b", "http://example.org:8080/A%20b"),
        ("https://example.org/<script>|\"'", "https://example.org/%3Cscript%3E%7C%22%27"),
        ("https://example.org/ü?q=é", "https://example.org/%C3%BC?q=%C3%A9"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("https://example.org/100%?q=%zz#%e", "https://example.org/100%25?q=%25zz#%25e"),
        (" https://example.org/%20kept ", "https://example.org/%20kept"),
    ],
)
def test_a_web_link_is_kept_with_the_unusual_encoded(raw: str, shown: str) -> None:
    assert clean.link(raw) == shown


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "/relative",
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>",
        "ftp://example.org/",
        "mailto:a@example.org",
        "https:///no-host",
        "https://sec.gov@evil.example/",
        "https://evil.example\\@sec.gov/",
        "https://example.org/\r\nBcc: x@example.org",
        "https://example.org/\u202egpj.exe",
        "https://example.org/\ud800",
        "https://example.org:port/",
        "https://[::1/",
        "https://exa mple.org/",
        "https://" + "a" * 70 + "é.example/",
        "https://example.org/" + "a" * clean.MAX_URL,
        "https://example.org/" + "é" * 500,
    ],
)
def test_anything_else_is_no_link(raw: str) -> None:
    assert clean.link(raw) == ""


def test_letters_that_nobody_sees_are_left_out() -> None:
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "ignore this")
    assert clean.line(f"Rules{hidden} for\u2061 banks\u206f") == "Rules for banks"
