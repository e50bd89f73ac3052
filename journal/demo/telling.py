"""What the invented trader wrote down: reviews, mistakes, days, notes, plan, routine."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from journal.book import reviewing
from journal.demo import living, words
from journal.demo.booking import entry_id
from journal.demo.story import Told
from journal.models import (
    DayReview,
    DemoYear,
    Followed,
    Mistake,
    Note,
    Plan,
    PlanVersion,
    Playbook,
    RoutineWishes,
    SelfRating,
    TagFamily,
    Trade,
    TradeTag,
)
from journal.notes import writing as notes
from journal.plans import playbooks, sections, worst_cases, writing
from tradedesk.core.actor import Actor
from tradedesk.web import formatting


_NOTED, _MORNING_NOTE, _REVIEWED_DAY, _LEFT_OPEN = 0.12, 0.1, 0.9, 4


@dataclass(frozen=True, slots=True)
class Teller:
    year: DemoYear
    random: Random
    actor: Actor
    now: datetime

    def keep(self, model: str, ids: list[int]) -> None:
        """Remember what was made, at once: a year half made can be removed as well."""
        self.year.rows.setdefault(model, []).extend(ids)
        self.year.save(update_fields=["rows"])

    def playbooks(self) -> dict[str, Playbook]:
        made = {}
        for terms in words.PLAYBOOKS:
            name = f"{terms.name} (demo)"
            named = replace(terms, name=name)
            own = self.year.owner
            one = playbooks.create(own, named, actor=self.actor, now=self.now)
            self.keep("playbook", [one.pk])
            made[terms.name] = Playbook.objects.select_related("current").get(pk=one.pk)
        for place, (symbol, days, why, r) in enumerate(words.MISSED):
            missed = playbooks.Missed(
                symbol=symbol,
                missed_on=(self.now - timedelta(days=days)).date(),
                why=why,
                missed_r=r,
            )
            book = list(made.values())[place]
            playbooks.log_missed(book, missed, actor=self.actor, now=self.now)
        return made

    def plan(self) -> PlanVersion | None:
        """Only for a trader who has written none: a real one is not touched."""
        owner = self.year.owner
        if Plan.objects.for_user(owner).exists():
            return None
        for key, values in words.PLAN.items():
            writing.save_section(
                owner, key, _fitting(key, values), seen=writing.section_digest({}),
                actor=self.actor, now=self.now,
            )  # fmt: skip
        version = writing.publish(owner, "A demo", actor=self.actor, now=self.now)
        self.keep("plan", [version.plan_id])
        return version

    def cards(self) -> None:
        today = self.now.date()
        for category, trigger, action, days in words.CARDS:
            terms = worst_cases.CardTerms(
                category=category,
                trigger=trigger,
                action=action,
                next_drill_on=today + timedelta(days=days),
                responsible="Me",
            )
            card = worst_cases.write_card(
                self.year.owner, terms, actor=self.actor, now=self.now
            )
            self.keep("card", [card.pk])

    def reviews(self, story: Sequence[Told], trades: dict[str, Trade]) -> None:
        """Ratings, setups and mistakes of all but the newest, which wait to be reviewed."""
        done = list(enumerate(story))[:-_LEFT_OPEN]
        for number, told in done:
            trade = trades[entry_id(number)]
            trade.followed_plan = told.followed
            trade.emotion, trade.confidence = told.emotion, told.confidence
            trade.reviewed_at = told.walked.closed_at + timedelta(hours=3)
            self._tag(trade, told)
        Trade.objects.bulk_update(
            [trades[entry_id(number)] for number, _ in done],
            ["followed_plan", "emotion", "confidence", "reviewed_at"],
        )

    def _tag(self, trade: Trade, told: Told) -> None:
        if told.setup:
            name = words.SETUP_TAGS[told.setup]
            tag = reviewing.tag_named(trade, TagFamily.SETUP, name)
            TradeTag.objects.create(owner_id=trade.owner_id, trade=trade, tag=tag)
        for name, cost in told.mistakes:
            tag = reviewing.tag_named(trade, TagFamily.MISTAKE, name)
            Mistake.objects.create(
                owner_id=trade.owner_id,
                trade=trade,
                tag=tag,
                cost_r=cost,
                estimated=True,
                created_at=told.walked.closed_at,
            )

    def days(self, trades: Sequence[Trade]) -> None:
        """How each day went, and a number in the morning; a real one is left alone."""
        followed: dict[date, bool] = {}
        for trade in trades:
            if trade.trading_day is not None:
                kept = bool(trade.followed_plan)
                followed[trade.trading_day] = (
                    followed.get(trade.trading_day, True) and kept
                )
        own = self.year.owner
        said = set(DayReview.objects.for_user(own).values_list("day", flat=True))
        rated = set(SelfRating.objects.for_user(own).values_list("day", flat=True))
        reviews = [
            self._day(day, kept)
            for day, kept in sorted(followed.items())[:-1]
            if day not in said and self.random.random() < _REVIEWED_DAY
        ]
        ratings = [
            SelfRating(
                owner=own,
                day=day,
                score=self.random.choice((4, 5, 5, 6, 6, 7) if kept else (2, 3, 4, 8)),
                rated_at=_evening(day) - timedelta(hours=9),
            )
            for day, kept in sorted(followed.items())
            if day not in rated
        ]
        made = DayReview.objects.bulk_create(reviews)
        self.keep("day", [one.pk for one in made])
        numbers = SelfRating.objects.bulk_create(ratings)
        self.keep("rating", [one.pk for one in numbers])

    def _day(self, day: date, kept: bool) -> DayReview:  # noqa: FBT001 - a word of the day
        answer = (
            Followed.YES if kept else self.random.choice((Followed.NO, Followed.PARTLY))
        )
        return DayReview(
            owner=self.year.owner,
            day=day,
            followed_rules=answer.value,
            note="" if kept else self.random.choice(words.DAYS_AFTER_A_MISTAKE),
            tomorrow=self.random.choice(words.TOMORROWS),
            reviewed_at=_evening(day),
        )

    def notes(self, story: Sequence[Told], trades: dict[str, Trade]) -> None:
        for number, told in enumerate(story):
            if told.mistakes or self.random.random() < _NOTED:
                self._note_of(told, trades[entry_id(number)])
            if self.random.random() < _MORNING_NOTE:
                day = told.walked.idea.entered_at
                text = self.random.choice(words.MORNINGS)
                self._note(
                    f"Morning of {day.day} {day:%B}", text, day=day, tags=["premarket"]
                )

    def routine(self, sessions: Sequence[date]) -> None:
        """Tasks of the last weeks, a checklist for who has none, and reminders."""
        own, today = self.year.owner, self.now.astimezone(_zone()).date()
        templates = living.templates(own)
        self.keep("template", [one.pk for one in templates])
        # Today's come out of the templates by themselves.
        days = [day for day in sessions if day < today][-living.DAYS_OF_TASKS :]
        tasks = living.tasks(templates, days, self.random)
        tasks += living.own_tasks(own, today, self.now)
        self.keep("task", [one.pk for one in tasks])
        made = living.reminders(own, self.now)
        self.keep("reminder", [one.pk for one in made])
        RoutineWishes.objects.for_user(own).update(tasks_made_on=None)

    def ideas(self) -> None:
        """What is on the list of today."""
        for symbol, text in words.IDEAS:
            self._note(
                f"{symbol}: an idea", text, day=self.now, tags=["idea"], symbol=symbol
            )

    def _note_of(self, told: Told, trade: Trade) -> None:
        lines: Sequence[str] = words.AFTER_A_LOSS
        if told.walked.gross > 0:
            lines = words.AFTER_A_WIN
        if told.mistakes:
            lines = words.AFTER_A_MISTAKE[told.mistakes[0][0]]
        idea = told.walked.idea
        text = (
            f"{self.random.choice(lines)}\n\nEntry **{formatting.price(idea.entry)}**, "
            f"stop **{formatting.price(idea.stop)}**"
            f"; result {formatting.r_multiple(told.walked.r)}"
        )
        title = f"{idea.symbol}: {told.setup or 'no setup'}"
        tags = ["mistake"] if told.mistakes else ["review"]
        self._note(
            title, text, day=told.walked.closed_at, tags=tags, symbol=idea.symbol,
            trade=trade,
        )  # fmt: skip

    def _note(
        self,
        title: str,
        text: str,
        *,
        day: datetime,
        tags: Sequence[str],
        symbol: str = "",
        trade: Trade | None = None,
    ) -> None:
        written = notes.Written(
            title=title,
            body=text,
            tags=[*tags, "demo"],
            symbols=[symbol] if symbol else [],
            day=day.astimezone(_zone()).date(),
            trades=[trade.pk] if trade else [],
            alts={},
        )
        note = notes.save(
            self.year.owner,
            uuid.uuid4(),
            written,
            version=0,
            actor=self.actor,
            now=self.now,
        )
        Note.objects.filter(pk=note.pk).update(created_at=day, changed_at=day)
        self.keep("note", [note.pk])


def _fitting(key: str, values: dict[str, str]) -> dict[str, str]:
    """Only what the section asks for, should its fields change."""
    asked = {field.key for field in sections.BY_KEY[key].fields}
    return {name: value for name, value in values.items() if name in asked}


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(17, 30), _zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.EXCHANGE_TIME_ZONE)
