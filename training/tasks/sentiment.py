"""Sentiment in three classes."""

from operator import itemgetter

from training.task import Task

LABELS = ("negative", "neutral", "positive")

TASK = Task("sentiment", LABELS, "the sentiment that a source labels its texts with", itemgetter("label"))
