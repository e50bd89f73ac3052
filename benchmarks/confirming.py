"""The part of web in `benchmarks.submissions`: confirms a line of orders at once.

Started by it as `python -m benchmarks.confirming THREADS`.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import django


django.setup()

import tradedesk.celery  # noqa: E402, F401 - confirmations hint to this application
from brokers.orders.confirming import Confirmation, confirm_order  # noqa: E402
from tradedesk.accounts.models import User  # noqa: E402
from tradedesk.core.actor import Actor, ActorKind  # noqa: E402
from tradedesk.core.clock import SYSTEM_CLOCK  # noqa: E402
from tradedesk.core.errors import DeskError  # noqa: E402


def confirm(fields: dict[str, object], user: User) -> str:
    """What stood in the way, or ""."""
    actor = Actor(
        kind=ActorKind.PERSON, name=user.email, user_id=user.pk, address="127.0.0.1"
    )
    try:
        confirm_order(Confirmation(user=user, actor=actor, **fields), SYSTEM_CLOCK)  # type: ignore[arg-type]
    except DeskError as error:
        return error.message
    return ""


def main() -> None:
    people: dict[int, User] = {}
    with ThreadPoolExecutor(int(sys.argv[1])) as pool:
        print("[]", flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            users = [one.pop("user_id") for one in asked]
            people |= User.objects.in_bulk(set(users) - people.keys())
            found = pool.map(confirm, asked, [people[pk] for pk in users])
            print(json.dumps([error for error in found if error]), flush=True)


if __name__ == "__main__":
    main()
