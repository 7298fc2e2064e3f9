"""Digest → the same with what its reader can do about each story and about the watch."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace

from monitor.records import Action, Digest, Item, Wish

WEEK = "7d"

SHORT = 8
"""As many characters of an id as name it in a command, among a hundred thousand of them."""


def with_actions(digest: Digest, url: Callable[[Wish], str], config: str = "") -> Digest:
    """Return a digest with an action for each thing that its reader may want, as a link and as a command.

    `url` gives the address of a page that asks before it does anything, empty without a public address. `config` is the
    folder that the commands are to read, if it is not the usual one.
    """
    person, watch = digest.person_id, digest.watch_id

    def action(name: str, label: str, command: tuple[str, ...], subject: str, topic: str = "") -> Action:
        verb, *rest = command
        options = ("--config", config) if config else ()
        wish = Wish(name=name, person=person, subject=subject, topic=topic)
        return Action(name=name, label=label, url=url(wish), command=shlex.join(("monitor", verb, *options, *rest)))

    def about(item: Item) -> tuple[Action, ...]:
        muting = ("mute", item.story_id[:SHORT], "--as", person, "--for", WEEK)
        mute = action("mute", "Mute story", muting, item.story_id)
        if not item.matched:
            return (mute,)
        topic, article = item.matched[0].topic, _matched_article(item)
        judged = (("relevant", "Relevant", "yes"), ("off-topic", "Off topic", "no"))
        labels = (
            action(name, label, ("label", article[:SHORT], topic, answer), article, topic)
            for name, label, answer in judged
        )
        return (*labels, mute)

    pausing = ("mute", "--watch", watch, "--as", person, "--for", WEEK)
    return replace(
        digest,
        items=tuple(replace(item, actions=about(item)) for item in digest.items),
        actions=(
            action("pause", "Pause for a week", pausing, watch),
            action("unsubscribe", "Unsubscribe", ("unsubscribe", watch, "--as", person), watch),
        ),
    )


def _matched_article(item: Item) -> str:
    """Return the id of the article whose words matched most, or of the headline's where that is not known."""
    headline = next((source for source in item.sources if source.url == item.url), item.sources[0])
    return item.matched[0].article_id or headline.article_id
