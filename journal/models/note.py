"""Market notes with their pictures, links, templates and unfinished drafts."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import (
    SearchVector,
    SearchVectorCombinable,
    SearchVectorField,
)
from django.db import models
from django.db.models import F, Func, Q

from brokers.models import Order
from brokers.models.owned import Owned, OwnedQuerySet
from journal.models.trade import KEY_LENGTH


# English stems without accents; the migration makes it in the database.
SEARCH_CONFIG = "journal_english"
TITLE_LENGTH = 160
# Longer than any note; the vector of a text this long stays below PostgreSQL's 1 MB.
BODY_LENGTH = 50_000
TAG_LENGTH = 40
SYMBOL_LENGTH = 32


class NoteSource(models.TextChoices):
    DESK = "desk", "this desk"
    DEMO = "demo", "the demo year"


class ArrayVector(SearchVectorCombinable, Func):
    """Labels as lexemes, letter by letter: no parser takes "$BRK.B" apart."""

    function = "array_to_tsvector"
    config = None
    output_field = SearchVectorField()


class NoteQuerySet(OwnedQuerySet["Note"]):
    def live(self) -> NoteQuerySet:
        return self.filter(archived_at=None)


class Note(Owned):
    """`body` is Markdown, `plain` its words without the marks, which are searched.

    `key` is made with the form, so that a form sent twice is one note. `labels` are
    the tags as "#earnings" and the symbols as "$ACME". `day` is the exchange's date
    that the note is about. `version` counts the saves; a form from an older one is
    refused.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    source = models.CharField(max_length=8, choices=NoteSource, default=NoteSource.DESK)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body = models.TextField(max_length=BODY_LENGTH, blank=True)
    plain = models.TextField(blank=True)
    labels = ArrayField(models.TextField(), default=list, blank=True)
    day = models.DateField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config=SEARCH_CONFIG)
        + SearchVector("plain", weight="B", config=SEARCH_CONFIG)
        + ArrayVector(F("labels")),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [
            # The list, newest first, by keyset.
            models.Index(
                fields=["owner", "-day", "-id"],
                condition=Q(archived_at=None),
                name="note_list",
            ),
            models.Index(
                fields=["owner", "-archived_at", "-id"],
                condition=Q(archived_at__isnull=False),
                name="note_archive",
            ),
            GinIndex(fields=["search"], name="note_search"),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """The title, or the first words of a note without one."""
        return self.title or self.plain.strip().partition("\n")[0][:80] or "No words"

    @property
    def tags(self) -> list[str]:
        return [label[1:] for label in self.labels if label.startswith("#")]

    @property
    def symbols(self) -> list[str]:
        return [label[1:] for label in self.labels if label.startswith("$")]


class NoteTag(Owned):
    """A tag in use, so that the filter need not read every note to offer it."""

    name = models.CharField(max_length=TAG_LENGTH)
    used_at = models.DateTimeField()

    objects = OwnedQuerySet["NoteTag"].as_manager()

    class Meta:
        ordering = ["-used_at", "name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_note_tag")
        ]

    def __str__(self) -> str:
        return self.name


class NoteImage(Owned):
    """A picture as the desk encoded it: WebP, without anything the camera said.

    It has no note until the form that it was pasted into is saved. `alt` is what it
    shows, in words. Sides in pixels, `size` in bytes, `digest` SHA-256 of `content`.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    note = models.ForeignKey(
        Note, on_delete=models.CASCADE, null=True, blank=True, related_name="images"
    )
    alt = models.CharField(max_length=300, blank=True)
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects = OwnedQuerySet["NoteImage"].as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(note=None),
                name="note_image_unclaimed",
            )
        ]

    def __str__(self) -> str:
        return self.alt or str(self.key)


class NoteLink(models.Model):
    """An order or a trade that a note is about, exactly one of them.

    A trade by its key, as its corrections are: a rebuild may make the row anew.
    """

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="links")
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    trade_key = models.CharField(max_length=KEY_LENGTH, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(order=None) ^ Q(trade_key=""), name="note_link_one_end"
            ),
            models.UniqueConstraint(
                fields=["note", "order"],
                condition=Q(trade_key=""),
                name="note_link_order",
            ),
            models.UniqueConstraint(
                fields=["trade_key", "note"],
                condition=~Q(trade_key=""),
                name="note_link_trade",
            ),
        ]

    def __str__(self) -> str:
        return f"note {self.note_id}"


class NoteTemplate(Owned):
    """One's own beginning of a note; those of the desk are in `journal.notes.seeds`."""

    name = models.CharField(max_length=60)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body = models.TextField(max_length=BODY_LENGTH)

    objects = OwnedQuerySet["NoteTemplate"].as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_note_template")
        ]

    def __str__(self) -> str:
        return self.name


class NoteDraft(Owned):
    """What somebody is typing, kept every few seconds; gone when the note is saved.

    `key` is that of the note, which may not exist yet; `version` the one it began from,
    0 for a new note. Fields are as typed: whether they are right is asked on saving.
    """

    key = models.UUIDField()
    version = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body = models.TextField(max_length=BODY_LENGTH, blank=True)
    tags = models.CharField(max_length=500, blank=True)
    symbols = models.CharField(max_length=500, blank=True)
    day = models.CharField(max_length=20, blank=True)
    kept_at = models.DateTimeField()

    objects = OwnedQuerySet["NoteDraft"].as_manager()

    class Meta:
        ordering = ["-kept_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "key"], name="one_note_draft_per_key"
            )
        ]

    def __str__(self) -> str:
        return self.title or "draft"
