"""Why a message comes, in a sentence or two."""

from __future__ import annotations

from monitor.digests.bundling import Bundle
from monitor.digests.rulings import Occasion, Price, Ruling
from monitor.digests.words import count, hours
from monitor.records import Kind, Notify, Why


def trigger(occasion: Occasion, notify: Notify | None, bundle: Bundle) -> str:
    """Return why a message is sent; where a budget sets the numbers, also what it costs."""
    title = f"the watch “{occasion.watch.title}”"
    if bundle.why is Why.BY_HAND:
        return f"You asked {title} for it by hand."
    if bundle.why is Why.DIGEST:
        timetable = occasion.watch.digest
        phrase = f"Scheduled: {timetable.phrase}" if timetable else "Scheduled"
        said = "all that matched and that you had not been told" if bundle.rulings else "nothing new matched this time"
        return f"{phrase}, {title}: {said}."
    if bundle.why is Why.FLUSH:
        quiet = occasion.person.quiet
        phrase = f" ({quiet.phrase})" if quiet else ""
        return f"Quiet hours are over{phrase}: this is what {title} held for you.{_price(occasion)}"
    return _sent_because(occasion, notify, bundle, title)


def _sent_because(occasion: Occasion, notify: Notify | None, bundle: Bundle, title: str) -> str:
    if bundle.rulings[0].kind is Kind.UPDATE:
        return f"Sent because {_update(occasion, bundle.rulings[0])} ({title})."
    enough = [ruling for ruling in bundle.rulings if ruling.reason == "enough-articles"]
    major = occasion.watch.major
    said = []
    if enough and notify is not None:
        found = f"{count(notify.articles, 'matching article')} from {count(notify.publishers, 'publisher')}"
        each = "each had" if len(enough) > 1 else "had"
        said.append(f"{_stories(len(enough))} of {title} {each} at least {found} within {hours(notify.hours)}")
    if (wide := len(bundle.rulings) - len(enough)) and major is not None:
        is_now = all(ruling.major for ruling in bundle.rulings)
        verb = ("are" if is_now else "were") if wide > 1 else ("is" if is_now else "was")
        voices = f"at least {count(major.publishers, 'independent publisher')} within {hours(major.hours)}"
        said.append(f"{_stories(wide)} of {title} {verb} major: {voices}{' each' if wide > 1 else ''}")
    price = _price(occasion) if enough else ""
    return f"Sent because {'; and '.join(said)}.{price}" if said else f"Sent by {title}."


def _stories(number: int) -> str:
    return "a story" if number == 1 else f"{number} stories"


def _update(occasion: Occasion, ruling: Ruling) -> str:
    major = occasion.watch.major
    if ruling.reason == "turned-major" and major is not None:
        return f"a story you were told of is now major: {count(major.publishers, 'publisher')} or more"
    if ruling.reason == "was-major" and major is not None:
        return f"a story you were told of was major meanwhile: {count(major.publishers, 'publisher')} or more"
    if ruling.reason == "status-changed":
        return f"a story you were told of has moved on to “{ruling.numbers['status']}”"
    return f"a story you were told of had {count(int(ruling.numbers['new_articles']), 'new article')}"


def _price(occasion: Occasion) -> str:
    price, budget = occasion.price, occasion.watch.budget
    if price is None or budget is None:
        return ""
    return " " + price_sentence(price, budget)


def price_sentence(price: Price, budget: float) -> str:
    """Return in words which rule a budget of so many messages a day sets, and what it costs."""
    per_day = f"{budget:g} {'message' if budget == 1 else 'messages'} a day"
    rule = f"{count(price.notify.articles, 'article')} from {count(price.notify.publishers, 'publisher')}"
    if price.recall is None:
        days = f"after {count(price.days, 'day')} it is too early to say"
        return f"The budget of {per_day} will set these numbers; {days} which."
    over = f"by the last {count(price.days, 'day')}, {price.messages:.1f} messages a day"
    fits = "" if price.messages <= budget else ", which no rule keeps within the budget"
    apart = f", updates at least {hours(price.updates.hours)} apart" if price.updates else ""
    told = f"with {round(price.recall * 100)} % of what is expected to be relevant told at once"
    return f"The budget of {per_day} sets {rule}{apart}: {over}{fits}, {told}."
