"""Sentiment in two classes; what is neutral has neither."""

from collections.abc import Mapping
from typing import Any

from training.task import Task

LABELS = ("negative", "positive")


def pole(row: Mapping[str, Any]) -> str | None:
    """The row's label, None where it is neutral."""
    label: str | None = row["label"]
    return None if label == "neutral" else label


TASK = Task("polarity", LABELS, "whether a text is negative or positive, as its source labels it", pole)
