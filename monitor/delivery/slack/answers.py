"""Slack's words for why it did not take a message, by what is to be done about them."""

from __future__ import annotations

from typing import Final

AFTER_THE_FACT: Final = frozenset({"internal_error", "fatal_error", "service_unavailable"})
"""Slack failed while it worked on the message; of the first two it says itself that part of it may have happened."""

UNWELL: Final = AFTER_THE_FACT | {"request_timeout", "team_added_to_org", "org_login_required", "accesslimited"}
"""This passes without anybody doing anything."""

RATE_LIMITED: Final = frozenset({"ratelimited", "rate_limited"})

TOO_LONG: Final = frozenset({"msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format"})
"""The message was refused as it is, so it did not arrive."""

NO_THREAD: Final = frozenset({"thread_not_found", "invalid_thread_ts", "cannot_reply_to_message", "message_not_found"})
"""The message that this one answers is gone, or takes no answers."""

_COPY = "The token is wrong or no longer valid; copy the bot's token (it begins with xoxb-) again from Slack."
_ADMIN = "The workspace does not let this bot post there; ask its administrators."

ADVICE: Final = {
    "account_inactive": "The bot was removed from the workspace; install it again and copy its new token.",
    "cannot_dm_bot": "A bot cannot be written to; give the person's own member id.",
    "channel_not_found": "There is no such channel, or the bot cannot see it; check the id, and invite the bot to it.",
    "ekm_access_denied": _ADMIN,
    "invalid_auth": _COPY,
    "is_archived": "The channel is archived; bring it back, or name another one.",
    "messages_tab_disabled": "The bot takes no direct messages; switch on its Messages tab in Slack.",
    "metadata_must_be_sent_from_app": "The token is a person's; use the token of a bot.",
    "missing_scope": "The bot lacks a scope; give it chat:write and install it again.",
    "msg_blocks_too_long": "Even half of the message was too long; let the watch tell of fewer `stories`.",
    "msg_too_long": "Even half of the message was too long; let the watch tell of fewer `stories`.",
    "not_allowed_token_type": "This kind of token cannot post; use the bot's token, which begins with xoxb-.",
    "not_authed": _COPY,
    "not_in_channel": "The bot is not in the channel; invite it there.",
    "restricted_action": _ADMIN,
    "restricted_action_read_only_channel": _ADMIN,
    "restricted_action_thread_only_channel": _ADMIN,
    "token_expired": "The token has expired; give the bot one that does not, or a new one.",
    "token_revoked": "The token was revoked; install the bot again and copy its new token.",
    "user_not_found": "There is no such member; copy the member id from the person's profile.",
}
