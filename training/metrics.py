"""Scores of predictions against gold labels, and how far chance may have moved them. Pure functions of arrays.

A confusion matrix has gold labels in rows and predictions in columns; all scores take a stack of them, (..., k, k), and
give an array of the leading shape. Classes that are neither in gold nor predicted do not count in macro-F1.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Score = Callable[[Counts], Floats]
Interval = dict[str, float | None]


def confusion_matrix(gold: Counts, predicted: Counts, labels: int) -> Counts:
    """How often each gold label met each prediction: (labels, labels). gold, predicted: (n,) from 0 to labels - 1."""
    return np.bincount(gold * labels + predicted, minlength=labels * labels).reshape(labels, labels)


def ratio(numerator: NDArray[np.generic], denominator: NDArray[np.generic], empty: float) -> Floats:
    """numerator / denominator, and `empty` where the denominator is zero."""
    shape = np.broadcast_shapes(np.shape(numerator), np.shape(denominator))
    out: Floats = np.full(shape, empty)
    np.divide(numerator, denominator, out=out, where=np.asarray(denominator != 0))
    return out


def true_positives(confusion: Counts) -> Counts:
    """The diagonal: (..., k)."""
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def precision(confusion: Counts) -> Floats:
    """Of what was predicted to be a class, the share that is: (..., k); 0 where it was never predicted."""
    return ratio(true_positives(confusion), confusion.sum(-2), 0.0)


def recall(confusion: Counts) -> Floats:
    """Of what is a class, the share predicted to be: (..., k); NaN where there is none."""
    return ratio(true_positives(confusion), confusion.sum(-1), np.nan)


def f1(confusion: Counts) -> Floats:
    """The harmonic mean of precision and recall: (..., k); NaN where a class is neither in gold nor predicted."""
    return ratio(2 * true_positives(confusion), confusion.sum(-2) + confusion.sum(-1), np.nan)


def macro_f1(confusion: Counts) -> Floats:
    """The mean F1 of the classes that are in gold or predicted: (...)."""
    scores = f1(confusion)
    present = ~np.isnan(scores)
    return ratio(np.where(present, scores, 0.0).sum(-1), present.sum(-1), np.nan)


def accuracy(confusion: Counts) -> Floats:
    """The share predicted rightly: (...)."""
    return ratio(true_positives(confusion).sum(-1), confusion.sum((-2, -1)), np.nan)


def mcc(confusion: Counts) -> Floats:
    """Matthews correlation coefficient of two or more classes: (...); 0 where all is one class or one prediction.

    Source: Gorodkin 2004, Comparing two K-category assignments by a K-category correlation coefficient.
    """
    counts = confusion.astype(np.float64)
    total = counts.sum((-2, -1))
    gold, predicted = counts.sum(-1), counts.sum(-2)
    covariance = true_positives(confusion).sum(-1) * total - (gold * predicted).sum(-1)
    spread = (total**2 - (gold**2).sum(-1)) * (total**2 - (predicted**2).sum(-1))
    return ratio(covariance, np.sqrt(spread), 0.0)


def resample(counts: Counts, resamples: int, seed: int) -> Counts:
    """`counts` as they would be of as many documents drawn with replacement: (resamples, *counts.shape).

    Documents in the same cell are alike, so that drawing cells by their share is the bootstrap of documents.
    """
    total = int(counts.sum())
    drawn = np.random.default_rng(seed).multinomial(total, counts.ravel() / max(total, 1), size=resamples)
    return drawn.reshape(resamples, *counts.shape)


def interval(value: float, drawn: Floats, confidence: float) -> Interval:
    """{"value", "low", "high"}: the score and the percentile interval of its resamples; None for what is NaN."""
    tail = (1 - confidence) / 2
    defined = drawn[~np.isnan(drawn)]
    low, high = np.quantile(defined, [tail, 1 - tail]) if len(defined) else (np.nan, np.nan)
    return {"value": number(value), "low": number(low), "high": number(high)}


def number(value: float) -> float | None:
    """The value to six decimals, None for NaN: JSON has none."""
    return None if np.isnan(value) else round(float(value), 6)


def score_with_interval(score: Score, counts: Counts, drawn: Counts, confidence: float) -> Interval:
    """The score of `counts` and its interval over the resamples `drawn` of them."""
    return interval(float(score(counts)), score(drawn), confidence)


def class_intervals(score: Score, counts: Counts, drawn: Counts, confidence: float) -> list[Interval]:
    """A score that is given for each class, (..., k), and its interval, a class each."""
    values, resampled = score(counts), score(drawn)
    return [interval(float(values[i]), resampled[:, i], confidence) for i in range(len(values))]


def paired_difference(
    score: Score,
    gold: Counts,
    ours: Counts,
    theirs: Counts,
    labels: int,
    *,
    resamples: int,
    confidence: float,
    seed: int,
) -> Interval:
    """score(ours) - score(theirs) on the same documents, drawn together in each resample.

    Source: Efron & Tibshirani 1993, chapter 13 (percentile interval); Berg-Kirkpatrick et al. 2012 (pairing).
    """
    cells = (gold * labels + ours) * labels + theirs
    joint = np.bincount(cells, minlength=labels**3).reshape(labels, labels, labels)

    def difference(counts: Counts) -> Floats:
        return score(counts.sum(-1)) - score(counts.sum(-2))

    return score_with_interval(difference, joint, resample(joint, resamples, seed), confidence)


def verdict(difference: Interval) -> str:
    """What the interval of a difference shows: "better", "worse", or "no difference shown"."""
    low, high = difference["low"], difference["high"]
    if low is not None and low > 0:
        return "better"
    return "worse" if high is not None and high < 0 else "no difference shown"
