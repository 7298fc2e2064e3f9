"""A digest written for every kind of channel: an HTML mail, a Slack message, plain text, data, feed entries.

    Digest → Page (cleaned and worded once) → html | text | slack | entries | brief → Message

The same digest always gives the same bytes. Nothing here touches the world.
"""

from __future__ import annotations

from monitor.messages import brief, data, entries, html, slack, text
from monitor.messages.inbox import is_about_one
from monitor.messages.pages import compose
from monitor.records import Digest, Message

__all__ = ["is_about_one", "render"]


def render(digest: Digest) -> Message:
    """Return the digest as a subject, a text and an HTML document, each under 100,000 bytes, and the rest."""
    page = compose(digest)
    plain = text.write(page)
    return Message(
        subject=page.subject,
        text=plain.text,
        html=html.write(page, in_text=plain.stories),
        slack=slack.write(page),
        slack_reply=slack.write(page, reply=True) if digest.thread is not None else {},
        data=data.write(digest),
        entries=entries.write(digest, page),
        brief=brief.write(page),
    )
