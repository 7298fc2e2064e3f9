"""A digest as Slack blocks: within the published limits, whatever it holds, and nothing in them acts by itself."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.messages import mrkdwn, render, slack
from monitor.messages.pages import compose
from monitor.messages.widths import cut
from monitor.records import Action, Digest, News, Quoted, Status
from tests import slack_limits
from tests.factories import make_actions, make_also, make_digest, make_held, make_hostile, make_item, make_source

LOOK_ALIKE = str.maketrans(
    {
        "*": "\N{ASTERISK OPERATOR}",
        "_": "\N{FULLWIDTH LOW LINE}",
        "~": "\N{TILDE OPERATOR}",
        "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
    }
)
STORY = re.compile(r"(?m)^\*<[^|]+\|([^>]+)>\*$")


def posted(digest: Digest, *, reply: bool = False) -> dict[str, object]:
    """Return the message, which Slack takes."""
    message = slack.write(compose(digest), reply=reply)
    assert slack_limits.faults(message) == []
    return message


def texts(digest: Digest) -> list[str]:
    """Return all texts of the blocks."""
    return slack_limits.texts(posted(digest))


def headlines(digest: Digest) -> list[str]:
    """Return the headlines that are shown."""
    return [found for text in texts(digest) for found in STORY.findall(text)]


@pytest.mark.parametrize("reply", [False, True])
@pytest.mark.parametrize("stories", [0, 1, 2, 12, 23, 60])
def test_any_number_of_stories_stays_within_the_limits(stories: int, *, reply: bool) -> None:
    shown = [text for text in slack_limits.texts(posted(make_digest(stories), reply=reply)) if STORY.search(text)]
    assert len(shown) == min(stories, len(shown))
    assert shown or not stories


def test_a_digest_of_twelve_stories_is_shown_whole() -> None:
    assert len(headlines(make_digest(12))) == 12
    assert not [text for text in texts(make_digest(12)) if "not shown here" in text]


def test_blocks_that_begin_a_story_are_named_with_its_number_of_all() -> None:
    blocks = posted(make_digest(60))["blocks"]
    assert isinstance(blocks, list)
    names = [block.get("block_id", "") for block in blocks if block["type"] == "section"]
    shown = len(headlines(make_digest(60)))
    assert names == [*(f"story-{number}-of-60" for number in range(1, shown + 1)), "also"]
    assert "block_id" not in blocks[0]


def test_stories_that_do_not_fit_are_counted() -> None:
    digest = make_digest(60)
    shown = headlines(digest)
    assert 20 <= len(shown) < 60
    assert (
        f"{60 - len(shown)} more stories not shown here. "
        "Their texts: `monitor deliveries`, then `monitor deliveries show ID --as text`."
    ) in texts(digest)
    assert shown == [item.headline for item in digest.items[: len(shown)]]


def test_a_story_says_what_it_is_and_what_it_rests_on() -> None:
    _, top, story, behind, *_ = texts(make_digest(1))
    assert top == (
        "Tuesday 24 November 2026, 07:00 CET\n*1 major story* from 23 articles since Mon 07:00; 41 of 44 feeds answered"
    )
    tag, headline, summary, *_ = story.splitlines()
    assert tag == "*Major*  4 independent publishers, 4 articles"
    assert STORY.fullmatch(headline)
    assert summary.startswith("The Banking Committee voted 16 to 8")
    assert "|Harbor Wire> (first seen by us)\n" in story
    assert "First seen" not in behind
    assert "Matched on stablecoin, reserve requirements, Senate (" in behind
    assert "Why now: 3 articles from 3 publishers within 48 hours" in behind
    assert "Mute story: `monitor mute s0 --as ana --for 7d`" in behind


def test_the_lead_alone_has_a_timeline() -> None:
    _, _, lead, lead_behind, second, *_ = texts(make_digest(items=(make_item(0), make_item(2))))
    assert next(line for line in lead.splitlines() if line.startswith("• ")) == (
        "• Mon 17:12  First report of a scheduled vote, "
        "<https://harborwire.example/0/0?a=1&amp;b=2|Harbor Wire> (first seen by us)"
    )
    assert "Sources" not in lead_behind
    assert "• " not in second


def test_no_article_is_named_twice_below_a_headline() -> None:
    for number in range(3):
        links = slack_limits.links(posted(make_digest(items=(make_item(number),), also=())))
        assert all(links.count(link) <= 3 for link in links)


def test_what_is_new_is_quoted_under_since_when() -> None:
    quoted = Quoted(
        article_id="a1-0", publisher="EU Markets Brief", text="National authorities must apply it from July."
    )
    news = News(sentences=(quoted,), figures=(), actors=())
    story = texts(make_digest(items=(make_item(1, news=news),)))[2]
    new = [line for line in story.splitlines() if line.startswith("> ")]
    assert new[0].startswith("> *New since Mon 07:00*: National authorities must apply it from July.")
    assert all(line.startswith("> • ") for line in new[1:])


def test_how_far_things_have_come_stands_beside_the_tag() -> None:
    quoted = Quoted(article_id="a0-0", publisher="Harbor Wire", text="The committee adopted it.")
    item = make_item(0, status=Status(word="adopted", shown_by=quoted))
    assert "Status: adopted" in texts(make_digest(items=(item,)))[2].splitlines()[0]


def test_actions_are_links_where_there_is_an_address() -> None:
    item = make_item(actions=make_actions("s0", "https://a.example/1", address="https://news.example.org"))
    behind = texts(make_digest(items=(item,)))[3]
    assert behind.splitlines()[-1] == "  ".join(
        f"<https://news.example.org/a/{name}-s0|{label}>"
        for name, label in (("relevant", "Relevant"), ("off-topic", "Off topic"), ("mute", "Mute story"))
    )
    assert "monitor mute" not in behind


def test_a_command_that_slack_would_change_is_left_out() -> None:
    action = Action(name="mute", label="Mute story", url="", command="monitor mute `s0`")
    assert not [
        text for text in texts(make_digest(items=(make_item(actions=(action,)),))) if "monitor mute `s0" in text
    ]


def test_the_foot_says_what_was_missed_why_this_came_and_when_the_next_one_does() -> None:
    *_, also, foot, held = texts(make_digest(1, waiting=3))
    assert also.startswith("*Also matched*\n• <https://also.example/0|Brazil delays")
    assert held == "*Near misses*\n1 publisher so far, the rule asks for 2:\n• Exchange lists a new token, story h1"
    for said in ("3 more stories wait", "2 feeds have been silent", "You get this because", "Next digest: Wed 07:00"):
        assert said in foot
    assert "Pause for a week: `monitor mute --watch crypto --as ana --for 7d`" in foot


def test_a_digest_without_stories_says_so() -> None:
    assert "Nothing met the rules of this watch since Mon 07:00." in texts(make_digest(0))[1]


def test_a_reply_repeats_no_heading_and_has_the_whole_foot() -> None:
    digest = make_digest(items=(make_item(1),), waiting=2)
    whole, reply = posted(digest)["blocks"], posted(digest, reply=True)["blocks"]
    assert isinstance(whole, list)
    assert [block["type"] for block in whole[:2]] == ["header", "context"]
    assert reply == whole[2:]
    foot = " ".join(slack_limits.texts({"blocks": reply}))
    for said in ("2 more stories wait", "2 feeds have been silent", "Pause for a week: `monitor mute", "Mute story: `"):
        assert said in foot


def test_a_message_has_a_layout_for_a_conversation_only_where_it_goes_on_with_one() -> None:
    digest = make_digest(items=(make_item(1),))
    alone, update = render(digest), render(replace(digest, thread="d0"))
    assert alone.slack == update.slack == posted(digest)
    assert (alone.slack_reply, update.slack_reply) == ({}, posted(digest, reply=True))


@pytest.mark.parametrize("stories", [1, 12, 60])
def test_there_is_always_a_way_out(stories: int) -> None:
    assert "Pause for a week: `monitor mute" in " ".join(texts(make_digest(stories)))
    links = tuple(
        Action(name=name, label=name, url=f"https://a.example/{name}", command="") for name in ("pause", "unsubscribe")
    )
    found = slack_limits.links(posted(make_digest(stories, actions=links)))
    assert {action.url for action in links} <= set(found)


def test_long_lists_are_cut_and_counted() -> None:
    also, held = make_also() * 9, tuple(make_held(headline=f"Held {number}") for number in range(12))
    *_, listed, _, notes = texts(make_digest(1, also=also, held=held))
    assert (listed.count("• <"), listed.splitlines()[-1]) == (10, "• and 17 more")
    assert (notes.count("• Held"), notes.splitlines()[-1]) == (8, "and 4 more")


def test_sources_beyond_six_are_counted() -> None:
    sources = tuple(
        make_source(article_id=f"a{n}", publisher=f"Paper {n}", url=f"https://paper.example/{n}") for n in range(20)
    )
    item = make_item(2, sources=sources, first_seen=sources[0])
    behind = texts(make_digest(items=(make_item(0), item)))[5]
    assert re.search(r"Sources: .*Paper 5> 06:00 and 14 more", behind)


def test_longer_stories_give_up_passages_before_other_stories_go() -> None:
    digest = make_digest(items=tuple(make_item(n, summary="Custodians must report. " * 25) for n in range(12)))
    assert len(headlines(digest)) == 12
    assert not [text for text in texts(digest) if "“" in text and "Matched on" in text]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<!channel> <@U123ABC>", "&lt;!channel&gt; &lt;\N{FULLWIDTH COMMERCIAL AT}U123ABC&gt;"),
        ("@everyone and @here", "\N{FULLWIDTH COMMERCIAL AT}everyone and \N{FULLWIDTH COMMERCIAL AT}here"),
        ("*bold* _italic_ ~gone~ `code`", "*bold* _italic_ ~gone~ `code`".translate(LOOK_ALIKE)),
        ("snake_case stays", "snake_case stays"),
        ("__init__", "__init__".translate(LOOK_ALIKE)),
        ("> quoted", "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} quoted"),
        (">>> quoted", "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} quoted"),
        (":tada: at 10:30", "\N{RATIO}tada: at 10:30"),
        ("<!date^0^{date}|x>", "&lt;!date^0^{date}|x&gt;"),
        ("AT&T", "AT&amp;T"),
    ],
)
def test_plain_words_stay_plain(written: str, shown: str) -> None:
    assert mrkdwn.plain(written) == shown


def test_a_link_text_cannot_end_its_link() -> None:
    assert mrkdwn.link("https://a.example/?a=1&b=2", "Fed | <b>") == "<https://a.example/?a=1&amp;b=2|Fed ¦ &lt;b&gt;>"
    assert mrkdwn.link("", "no link") == "no link"
    assert mrkdwn.link("https://a.example/", "") == "<https://a.example/|link>"
    assert mrkdwn.link("https://a.example/" + "x" * 1_000, "Fed") == "Fed" + mrkdwn.TOO_LONG


@given(st.text(alphabet="a&<>@ \U0001f469é", max_size=200), st.integers(1, 120))
def test_plain_words_never_outgrow_their_room(text: str, room: int) -> None:
    shown = mrkdwn.plain(text, room)
    assert slack_limits.width(shown) <= room
    assert not re.search("&(?!(amp|lt|gt);)", shown)


@given(st.text(alphabet="a \U0001f469é\u200d", max_size=200), st.integers(0, 120))
def test_a_cut_line_fits(text: str, room: int) -> None:
    assert slack_limits.width(cut(text, room)) <= room


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=400), st.integers(0, 14), st.booleans())
def test_slack_takes_whatever_publishers_write(text: str, stories: int, reply: bool) -> None:  # noqa: FBT001 - drawn
    digest = make_hostile(text, stories=stories)
    posted(replace(digest, watch_title=text or "News"), reply=reply)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<!channel>", "a live bracket"),
        ("<javascript:alert(1)|x>", "a live bracket"),
        ("AT&T", "a bare ampersand"),
        ("@everyone", "a mention or an emoji"),
        (":tada:", "a mention or an emoji"),
        ("&gt; quoted", "a quote nobody made"),
        ("_italic_", "formatting nobody asked for"),
        ("*open", "an open asterisk"),
        ("\u202egpj.exe", "characters that act"),
        ("x" * 3_001, "a section of 3001"),
        ("\U0001f469" * 1_501, "a section of 3002"),
        (" ", "a section of 1"),
    ],
)
def test_the_checks_of_these_tests_find_what_slack_would_refuse_or_act_on(text: str, fault: str) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    message = {"text": "x", "blocks": [section], "unfurl_links": False, "unfurl_media": False}
    assert [found for found in slack_limits.faults(message) if found.startswith(fault)]


def test_the_checks_of_these_tests_count_blocks_and_all_their_characters() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 241, "verbatim": True}}
    message = {"text": "x", "blocks": [section] * 51, "unfurl_links": False, "unfurl_media": False}
    assert slack_limits.faults(message) == ["51 blocks", "12291 over all blocks"]
