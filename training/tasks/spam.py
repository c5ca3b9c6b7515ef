"""Whether a message was asked for."""

from operator import itemgetter

from training.task import Task

TASK = Task("spam", ("ham", "spam"), "whether a message is spam, as its source labels it", itemgetter("label"))
