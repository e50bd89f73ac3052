"""Pictures: what is taken, what is left of it, what is refused, and who may see it."""

from __future__ import annotations

import io
import struct
import uuid
import zipfile
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, PngImagePlugin

from journal.models import Note, NoteImage
from journal.notes import drafts, images, pictures
from journal.notes.drafts import Typed
from tests import people
from tests.journal.notes.made import a_note, form, png, stored
from tradedesk.core.clock import SYSTEM_CLOCK


def upload(data: bytes, name: str = "shot.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/png")


def opened(encoded: pictures.Encoded) -> Image.Image:
    return Image.open(io.BytesIO(encoded.content))


def bomb(width: int, height: int) -> bytes:
    """A PNG whose head promises more than it has."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (
        chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_webp(kind):
    encoded = pictures.encode(png(kind=kind))
    picture = opened(encoded)
    assert picture.format == "WEBP"
    assert picture.size == (encoded.width, encoded.height) == (12, 8)


def test_place_camera_and_comments_are_taken_out():
    exif = Image.Exif()
    exif[0x010F] = "Camera-4711"
    exif.get_ifd(0x8825)[1] = "N"
    jpeg = png(kind="JPEG", exif=exif.tobytes(), comment=b"hidden-4711")
    assert b"4711" in jpeg
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "hidden-4711")
    for data in (
        jpeg,
        png(kind="PNG", pnginfo=words),
        png(kind="WEBP", xmp=b"hidden-4711"),
    ):
        kept = opened(pictures.encode(data))
        assert not kept.getexif()
        assert not {"exif", "icc_profile", "xmp", "comment"} & kept.info.keys()
        assert b"4711" not in pictures.encode(data).content


def test_a_photo_is_turned_upright_before_it_forgets_how_it_was_held():
    exif = Image.Exif()
    exif[0x0112] = 6
    encoded = pictures.encode(png(20, 10, kind="JPEG", exif=exif.tobytes()))
    assert (encoded.width, encoded.height) == (10, 20)


def test_a_large_picture_is_made_smaller_and_keeps_its_shape():
    encoded = pictures.encode(png(5120, 100))
    assert (encoded.width, encoded.height) == (pictures.LONGEST_SIDE, 50)


def test_what_is_transparent_stays_so():
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(pictures.encode(out.getvalue())).mode == "RGBA"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 not a picture", "PNG, JPEG, WebP and GIF can"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG, JPEG, WebP and GIF can"),
        (b"", "PNG, JPEG, WebP and GIF can"),
        (png(kind="BMP"), "PNG, JPEG, WebP and GIF can"),
        (png()[:-30], "could not be read to its end"),
        (bomb(6000, 6000), "more than 30 million"),
        (bomb(10_000, 10_000), "more than 30 million|enormous"),
        (bomb(60_000, 60_000), "enormous"),
        (bomb(100, 100), "could not be read to its end"),
        (b"\x89PNG" + b"\0" * pictures.MOST_BYTES, "larger than 12 MB"),
    ],
    ids=["pdf", "svg", "empty", "bmp", "cut", "wide", "wider", "bomb", "lie", "bytes"],
)
def test_what_cannot_be_kept_is_refused_with_why(data, words):
    with pytest.raises(pictures.UnusablePictureError, match=words):
        pictures.encode(data)


def test_a_pasted_picture_comes_into_the_note_with_its_words(client, alice):
    answer = client.post(reverse("note_image_add"), {"pictures": upload(png())})
    image = NoteImage.objects.get()
    assert answer.status_code == 200
    assert str(image.key) in answer.content.decode()
    body = f"See ![](image:{image.key})"
    silent = client.post(reverse("note_new"), form(body=body))
    assert silent.status_code == 422
    assert "Say in a few words what this picture shows" in silent.content.decode()
    said = form(body=body, **{f"alt-{image.key}": "A hammer on the daily chart"})
    page = client.post(reverse("note_new"), said, follow=True).content.decode()
    assert 'alt="A hammer on the daily chart"' in page
    image.refresh_from_db()
    assert image.note == Note.objects.get()


def test_words_beside_the_picture_will_do(client, alice):
    key = stored(alice)
    client.post(reverse("note_new"), form(body=f"![Daily chart](image:{key})"))
    assert NoteImage.objects.get().alt == "Daily chart"


def test_without_a_script_pictures_come_with_the_form(client):
    sent = form(body="Look", pictures=[upload(png()), upload(b"no", "no.txt")])
    answer = client.post(reverse("note_new"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"image:{NoteImage.objects.get().key}" in page
    assert "no.txt: This is not a picture" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"x", "is not a picture"), (b"x" * (pictures.MOST_BYTES + 1), "larger than 12 MB")],
)  # fmt: skip
def test_a_refused_file_is_answered_with_why(client, data, words):
    answer = client.post(reverse("note_image_add"), {"pictures": upload(data)})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not NoteImage.objects.exists()


def test_a_picture_is_served_to_its_owner_alone_with_safe_headers(client, alice):
    address = reverse("note_image", args=[stored(alice)])
    answer = client.get(address)
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-cache" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    again = client.get(address, headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    stranger = people.verified(people.person("charlie"))
    known = stranger.get(address, headers={"if-none-match": answer["ETag"]})
    assert known.status_code == 404


def test_a_strangers_picture_is_not_shown_in_ones_own_note(client, alice):
    key = stored(people.person("charlie"))
    note = a_note(alice, f"![theirs](image:{key})")
    page = client.get(reverse("note", args=[note.pk])).content.decode()
    assert key not in page
    assert "[theirs: not here]" in page


def test_the_zip_holds_notes_and_pictures_that_find_each_other(client, alice):
    key = stored(alice)
    a_note(
        alice, f"![](image:{key})", title="Gap & go", tags=["idea"], alts={key: "Chart"}
    )
    answer = client.get(reverse("notes_zip"))
    packed = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert packed.testzip() is None
    (text,) = [name for name in packed.namelist() if name.startswith("notes/")]
    assert text.startswith("notes/2026-03-02-gap-go-")
    words = packed.read(text).decode()
    assert f"![Chart](../pictures/{key}.webp)" in words
    assert 'tags: ["idea"]' in words
    assert Image.open(packed.open(f"pictures/{key}.webp")).size == (12, 8)


def test_pictures_that_no_note_took_up_go_after_a_week(alice):
    lost, drafted, used = (stored(alice) for _ in range(3))
    a_note(alice, f"![x](image:{used})", alts={used: "x"})
    typed = Typed(title="", body=f"![](image:{drafted})", tags="", symbols="", day="")
    now = SYSTEM_CLOCK.now()
    drafts.keep(alice, uuid.uuid4(), typed, version=0, now=now)
    assert images.forget_unclaimed(now) == 0
    assert images.forget_unclaimed(now + timedelta(days=8)) == 1
    left = {str(key) for key in NoteImage.objects.values_list("key", flat=True)}
    assert left == {drafted, used}
    assert lost not in left
