"""Notes and pictures for tests."""

from __future__ import annotations

import io
import uuid
from datetime import date

from PIL import Image

from journal.models import Note
from journal.notes import images, pictures, writing
from tests import people
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK


DAY = date(2026, 3, 2)


def written(body: str = "", **fields: object) -> writing.Written:
    given = {"title": "", "tags": [], "symbols": [], "day": DAY, "alts": {}, **fields}
    return writing.Written(body=body, **given)


def a_note(user: User, body: str = "", **fields: object) -> Note:
    return writing.save(
        user,
        uuid.uuid4(),
        written(body, **fields),
        version=0,
        actor=people.actor(user),
        now=SYSTEM_CLOCK.now(),
    )


def form(**fields: object) -> dict[str, object]:
    """What the page of a new note posts."""
    return {
        "key": str(uuid.uuid4()),
        "version": "0",
        "title": "",
        "body": "",
        "tags": "",
        "symbols": "",
        "day": DAY.isoformat(),
        **fields,
    }


def png(
    width: int = 12, height: int = 8, *, kind: str = "PNG", **options: object
) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, kind, **options)
    return out.getvalue()


def stored(user: User) -> str:
    """The key of a picture that waits for its note."""
    encoded = pictures.encode(png())
    return str(images.store(user, encoded, now=SYSTEM_CLOCK.now()).key)
