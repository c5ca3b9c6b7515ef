"""How satisfied a reviewer is, in three bands of the rating they gave."""

from collections.abc import Mapping
from typing import Any

from training.task import Task

LABELS = ("low", "middle", "high")
LOW_BELOW = 0.45  # a die: 1-3 (0 to 0.4); five stars: 1-2 (0 to 0.25)
HIGH_ABOVE = 0.7  # a die: 5-6 (0.8 to 1); five stars: 4-5 (0.75 to 1)


def band(row: Mapping[str, Any]) -> str | None:
    """The band of the row's rating, a number from 0 to 1; None where it has no rating."""
    rating = row["rating"]
    if rating is None:
        return None
    if rating < LOW_BELOW:
        return "low"
    return "high" if rating > HIGH_ABOVE else "middle"


TASK = Task("rating_bands", LABELS, "the rating a review came with: low, middle or high", band)
