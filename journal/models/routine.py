"""The trader's routine: tasks of the day, reminders, and how they feel each morning."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from brokers.models.owned import Owned, OwnedQuerySet
from journal.domain.schedule import QuietHours, Recurrence, Schedule
from journal.models.note import Note
from journal.models.trade import Trade


EXCHANGE_ZONE = "America/New_York"
LOWEST_SCORE, HIGHEST_SCORE = 1, 8
_SCORE = [MinValueValidator(LOWEST_SCORE), MaxValueValidator(HIGHEST_SCORE)]


class RecurrenceChoice(models.TextChoices):
    ONCE = Recurrence.ONCE.value, "Once"
    WEEKDAYS = Recurrence.WEEKDAYS.value, "On weekdays"
    MONTHLY = Recurrence.MONTHLY.value, "Once a month"


class Priority(models.IntegerChoices):
    HIGH = 1, "High"
    NORMAL = 2, "Normal"
    LOW = 3, "Low"


class TaskState(models.TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"
    SKIPPED = "skipped", "Skipped"


class ReminderKind(models.TextChoices):
    """What it speaks of. All but the first and the biases look first whether there is
    anything to say.
    """

    OWN = "own", "My own words"
    TASK = "task", "A task that is still open"
    BIAS = "bias", "A bias, with its question"
    REFRESHER = "refresher", "All biases, once a month"
    UNREVIEWED = "unreviewed", "Trades and days not reviewed"
    UNPROTECTED = "unprotected", "Positions without a stop"
    DRILLS = "drills", "Worst-case drills that are due"
    PLAN_REVIEW = "plan_review", "Plans due for review"


class DeliveryOutcome(models.TextChoices):
    TOLD = "told", "Told"
    LATE = "late", "Told late"
    HELD = "held", "Told after the quiet hours"
    MERGED = "merged", "One with a later one"
    NOTHING = "nothing", "Nothing was open"
    DROPPED = "dropped", "Dropped, over a day late"


class Bias(models.TextChoices):
    """After the list in Van K. Tharp's "Trade Your Way", chapter 2."""

    REPRESENTATION = "representation", "The picture is not the thing"
    RELIABILITY = "reliability", "Trusting the data"
    LOTTO = "lotto", "All weight on the entry"
    SMALL_NUMBERS = "small_numbers", "Law of small numbers"
    CONSERVATISM = "conservatism", "Holding on to a view"
    RANDOMNESS = "randomness", "Order seen in noise"
    UNDERSTANDING = "understanding", "The need to understand"
    DEGREES_OF_FREEDOM = "degrees_of_freedom", "One rule too many"
    POSTDICTIVE = "postdictive", "Knowing it before it was known"
    PROTECTION = "protection", "Not enough protection"
    GAMBLERS_FALLACY = "gamblers_fallacy", "It has to turn now"
    PROFITS_AND_LOSSES = "profits_and_losses", "Timid with gains, bold with losses"
    MUST_WIN = "must_win", "This one must be a winner"


class Recurring(models.Model):
    """A wall time that comes again; `weekdays` as digits, "12345" for working days."""

    recurrence = models.CharField(
        max_length=8, choices=RecurrenceChoice, default=RecurrenceChoice.WEEKDAYS
    )
    weekdays = models.CharField(max_length=7, default="12345", blank=True)
    month_day = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    at = models.TimeField(default=time(8, 30))
    zone = models.CharField(max_length=64, default=EXCHANGE_ZONE)

    class Meta:
        abstract = True

    @property
    def schedule(self) -> Schedule:
        return Schedule(
            recurrence=Recurrence(self.recurrence),
            at=self.at,
            zone=ZoneInfo(self.zone),
            weekdays=frozenset(int(digit) for digit in self.weekdays),
            month_day=self.month_day,
            day=getattr(self, "day", None),
        )


class RoutineWishes(Owned):
    """How a person wants to be reminded, and what they hold of their own ratings.

    Empty `zone`: as times are shown to them. `tasks_made_on` is the last day whose
    tasks were made; empty makes today's again, which adds what is missing.
    """

    zone = models.CharField(max_length=64, blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    lowest_score = models.PositiveSmallIntegerField(default=4, validators=_SCORE)
    highest_score = models.PositiveSmallIntegerField(default=7, validators=_SCORE)
    market_symbol = models.CharField(max_length=32, blank=True)
    tasks_made_on = models.DateField(null=True, blank=True)

    objects = OwnedQuerySet["RoutineWishes"].as_manager()

    class Meta:
        verbose_name_plural = "routine wishes"
        constraints = [
            models.UniqueConstraint(fields=["owner"], name="one_routine_per_person")
        ]

    def __str__(self) -> str:
        return f"routine of user {self.owner_id}"

    @property
    def quiet_hours(self) -> QuietHours | None:
        if self.quiet_from is None or self.quiet_until is None:
            return None
        zone = ZoneInfo(self.zone or EXCHANGE_ZONE)
        return QuietHours(begins=self.quiet_from, ends=self.quiet_until, zone=zone)


class SelfRating(Owned):
    """One number for one morning; rated again, the last one counts."""

    day = models.DateField()
    score = models.PositiveSmallIntegerField(validators=_SCORE)
    note = models.CharField(max_length=300, blank=True)
    rated_at = models.DateTimeField()

    objects = OwnedQuerySet["SelfRating"].as_manager()

    class Meta:
        ordering = ("-day",)
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "day"], name="one_self_rating_per_day"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=LOWEST_SCORE, score__lte=HIGHEST_SCORE),
                name="self_rating_from_1_to_8",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.score}"


class TaskTemplate(Owned, Recurring):
    """What becomes a task on each of its days. `seed` names one that the desk gave."""

    title = models.CharField(max_length=120)
    detail = models.CharField(max_length=300, blank=True)
    priority = models.PositiveSmallIntegerField(
        choices=Priority, default=Priority.NORMAL
    )
    trading_days_only = models.BooleanField(default=True)
    place = models.PositiveIntegerField(default=0)
    seed = models.CharField(max_length=24, blank=True)
    active = models.BooleanField(default=True)

    objects = OwnedQuerySet["TaskTemplate"].as_manager()

    class Meta:
        ordering = ("place", "at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "seed"],
                condition=~Q(seed=""),
                name="one_task_template_per_seed",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Task(Owned):
    """Something to do on a day, from a template or by itself."""

    template = models.ForeignKey(
        TaskTemplate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
    )
    day = models.DateField()
    title = models.CharField(max_length=120)
    detail = models.CharField(max_length=300, blank=True)
    priority = models.PositiveSmallIntegerField(
        choices=Priority, default=Priority.NORMAL
    )
    due_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=TaskState, default=TaskState.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_note = models.CharField(max_length=300, blank=True)
    place = models.PositiveIntegerField(default=0)
    trade = models.ForeignKey(
        Trade, on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks"
    )
    note = models.ForeignKey(
        Note, on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks"
    )
    created_at = models.DateTimeField()

    objects = OwnedQuerySet["Task"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["template", "day"], name="one_task_per_template_and_day"
            )
        ]
        indexes = [
            models.Index(fields=["owner", "day"], name="task_of_day"),
            models.Index(
                fields=["owner", "day"],
                condition=Q(state=TaskState.OPEN, template=None),
                name="task_carried_over",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Reminder(Owned, Recurring):
    """`next_at` is when it is due next, `look_at` when the desk looks at it: later than
    that over quiet hours. Empty `biases` are all of them, in turn.
    """

    kind = models.CharField(
        max_length=12, choices=ReminderKind, default=ReminderKind.OWN
    )
    title = models.CharField(max_length=120, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    day = models.DateField(null=True, blank=True)
    template = models.ForeignKey(
        TaskTemplate,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reminders",
    )
    task = models.ForeignKey(
        Task, on_delete=models.CASCADE, null=True, blank=True, related_name="reminders"
    )
    biases = models.JSONField(default=list, blank=True)
    by_email = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True, blank=True)
    look_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = OwnedQuerySet["Reminder"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task"], name="one_reminder_per_task"),
            models.UniqueConstraint(
                fields=["template"], name="one_reminder_per_task_template"
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_at"],
                condition=Q(active=True, look_at__isnull=False),
                name="reminder_to_look_at",
            ),
            models.Index(fields=["owner", "next_at"], name="reminder_of_person"),
        ]

    def __str__(self) -> str:
        return self.title or str(ReminderKind(self.kind).label)


class ReminderDelivery(Owned):
    """What became of one time that a reminder was due: there is one row of it, ever."""

    reminder = models.ForeignKey(
        Reminder, on_delete=models.CASCADE, related_name="deliveries"
    )
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=DeliveryOutcome)
    settled_at = models.DateTimeField()
    title = models.CharField(max_length=160, blank=True)
    bias = models.CharField(max_length=24, choices=Bias, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    objects = OwnedQuerySet["ReminderDelivery"].as_manager()

    class Meta:
        verbose_name_plural = "reminder deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["reminder", "due_at"], name="one_delivery_per_time_due"
            )
        ]
        indexes = [
            models.Index(fields=["owner", "-due_at", "-id"], name="delivery_newest"),
            models.Index(
                fields=["owner", "-due_at"],
                condition=~Q(bias="") & Q(acknowledged_at=None),
                name="delivery_to_acknowledge",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.outcome} at {self.due_at:%Y-%m-%d %H:%M}"
