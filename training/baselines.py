"""What any model has to beat: the majority class, and TF-IDF with logistic regression."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAJORITY = "majority class"
TFIDF = "TF-IDF + logistic regression"


def predict_majority(labels: NDArray[np.int64], documents: int) -> NDArray[np.int64]:
    """The most frequent of `labels`, the lowest of equals, for each of the documents."""
    return np.full(documents, np.bincount(labels).argmax(), np.int64)


def predict_tfidf(texts: Sequence[str], labels: NDArray[np.int64], unseen: Sequence[str]) -> NDArray[np.int64]:
    """The label of each unseen text after training on `texts` and `labels`; deterministic."""
    predicted: NDArray[np.int64] = tfidf_pipeline(len(texts)).fit(texts, labels).predict(unseen)
    return predicted


def tfidf_pipeline(documents: int) -> Any:
    """Words and pairs of words, and 2 to 5 characters within words, each of them tf-idf with log tf; balanced classes.

    From 100 documents on, an n-gram of a single document is left out.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer  # two seconds to import
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    min_df = 2 if documents >= 100 else 1
    words = TfidfVectorizer(analyzer="word", ngram_range=(1, 2), sublinear_tf=True, min_df=min_df)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=min_df)
    regression = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000, random_state=0)
    return make_pipeline(make_union(words, characters), regression)
