"""Django's word that a person may listen to a stream, and to which feeds."""

from __future__ import annotations

from django.http import HttpResponse


class StreamPermit(HttpResponse):
    """Taken by the event stream; anyone else sees 204, which ends an EventSource."""

    status_code = 204

    def __init__(self, *, user_id: int, feeds: frozenset[str]) -> None:
        super().__init__()
        self.user_id = user_id
        self.feeds = feeds

    @property
    def holder(self) -> tuple[int, frozenset[str]]:
        return self.user_id, self.feeds
