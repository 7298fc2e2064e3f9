"""Digests as a short plain text to what apprise reaches: Teams, Discord, Telegram, ntfy, Mattermost, any webhook.

Apprise says only whether all went well. Where it did not, the message may have arrived, and there is nobody to ask.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING

from monitor.delivery import unfit
from monitor.delivery.secret import Secret
from monitor.errors import DeliveryError
from monitor.messages import clean
from monitor.records import Delivery, Message, Receipt

if TYPE_CHECKING:
    from apprise import NotifyBase

_TITLE = 120
_LEAST = 200
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_URL = re.compile(r"https?://\S+")

# A full-width sign would do for most, but Twitter takes that for a mention as well; nobody takes the small one. An
# invisible character after the sign would hide from readers, and the next program to clean the text takes it out again.
_AT = "\N{SMALL COMMERCIAL AT}"
_INERT = str.maketrans(
    {
        "@": _AT,
        "\N{FULLWIDTH COMMERCIAL AT}": _AT,
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    }
)
# "[sec.gov](https://evil.example)" is a link with a false face wherever Markdown is read.
_FALSE_FACE = re.compile(r"\](?=[(\[])")

# Apprise says the address, token included, at debug level; so do the libraries below it, which others use as well.
_TALKERS = ("urllib3", "requests", "markdown")
_THREAD = "apprise-delivery"
_SILENCE = logging.Filter("nothing of this name is ever logged")


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseSettings:
    """One apprise address, which is a secret as a whole.

    `limit` are the characters of title and text together, counted as most services do (an emoji is two). After
    `timeout_seconds` in all, apprise is not waited for any longer.
    """

    url: Secret
    limit: int = 900
    timeout_seconds: int = 30

    def __post_init__(self) -> None:
        """Refuse what could never send; the sentences never quote the address."""
        is_address = _SCHEME.fullmatch(self.url.reveal().strip())
        too_small = f"a limit below {_LEAST} characters leaves no room for a story and its link"
        unfit.check(
            ("url", "" if is_address else "is not one apprise address, such as ntfy://ntfy.example/news"),
            ("limit", too_small if self.limit < _LEAST else ""),
            ("timeout_seconds", unfit.waiting(self.timeout_seconds)),
        )


class AppriseNotifier:
    """Sends each message once, as plain text in which nothing a publisher wrote can mention anybody."""

    def __init__(self, settings: AppriseSettings) -> None:
        """Keep the settings; apprise is loaded with the first message."""
        self._settings = settings

    def freeze(self, _delivery: Delivery, message: Message) -> bytes:
        """Return title and text as JSON: as many whole lines as there is room for, and how many are left out."""
        title = _shortened(_harmless(clean.line(message.subject, _TITLE)), _TITLE)
        lines = [line for line in (_harmless(clean.line(line)) for line in message.brief) if line]
        body = _fitted(lines, self._settings.limit - _width(title) - 1)
        return json.dumps({"title": title, "body": body}, separators=(",", ":")).encode("ascii")

    def send(self, delivery: Delivery) -> Receipt:
        """Hand what was frozen to apprise, and wait for no longer than the settings say."""
        title, body = _thawed(delivery)
        service = _service(self._settings)
        if service is None:
            said = "The address is none that apprise knows, or lacks a part; compare it with apprise's documentation."
            raise DeliveryError(delivery.channel, "bad-address", said, transient=False)
        answers: list[bool] = []
        thread = Thread(target=lambda: answers.append(_notify(service, title, body)), name=_THREAD, daemon=True)
        thread.start()
        thread.join(self._settings.timeout_seconds)
        if not answers:
            said = f"No answer came within {self._settings.timeout_seconds:g} seconds. The message may have arrived."
            raise DeliveryError(delivery.channel, "timeout", said, transient=True, ambiguous=True)
        if not answers[0]:
            said = (
                f"{service.service_name} was not reached or did not take it; apprise says no more. It may have arrived."
            )
            raise DeliveryError(delivery.channel, "not-taken", said, transient=True, ambiguous=True)
        return Receipt(provider_id=delivery.id, place=f"{service.service_name}, through apprise")

    def find(self, _delivery: Delivery) -> Receipt | None:
        """Return None: there is nobody to ask, so it is sent again."""
        return None


def _service(settings: AppriseSettings) -> NotifyBase | None:
    """Return what apprise makes of the address, None when that is nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # apprise imports modules that Python has marked for removal
        from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - a hundred services, seldom needed

        logging.getLogger("apprise").addFilter(_SILENCE)
        asset = AppriseAsset(
            app_id="News Monitor",
            app_desc="News Monitor",
            async_mode=False,
            # A redirected post becomes a request for a page, whose answer looks like success.
            http_redirects=False,
            # Every message would show a picture from apprise's own repository.
            image_url_mask="",
            image_url_logo="",
            storage_mode="memory",
        )
        service = Apprise.instantiate(settings.url.reveal().strip(), asset=asset, suppress_exceptions=True)
    if service is not None:
        # Trying again is the outbox's business, and giving up early on an answer makes copies.
        service.retry = 0
        service.socket_read_timeout = max(service.socket_read_timeout, settings.timeout_seconds)
    return service


def _notify(service: NotifyBase, title: str, body: str) -> bool:
    from apprise import Apprise, NotifyFormat  # noqa: PLC0415 - as above

    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in _TALKERS]:
        logging.getLogger(name).addFilter(_is_foreign)
    one = Apprise(asset=service.asset)
    one.add(service)
    try:
        return bool(one.notify(title=title, body=body, body_format=NotifyFormat.TEXT))
    except Exception:  # noqa: BLE001 - what a service's module raises is as good as its False, and may quote the address
        return False


def _is_foreign(record: logging.LogRecord) -> bool:
    return record.threadName != _THREAD


def _thawed(delivery: Delivery) -> tuple[str, str]:
    try:
        content = json.loads(delivery.body)
        return str(content["title"]), str(content["body"])
    except (ValueError, TypeError, LookupError):
        said = "This was made for another kind of channel; drop it, or give the channel its old type again."
        raise DeliveryError(delivery.channel, "not-apprise-content", said, transient=False) from None


def _harmless(line: str) -> str:
    """Return a line with its addresses kept, in which nothing mentions, embeds or links under another name."""
    shown, end = [], 0
    for url in _URL.finditer(line):
        # In an address "%40" and "@" are the same, and only one of them can mention somebody.
        shown += [_inert(line[end : url.start()]), url[0].replace("@", "%40").replace("<", "%3C").replace(">", "%3E")]
        end = url.end()
    return _FALSE_FACE.sub("] ", "".join([*shown, _inert(line[end:])]))


def _inert(text: str) -> str:
    return text.translate(_INERT)


def _fitted(lines: Sequence[str], room: int) -> str:
    """Return the lines that fit, in order, each of them whole, and the number of those left out."""
    for kept in range(len(lines), 0, -1):
        body = "\n".join([*lines[:kept], *_more(len(lines) - kept)])
        if _width(body) <= room:
            return body
    if not lines:
        return "No stories this time."
    return f"{len(lines):,} {'story' if len(lines) == 1 else 'stories'}, too long to be shown here."


def _more(stories: int) -> list[str]:
    return [f"and {stories:,} more {'story' if stories == 1 else 'stories'}"] if stories else []


def _shortened(text: str, limit: int) -> str:
    while _width(text) > limit:
        text = clean.line(text, len(text) - 1 - (_width(text) - limit) // 2)
    return text


def _width(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
