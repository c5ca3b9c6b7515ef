import numpy as np

from training.baselines import predict_majority, predict_tfidf
from training.data import labelled_rows
from training.task import find_task


def test_the_majority_baseline_gives_the_most_frequent_label() -> None:
    assert predict_majority(np.array([2, 1, 1, 0]), 3).tolist() == [1, 1, 1]
    assert predict_majority(np.array([2, 1]), 1).tolist() == [1]


def test_tfidf_learns_words_and_is_the_same_each_time(dataset: str) -> None:
    task = find_task("rating_bands")
    train, test = labelled_rows(dataset, "train", task), labelled_rows(dataset, "test", task)
    predicted = predict_tfidf(train.texts, train.labels, test.texts)
    assert (predicted == test.labels).mean() > 0.95
    assert np.array_equal(predicted, predict_tfidf(train.texts, train.labels, test.texts))


def test_tfidf_sees_parts_of_words() -> None:
    texts = ["fantastiske", "fantastisk", "elendige", "elendig"]
    assert predict_tfidf(texts, np.array([1, 1, 0, 0]), ["fantastiskt", "elendigt"]).tolist() == [1, 0]
