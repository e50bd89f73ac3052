"""Pictures of notes: taken in, and shown to their owner alone."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import etag, require_GET, require_POST

from journal.models import NoteImage
from journal.notes import images, pictures
from journal.owned import owned_note_image
from tradedesk.accounts.http import DeskRequest, trading_role_required
from tradedesk.accounts.models import User
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


def taken(user: User, upload: UploadedFile[bytes], *, now: datetime) -> NoteImage:
    """Re-encode a file and keep it. Raises UnusablePictureError."""
    pictures.check_size(upload.size or 0)
    return images.store(user, pictures.encode(upload.read()), now=now)


@require_POST
@trading_role_required
def note_image_add(request: DeskRequest) -> HttpResponse:
    """A pasted, dropped or chosen picture: its place in the tray, or 422 with why not."""
    upload = request.FILES.get("pictures")
    if upload is None:
        raise InvalidInputError("There is no picture in this.", field="pictures")
    try:
        image = taken(request.user, upload, now=SYSTEM_CLOCK.now())
    except pictures.UnusablePictureError as error:
        context = {"text": error.message}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "journal/note_refused.html", context, status=status)
    return render(request, "journal/note_picture.html", {"image": image, "alt": ""})


@require_GET
def note_image_words(request: DeskRequest, image_key: UUID) -> HttpResponse:
    """Its place in the tray, for a text that shows it and was typed elsewhere."""
    image = owned_note_image(request, image_key)
    context = {"image": image, "alt": image.alt}
    return render(request, "journal/note_picture.html", context)


def _digest(request: DeskRequest, image_key: UUID) -> str:
    return f'"{owned_note_image(request, image_key).digest}"'


@require_GET
@etag(_digest)
def note_image(request: DeskRequest, image_key: UUID) -> HttpResponse:
    """The pixels; 404 for strangers, and asked for again at every look.

    A browser may keep it but must ask, so that nothing is seen after signing out.
    """
    image = owned_note_image(request, image_key)
    response = HttpResponse(bytes(image.content), content_type=pictures.CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{image.key}.webp"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_cache_control(response, private=True, no_cache=True)
    return response
