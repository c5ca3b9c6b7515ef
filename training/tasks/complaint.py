"""Whether a review complains of something."""

from operator import itemgetter

from training.task import Task

LABELS = ("no-complaint", "complaint")

TASK = Task("complaint", LABELS, "whether a review complains, as its source labels it", itemgetter("label"))
