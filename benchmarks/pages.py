"""Looking at pages as a signed-in person, in this process: time and queries of each."""

from __future__ import annotations

import os
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import psycopg

from tradedesk.runtime.keys import SecretsFile


if TYPE_CHECKING:
    from django.test import Client


GOAL_MS = 50.0
GOAL_QUERIES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One request: wall time in all, that of its queries, and how many they were."""

    wall_ms: float
    sql_ms: float
    queries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    client: Client
    user_id: int

    @classmethod
    def of_new_owner(cls) -> Looker:
        """An owner who has passed the second factor."""
        from django.conf import settings
        from django.test import Client
        from django_otp import DEVICE_ID_SESSION_KEY

        import tradedesk.asgi  # noqa: F401 - views are loaded as web loads them
        from tradedesk.accounts.models import Role, TotpDevice, User
        from tradedesk.accounts.models.totp import new_seed
        from tradedesk.core.clock import SYSTEM_CLOCK

        settings.ALLOWED_HOSTS = ["testserver"]
        user = User.objects.create_user(
            "bench@desk.test", role=Role.OWNER, name="bench"
        )
        device = TotpDevice.objects.create(
            user=user,
            name="none",
            seed=new_seed(),
            confirmed=True,
            created_at=SYSTEM_CLOCK.now(),
        )
        client = Client()
        client.force_login(user)
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
        return cls(client=client, user_id=user.pk)

    def at(self, path: str) -> Look:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        begun = perf_counter()
        with CaptureQueriesContext(connection) as captured:
            response = self.client.get(path)
        ended = perf_counter()
        if response.status_code != HTTPStatus.OK:
            raise SystemExit(f"{path} answered {response.status_code}.")
        return Look(
            wall_ms=(ended - begun) * 1000,
            sql_ms=sum(float(one["time"]) for one in captured) * 1000,
            queries=len(captured),
        )

    def at_pages(self, pages: Mapping[str, str], looks: int) -> None:
        """A line for each page; what misses the goal is marked."""
        print(
            f"{'page':<26}{'least':>8}{'p50':>8}{'p95':>8}{'sql':>8} ms{'queries':>9}"
        )
        for name, path in pages.items():
            self.at(path)
            found = [self.at(path) for _ in range(looks)]
            wall = [one.wall_ms for one in found]
            p95 = statistics.quantiles(wall, n=20)[-1]
            queries = max(one.queries for one in found)
            fits = p95 <= GOAL_MS and queries <= GOAL_QUERIES
            sql = statistics.median(one.sql_ms for one in found)
            print(
                f"{name:<26}{min(wall):>8.1f}{statistics.median(wall):>8.1f}{p95:>8.1f}"
                f"{sql:>8.1f}   {queries:>9}{'' if fits else '   over the goal'}",
                flush=True,
            )

    def floor_ms(self) -> float:
        """What a query takes that does nothing."""
        from django.db import connection

        took = []
        with connection.cursor() as cursor:
            for _ in range(40):
                begun = perf_counter()
                cursor.execute("SELECT 1")
                took.append((perf_counter() - begun) * 1000)
        return statistics.median(took)


def as_database_owner(*statements: str) -> None:
    """What autovacuum does within a minute, done now; the desk's own role may not."""
    secrets = SecretsFile(Path(os.environ["TRADEDESK_DATA"]) / "secrets.env")
    with psycopg.connect(secrets["DATABASE_OWNER_URL"], autocommit=True) as owner:
        for statement in statements:
            owner.execute(statement)
