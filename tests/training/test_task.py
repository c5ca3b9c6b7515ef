import re

import pytest

from training.task import Task, TaskError, find_task, tasks
from training.tasks.rating_bands import band


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, "low"), (2, "low"), (3, "low"), (4, "middle"), (5, "high"), (6, "high")],
)
def test_a_die_has_three_low_faces_one_middle_and_two_high(value: int, expected: str) -> None:
    assert band({"rating": (value - 1) / 5}) == expected


@pytest.mark.parametrize(("value", "expected"), [(1, "low"), (2, "low"), (3, "middle"), (4, "high"), (5, "high")])
def test_five_stars_have_their_middle_at_three(value: int, expected: str) -> None:
    assert band({"rating": (value - 1) / 4}) == expected


@pytest.mark.parametrize(
    ("rating", "expected"), [(0.449, "low"), (0.45, "middle"), (0.7, "middle"), (0.701, "high"), (None, None)]
)
def test_the_bounds_belong_to_the_middle_and_no_rating_has_no_band(rating: float | None, expected: str | None) -> None:
    assert band({"rating": rating}) == expected


def test_tasks_are_found_by_the_name_of_their_file() -> None:
    assert tasks()["rating_bands"].labels == ("low", "middle", "high")


def test_a_misspelt_task_is_answered_with_the_nearest() -> None:
    with pytest.raises(TaskError, match=re.escape("did you mean 'rating_bands'?")):
        find_task("rating_band")


def test_an_unknown_task_is_answered_with_all() -> None:
    with pytest.raises(TaskError, match="there are: complaint, fake_hate, polarity, rating_bands"):
        find_task("xyz")


def test_labels_must_differ() -> None:
    with pytest.raises(TaskError, match="two or more different names"):
        Task("twice", ("a", "a"), "", lambda row: "a")


def test_a_label_that_the_task_does_not_have_is_an_error() -> None:
    task = Task("other", ("a", "b"), "", lambda row: "c")
    with pytest.raises(TaskError, match=r"'c' for row 17"):
        task.index_of({"id": "17"})
