"""When a delivery that failed is tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.errors import DeliveryError
from monitor.pipeline.telling import GIVEN_UP, LADDER, _next_attempt
from tests.factories import make_delivery

BUSY = DeliveryError("mail", "smtp-451", "busy", transient=True)


def test_attempts_climb_the_ladder_until_a_day_is_over() -> None:
    delivery = make_delivery()
    now, waits = delivery.created_at, []
    while (following := _next_attempt(delivery, BUSY, now)) is not None:
        waits.append(following - now)
        now, delivery = following, replace(delivery, attempts=delivery.attempts + 1)
    assert waits[: len(LADDER)] == list(LADDER)
    assert now == delivery.created_at + GIVEN_UP


def test_what_cannot_succeed_is_not_tried_again() -> None:
    delivery = make_delivery()
    refused = DeliveryError("mail", "smtp-550", "no such user", transient=False)
    assert _next_attempt(delivery, refused, delivery.created_at) is None


def test_a_first_failure_is_tried_again_however_late_it_was() -> None:
    delivery = make_delivery()
    woke = delivery.created_at + timedelta(days=3)
    assert _next_attempt(delivery, BUSY, woke) == woke + LADDER[0]
    assert _next_attempt(replace(delivery, attempts=1), BUSY, woke) is None


def test_a_channel_s_own_wait_is_kept() -> None:
    delivery = make_delivery()
    limited = DeliveryError("team", "rate-limited", "slow down", transient=True, retry_after=600.0)
    assert _next_attempt(delivery, limited, delivery.created_at) == delivery.created_at + timedelta(seconds=600)
