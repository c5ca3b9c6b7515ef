"""Whether a post makes a false claim, and whether it is hateful: the four ways in which the two go together."""

from operator import itemgetter

from training.task import Task

LABELS = ("Fake-Hate", "Fake-NonHate", "NonFake-Hate", "NonFake-NonHate")

TASK = Task("fake_hate", LABELS, "falsehood and hate together, as the source labels them", itemgetter("label"))
