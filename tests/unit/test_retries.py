"""When a delivery that failed is tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import DeliveryError
from monitor.pipeline.delivering import GIVEN_UP, JITTER, LADDER, next_attempt
from monitor.records import Delivery
from tests.factories import make_delivery

BUSY = DeliveryError("mail", "smtp-451", "busy", transient=True)


def failed_once(**changes: object) -> Delivery:
    """Return a delivery whose first attempt has just failed; an attempt is counted when it begins."""
    return make_delivery(**{"attempts": 1, **changes})


def test_attempts_climb_the_ladder_until_a_day_is_over() -> None:
    delivery = failed_once()
    now, waits = delivery.created_at, []
    while (following := next_attempt(delivery, BUSY, now)) is not None:
        waits.append(following - now)
        now, delivery = following, replace(delivery, attempts=delivery.attempts + 1)
    assert len(waits) == len(LADDER) + 1
    for wait, rung in zip(waits, LADDER, strict=False):
        assert rung <= wait <= rung * (1 + JITTER)
    assert now == delivery.created_at + GIVEN_UP


def test_what_failed_together_is_not_all_tried_again_at_one_moment() -> None:
    moments = {next_attempt(failed_once(id=str(number)), BUSY, make_delivery().created_at) for number in range(50)}
    assert len(moments) > 45
    assert all(isinstance(moment, datetime) for moment in moments)


def test_what_cannot_succeed_is_not_tried_again() -> None:
    delivery = failed_once()
    refused = DeliveryError("mail", "smtp-550", "no such user", transient=False)
    assert next_attempt(delivery, refused, delivery.created_at) is None


def test_a_first_failure_is_tried_again_however_late_it_was() -> None:
    delivery = failed_once()
    woke = delivery.created_at + timedelta(days=3)
    following = next_attempt(delivery, BUSY, woke)
    assert following is not None
    assert woke + LADDER[0] <= following <= woke + LADDER[0] * (1 + JITTER)
    assert next_attempt(replace(delivery, attempts=2), BUSY, woke) is None


def test_a_day_counts_from_when_a_person_had_it_sent_again() -> None:
    woke = make_delivery().created_at + timedelta(days=3)
    delivery = failed_once(attempts=2, revived_at=woke)
    following = next_attempt(delivery, BUSY, woke)
    assert following is not None
    assert following >= woke + LADDER[1]


def test_a_channel_s_own_wait_is_never_cut_short() -> None:
    delivery = failed_once()
    limited = DeliveryError("team", "rate-limited", "slow down", transient=True, retry_after=600.0)
    assert next_attempt(delivery, limited, delivery.created_at) == delivery.created_at + timedelta(seconds=600)
    late = delivery.created_at + GIVEN_UP - timedelta(seconds=5)
    assert next_attempt(replace(delivery, attempts=4), limited, late) == late + timedelta(seconds=600)
