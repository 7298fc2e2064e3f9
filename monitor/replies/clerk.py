"""What readers ask for, in words and in deeds: pauses and mutes go into the store, answers about articles to labels.

Nothing here ever shortens what somebody decided before: a week's pause does not end an unsubscription.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from monitor.messages.words import day, zone_of
from monitor.ports import Store
from monitor.records import Article, Mute, MuteKind, Person, Topic, Watch, Wish
from monitor.replies.mutes import about, longest, new_mute
from monitor.replies.pages import Page

DAYS: Final = 7
"""How long a story is muted or a watch is paused by a link."""

SAME: Final = timedelta(days=1)
"""An end that lies so little before the one wished for is the same, so that two clicks do what one does."""

BY_LINK: Final = "link"
"""Who decided, where it was whoever held a link."""


class Keeper(Protocol):
    """Keeps a person's answer about an article, once however often it is given; may raise MonitorError and OSError."""

    def __call__(self, article: Article, topic: str, *, yes: bool, by: str) -> None:
        """Keep that the article is, or is not, about the topic."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Grants wishes over a store; `keep` keeps answers about articles. What is not configured any more is still named.

    Methods raise StoreError and BusyError.
    """

    store: Store
    people: Collection[Person]
    watches: Collection[Watch]
    topics: Collection[Topic]
    keep: Keeper
    clock: Callable[[], datetime]

    def offer(self, wish: Wish) -> Page | None:
        """Return the page that says what granting the wish would do; what was done already, it shows as done."""
        match wish.name:
            case "relevant" | "off-topic":
                return self._label_page(wish, granted=False)
            case "mute" | "pause" | "unsubscribe":
                found = self._longest(wish)
                if found is not None and _reaches(found.until, self._until(wish)):
                    return self._held_page(wish, found)
                return self._ask_page(wish)
            case "unmute" | "resume":
                found = self._longest(wish)
                return self._ask_page(wish) if found else self._back_page(wish)
        return None

    def grant(self, wish: Wish) -> Page | None:
        """Do what is wished, and return the page that says so and offers to take it back."""
        match wish.name:
            case "relevant" | "off-topic":
                return self._label(wish)
            case "mute" | "pause" | "unsubscribe":
                return self._hold(wish)
            case "unmute" | "resume":
                return self._release(wish)
        return None

    def _label(self, wish: Wish) -> Page:
        article = self._article(wish)
        if article is not None and self._topic(wish) is not None:
            self.keep(article, wish.topic, yes=wish.name == "relevant", by=wish.person)
        return self._label_page(wish, granted=True)

    def _label_page(self, wish: Wish, *, granted: bool) -> Page:
        article, topic = self._article(wish), self._topic(wish)
        if article is None or topic is None:
            gone = "This article is not kept any more" if article is None else "This topic is not watched any more"
            return Page(title="There is nothing to learn from this", sentence=f"{gone}. Nothing was changed.")
        is_yes = wish.name == "relevant"
        said = f"this article {'is' if is_yes else 'is not'} about “{topic.title}”"
        page = Page(
            title="Is this article relevant?" if is_yes else "Is this article off topic?",
            sentence=f"Your answer, that {said}, will be kept with your id, and the topic learns from it.",
            kind=f"Article, {article.publisher}",
            subject=article.title or article.url,
            url=article.url,
            button="Yes, it is relevant" if is_yes else "Yes, it is off topic",
            wish=wish,
        )
        if not granted:
            return page
        other = replace(wish, name="off-topic" if is_yes else "relevant")
        sentence = f"It is kept that {said}; the topic learns from it when it is next trained."
        button = "No, it is off topic" if is_yes else "No, it is relevant"
        return replace(page, title="Thank you", sentence=sentence, button=button, wish=other)

    def _hold(self, wish: Wish) -> Page:
        now, until = self.clock(), self._until(wish)
        kind, subject = self._subject(wish)
        found = self._longest(wish)
        if found is None or not _reaches(found.until, until):
            found = new_mute(wish.person, kind, subject, since=now, until=until, by=BY_LINK)
            self.store.readers.mute(found)
        return self._held_page(wish, found)

    def _release(self, wish: Wish) -> Page:
        now = self.clock()
        for mute in self._mutes(wish):
            self.store.readers.unmute(mute.id, now)
        return self._back_page(wish)

    def _ask_page(self, wish: Wish) -> Page:
        until = self._shown(wish, self._until(wish))
        week = f"For {DAYS} days, until {until}, "
        goes_on = "Your other watches go on."
        words = {
            "mute": (
                "Mute this story?",
                f"{week}no message tells you of it. What is new by then is told afterwards. Other stories go on.",
                f"Mute it for {DAYS} days",
            ),
            "pause": (
                "Pause this watch?",
                f"{week}it sends you nothing. What still holds then is told afterwards. {goes_on}",
                f"Pause it for {DAYS} days",
            ),
            "unsubscribe": (
                "Unsubscribe from this watch?",
                f"It sends you nothing any more, on any channel, until you take this back. {goes_on}",
                "Unsubscribe",
            ),
            "unmute": ("Hear of this story again?", "What is new of it is told with the next message.", "Unmute it"),
            "resume": ("Hear from this watch again?", "What still holds is told with the next message.", "Resume it"),
        }
        title, sentence, button = words[wish.name]
        return replace(self._subject_page(wish), title=title, sentence=sentence, button=button, wish=wish)

    def _held_page(self, wish: Wish, mute: Mute) -> Page:
        is_story = wish.name == "mute"
        end = f"until {self._shown(wish, mute.until)}" if mute.until else "any more"
        title = "This story is muted" if is_story else "This watch is paused" if mute.until else "You are unsubscribed"
        sentence = f"You are told nothing of it {end}." if is_story else f"It sends you nothing {end}."
        button, back = ("Unmute it", "unmute") if is_story else ("Take it back", "resume")
        return replace(
            self._subject_page(wish), title=title, sentence=sentence, button=button, wish=replace(wish, name=back)
        )

    def _back_page(self, wish: Wish) -> Page:
        if wish.name == "unmute":
            title, sentence = "This story is not muted", "What is new of it is told with the next message."
        else:
            title, sentence = "This watch tells you", "Neither a pause nor an unsubscription keeps it from you."
        return replace(self._subject_page(wish), title=title, sentence=sentence)

    def _subject_page(self, wish: Wish) -> Page:
        """Return a page that names what a wish is about, as far as that is still known, and says nothing yet."""
        kind, subject = self._subject(wish)
        if kind is MuteKind.WATCH:
            title = next((watch.title for watch in self.watches if watch.id == subject), subject)
            return Page(title="", sentence="", kind="Watch", subject=title)
        first = next(iter(self.store.cuts.members(subject)), "")
        article = self.store.articles.known([first]).get(first) if first else None
        if article is None:
            return Page(title="", sentence="", kind="Story", subject=subject)
        return Page(title="", sentence="", kind="Story that began with", subject=article.title, url=article.url)

    def _subject(self, wish: Wish) -> tuple[MuteKind, str]:
        """Return what a wish is about; a story that became part of another is that one now."""
        if wish.name not in {"mute", "unmute"}:
            return MuteKind.WATCH, wish.subject
        living = self.store.cuts.stories_named(wish.subject)
        return MuteKind.STORY, living[0] if len(living) == 1 else wish.subject

    def _mutes(self, wish: Wish) -> list[Mute]:
        kind, subject = self._subject(wish)
        return about(self.store.readers.mutes(self.clock(), wish.person), kind, subject)

    def _longest(self, wish: Wish) -> Mute | None:
        return longest(self._mutes(wish))

    def _until(self, wish: Wish) -> datetime | None:
        return None if wish.name == "unsubscribe" else self.clock() + timedelta(days=DAYS)

    def _shown(self, wish: Wish, at: datetime | None) -> str:
        """Return a moment in the person's own time."""
        zone = next((person.timezone for person in self.people if person.id == wish.person), "UTC")
        return day(at, zone_of(zone)) if at else ""

    def _article(self, wish: Wish) -> Article | None:
        found = self.store.articles.known([wish.subject]).get(wish.subject)
        return found if found is not None and (found.title.strip() or found.own_text.strip()) else None

    def _topic(self, wish: Wish) -> Topic | None:
        return next((topic for topic in self.topics if topic.id == wish.topic), None)


def _reaches(until: datetime | None, other: datetime | None) -> bool:
    """Say whether something lasts at least about as long as something else; None lasts for ever."""
    return until is None or (other is not None and until >= other - SAME)
