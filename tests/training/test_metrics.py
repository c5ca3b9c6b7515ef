import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    matthews_corrcoef,
    precision_recall_fscore_support,
)

from training import metrics

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


def arrays(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    gold, predicted = np.array(pairs, np.int64).T
    return gold, predicted


@settings(max_examples=150, deadline=None)
@given(PAIRS)
def test_scores_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    gold, predicted = arrays(pairs)
    ours = metrics.confusion_matrix(gold, predicted, 4)
    assert ours.tolist() == confusion_matrix(gold, predicted, labels=range(4)).tolist()
    assert metrics.accuracy(ours) == pytest.approx(accuracy_score(gold, predicted))
    assert metrics.macro_f1(ours) == pytest.approx(f1_score(gold, predicted, average="macro", zero_division=0))
    if len({*gold}) > 1 and len({*predicted}) > 1:
        assert metrics.mcc(ours) == pytest.approx(matthews_corrcoef(gold, predicted), abs=1e-9)
    else:
        assert metrics.mcc(ours) == 0
    expected = precision_recall_fscore_support(gold, predicted, labels=range(4), zero_division=np.nan)
    support = ours.sum(1) > 0
    for score, values in zip((metrics.precision, metrics.recall, metrics.f1), expected, strict=False):
        known = support & ~np.isnan(values)
        assert score(ours)[known] == pytest.approx(values[known])


def test_a_class_never_predicted_has_precision_zero_and_one_that_is_not_there_has_no_recall() -> None:
    confusion = metrics.confusion_matrix(np.array([0, 0, 1]), np.array([0, 0, 0]), 3)
    assert metrics.precision(confusion).tolist() == [pytest.approx(2 / 3), 0, 0]
    assert metrics.recall(confusion)[:2].tolist() == [1, 0]
    assert np.isnan(metrics.recall(confusion)[2])
    assert np.isnan(metrics.f1(confusion)[2])


def test_a_stack_of_matrices_is_scored_one_by_one() -> None:
    stack = np.random.default_rng(1).integers(0, 9, (5, 3, 3))
    for score in (metrics.macro_f1, metrics.accuracy, metrics.mcc):
        assert score(stack) == pytest.approx([float(score(matrix)) for matrix in stack])


def test_resamples_have_as_many_documents_and_the_same_shares_on_average() -> None:
    counts = np.array([[50, 10], [0, 40]])
    drawn = metrics.resample(counts, 4000, seed=3)
    assert (drawn.sum((1, 2)) == 100).all()
    assert (drawn[:, 1, 0] == 0).all()
    assert drawn.mean(0) == pytest.approx(counts, abs=0.5)


def test_drawing_cells_is_the_bootstrap_of_documents() -> None:
    gold, predicted = arrays([(0, 0)] * 30 + [(0, 1)] * 10 + [(1, 1)] * 15 + [(1, 0)] * 5)
    confusion = metrics.confusion_matrix(gold, predicted, 2)
    ours = metrics.score_with_interval(
        metrics.macro_f1, confusion, metrics.resample(confusion, 4000, seed=1), confidence=0.95
    )
    rows = np.random.default_rng(2).integers(0, len(gold), (4000, len(gold)))
    scores = [float(metrics.macro_f1(metrics.confusion_matrix(gold[row], predicted[row], 2))) for row in rows]
    assert [ours["low"], ours["high"]] == pytest.approx(np.quantile(scores, [0.025, 0.975]), abs=0.015)


def test_the_interval_of_an_accuracy_is_that_of_the_binomial() -> None:
    confusion = np.array([[80, 20], [20, 80]])
    ours = metrics.score_with_interval(metrics.accuracy, confusion, metrics.resample(confusion, 5000, seed=1), 0.95)
    spread = 1.96 * math.sqrt(0.8 * 0.2 / 200)
    assert [ours["low"], ours["high"]] == pytest.approx([0.8 - spread, 0.8 + spread], abs=0.01)


def test_the_same_seed_gives_the_same_interval() -> None:
    counts = np.array([[5, 3], [2, 7]])
    assert np.array_equal(metrics.resample(counts, 10, seed=4), metrics.resample(counts, 10, seed=4))
    assert not np.array_equal(metrics.resample(counts, 10, seed=4), metrics.resample(counts, 10, seed=5))


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_no_score_of_any_documents_is_nan_in_json(pairs: list[tuple[int, int]]) -> None:
    confusion = metrics.confusion_matrix(*arrays(pairs), 4)
    drawn = metrics.resample(confusion, 50, seed=1)
    found = [metrics.score_with_interval(score, confusion, drawn, 0.9) for score in (metrics.macro_f1, metrics.mcc)]
    found += metrics.class_intervals(metrics.recall, confusion, drawn, 0.9)
    json.dumps(found, allow_nan=False)


def test_no_document_has_no_score() -> None:
    empty = np.zeros((3, 3), np.int64)
    drawn = metrics.resample(empty, 10, seed=1)
    assert metrics.score_with_interval(metrics.accuracy, empty, drawn, 0.9) == {
        "value": None,
        "low": None,
        "high": None,
    }


def difference(ours: np.ndarray, theirs: np.ndarray, gold: np.ndarray) -> metrics.Interval:
    return metrics.paired_difference(metrics.macro_f1, gold, ours, theirs, 3, resamples=2000, confidence=0.95, seed=1)


def test_a_system_does_not_differ_from_itself() -> None:
    gold, ours = np.random.default_rng(1).integers(0, 3, (2, 80))
    assert difference(ours, ours, gold) == {"value": 0, "low": 0, "high": 0}


def test_the_difference_is_that_of_the_scores_and_its_sign_turns_with_the_order() -> None:
    gold, ours, theirs = np.random.default_rng(1).integers(0, 3, (3, 80))
    scores = [float(metrics.macro_f1(metrics.confusion_matrix(gold, each, 3))) for each in (ours, theirs)]
    assert difference(ours, theirs, gold)["value"] == pytest.approx(scores[0] - scores[1], abs=1e-6)
    assert difference(theirs, ours, gold)["value"] == pytest.approx(scores[1] - scores[0], abs=1e-6)


def test_pairing_sees_a_difference_that_two_intervals_hide() -> None:
    gold = np.arange(300) % 3
    theirs = np.where(np.arange(300) % 5 == 0, (gold + 1) % 3, gold)
    ours = np.where(np.arange(300) < 60, gold, theirs)  # the same, but for twelve errors mended
    paired = difference(ours, theirs, gold)
    assert paired["low"] > 0
    assert metrics.verdict(paired) == "better"
    assert metrics.verdict(difference(theirs, ours, gold)) == "worse"
    single = [
        metrics.score_with_interval(metrics.macro_f1, matrix, metrics.resample(matrix, 2000, 1), 0.95)
        for matrix in (metrics.confusion_matrix(gold, each, 3) for each in (ours, theirs))
    ]
    assert single[0]["low"] < single[1]["high"]


def test_an_interval_across_zero_shows_nothing() -> None:
    assert metrics.verdict({"value": 0.02, "low": -0.01, "high": 0.05}) == "no difference shown"
    assert metrics.verdict({"value": None, "low": None, "high": None}) == "no difference shown"
