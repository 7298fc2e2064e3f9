"""What a Slack channel is told in the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from monitor.delivery import unfit
from monitor.delivery.secret import Secret

API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """Either `webhook`, the address of an incoming webhook, or `token`, that of a bot; both are secret as a whole.

    A bot posts to `channel` (an id or a name) where a person has no Slack channel or member of their own. Between two
    messages to the same place pass at least `spacing_seconds`, because Slack takes one a second. What a bot looks for
    and does not see, it looks for again after `settle_seconds`: a post may be on its way still when its sender dies.

    `ambiguous` says what becomes of a message that may have arrived where Slack cannot be asked. A webhook never can
    be: None means `resend`, or every silence would need a person. A bot can, unless it lacks a scope: None means
    `hold`, because a second copy cannot be taken back, while a held one is shown and is a command away, and the scope
    ends the question for good.
    """

    webhook: Secret | None = None
    token: Secret | None = None
    channel: str = ""
    timeout_seconds: int = 15
    spacing_seconds: float = 1.0
    settle_seconds: float = 2.0
    ambiguous: Literal["hold", "resend"] | None = None
    address: str = API

    def __post_init__(self) -> None:
        """Refuse what could never send; the sentences never quote a secret."""
        if bool(self.webhook) == bool(self.token):
            raise ValueError("needs either a webhook or a bot's token: set one of the two, and not both")
        token = self.token.reveal().strip() if self.token else ""
        is_token = token.isascii() and token.isprintable() and " " not in token
        is_address = self.address.startswith(("https://", "http://"))
        homely = "a webhook posts to its own channel: leave out `channel`, or use a bot's token"
        unfit.check(
            ("webhook", unfit.web_address(self.webhook.reveal().strip()) if self.webhook else ""),
            ("channel", homely if self.webhook and self.channel else ""),
            ("token", "" if is_token else "holds characters that no Slack token has; copy it again from Slack"),
            ("address", "" if is_address else f"has to begin with https://; leave it out for {API}"),
            ("timeout_seconds", unfit.waiting(self.timeout_seconds)),
            ("spacing_seconds", unfit.pausing(self.spacing_seconds)),
            ("settle_seconds", unfit.pausing(self.settle_seconds)),
        )
