"""The ratings of the last days as a line in the band that the trader trades in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from journal.models import RoutineWishes, SelfRating
from journal.routine.ratings import SHOWN_DAYS, Rating, in_band


WIDTH = 416
_STEP = WIDTH / SHOWN_DAYS
_PER_POINT, _FOOT = 9, 86


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    x: str
    y: int
    rating: Rating
    label_y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingChart:
    """Coordinates in a box of 416 x 100; `words` say what it shows."""

    points: Sequence[Point]
    path: str
    band_top: int
    band_height: int
    words: str

    @property
    def band_foot(self) -> int:
        return self.band_top + self.band_height


def rating_chart(ratings: Sequence[SelfRating], routine: RoutineWishes) -> RatingChart:
    """`ratings` oldest first, at most twenty; the newest stands at the right."""
    first = SHOWN_DAYS - len(ratings)
    points = [
        _point(first + place, in_band(one, routine))
        for place, one in enumerate(ratings)
    ]
    top = _height(routine.highest_score)
    outside = sum(point.rating.is_outside for point in points)
    return RatingChart(
        points=points,
        path=" ".join(f"{'L' if n else 'M'}{p.x} {p.y}" for n, p in enumerate(points)),
        band_top=top,
        band_height=_height(routine.lowest_score) - top,
        words=f"Self-rating of the last {len(points)} rated days. Own band "
        f"{routine.lowest_score} to {routine.highest_score}; {outside} outside it.",
    )


def _point(place: int, rating: Rating) -> Point:
    x, y = _STEP * (place + 0.5), _height(rating.score)
    # The figure stands on the side away from the band.
    label_y = y - 7 if rating.is_above else y + 15
    return Point(x=f"{x:.1f}", y=y, rating=rating, label_y=label_y)


def _height(score: int) -> int:
    return _FOOT - _PER_POINT * score
