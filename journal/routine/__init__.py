"""The trader's routine: tasks of the day, reminders, biases, and the morning's rating."""

from __future__ import annotations

from journal.routine.ratings import Rating, rating_of


__all__ = ["Rating", "rating_of"]
