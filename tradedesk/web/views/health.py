"""GET /healthz: for supervisors, monitors and people who wonder."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tradedesk.web.health import check_all


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when every part is well, else 503 with the names of those that are not."""
    health = check_all()
    status = HTTPStatus.SERVICE_UNAVAILABLE if health.failing else HTTPStatus.OK
    body = {
        "status": "failing" if health.failing else "ok",
        "failing": health.failing,
        "parts": {
            name: {"ok": part.ok, "detail": part.detail, "age": part.age_seconds}
            for name, part in health.parts.items()
        },
    }
    return JsonResponse(body, status=status)
