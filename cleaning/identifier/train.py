"""Trains an identifier of near neighbours: `python -m cleaning.identifier.train FAMILY.toml --data FOLDER --out FILE`.

The family says which languages are told apart, and from which data; `nordic.toml` beside this file is ours. The model
is multinomial logistic regression over the n-grams of words and the pairs of words, fitted with AdaGrad. Words are left
out at random, so that no text is learned by one of its words. Five models more are made, each of which has not seen a
fifth of the texts: the scores are calibrated on what they say, and benchmarks judge by them (`--folds FOLDER`).
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize

from cleaning.identifier.family import (
    FOLDS,
    OTHER,
    Family,
    FamilyError,
    Row,
    documents,
    fold_of,
    held_out,
    labelled,
    load_family,
    made_up,
    normal,
)
from cleaning.identifier.features import BREAK_SIGNS, Floats, Integers, bucket, ngrams, pair_hashes, tokens, word_hashes
from cleaning.identifier.model import Identifier, Weights, sums

NGRAM_BITS, PAIR_BITS = 19, 17
EPOCHS, BATCH, RATE, DROPPED_WORDS = 3, 1024, 0.06, 0.4
LEXICON = 50_000  # words whose weights are in the file ready summed
LENGTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # words, where the calibration has its knots
JOINED = (1, 4, 16)  # so many consecutive texts make one of those that the scores are calibrated on
SWITCH = 6.0  # evidence that a change of language costs: benchmarks/spans.py compares it with others
WELL_LABELLED = 0.5  # the least weight of texts that the scores are calibrated on
CAUTION = 1e-3  # keeps the sharpness near 1 where too few texts speak for another
SURE = 0.99  # score of an unlabelled document's language, by a model not calibrated yet, to learn from it
SEED = 1


@dataclass(frozen=True)
class Encoded:
    """Texts as matrices. words: [texts, vocabulary], 1 / sqrt(words of the text) for each word. ngrams: [vocabulary,
    buckets], counts. pairs: [texts, buckets], as `words`. target: [texts], the class. weight: [texts].
    """

    vocabulary: Sequence[str]
    words: Any
    ngrams: Any
    pairs: Any
    target: Integers
    weight: Floats


@dataclass(frozen=True)
class Coefficients:
    """What is fitted: float32 [buckets, C] of n-grams and of pairs, and the bias [C]."""

    ngrams: Floats
    pairs: Floats
    bias: Floats


def encode(rows: Sequence[Row], classes: Sequence[str], prior: float) -> Encoded:
    """The rows as matrices; each class weighs as the number of its texts to the power 1 - `prior`."""
    found = [[token for token in tokens(row.text) if token not in BREAK_SIGNS] for row in rows]
    lengths = np.array([len(text) for text in found])
    numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))
    flat = np.array([numbers[word] for word in chain.from_iterable(found)], np.int64)
    vocabulary = list(numbers)
    hashes = word_hashes(vocabulary)[flat]
    ends = np.cumsum(lengths)
    previous = np.roll(hashes, 1)
    previous[(ends - lengths)[lengths > 0]] = 0
    pointers = np.concatenate([[0], ends])
    scale = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths).astype(np.float32)
    owners, buckets = (np.concatenate(lots) for lots in zip(*ngrams(vocabulary, NGRAM_BITS), strict=True))
    counts = sp.csr_matrix((np.ones(len(owners), np.float32), (owners, buckets)), (len(vocabulary), 1 << NGRAM_BITS))
    pairs = bucket(pair_hashes(previous, hashes), PAIR_BITS)
    place_of = {name: place for place, name in enumerate(classes)}
    target = np.array([place_of[row.lang] for row in rows])
    weight = np.array([row.weight for row in rows])
    totals = np.bincount(target, weight, len(classes))
    weight *= (totals[target] / totals.max()) ** -prior
    return Encoded(
        vocabulary,
        sp.csr_matrix((scale, flat, pointers), (len(rows), len(vocabulary))),
        counts,
        sp.csr_matrix((scale, pairs, pointers), (len(rows), 1 << PAIR_BITS)),
        target,
        (weight / weight.mean()).astype(np.float32),
    )


def fit(data: Encoded, chosen: npt.NDArray[np.bool_], classes: int, seed: int = SEED) -> Coefficients:
    """The coefficients after `EPOCHS` over the chosen texts.

    Source: Duchi, Hazan, Singer, Adaptive subgradient methods (2011), with one step size for all classes of a feature.
    """
    random = np.random.default_rng(seed)
    of_ngrams = np.zeros((1 << NGRAM_BITS, classes), np.float32)
    of_pairs = np.zeros((1 << PAIR_BITS, classes), np.float32)
    bias = np.zeros((1, classes), np.float32)
    arrays = (of_ngrams, of_pairs, bias)
    squares = [np.full((len(array), 1), 1e-12, np.float32) for array in arrays]
    texts = np.flatnonzero(chosen)
    steps = EPOCHS * -(-len(texts) // BATCH)
    step = 0
    for _ in range(EPOCHS):
        for batch in np.array_split(random.permutation(texts), steps // EPOCHS):
            rate = RATE * (1 - step / steps) ** 0.5
            step += 1
            words = data.words[batch]
            words.data = words.data * ((random.random(words.nnz) > DROPPED_WORDS) / np.float32(1 - DROPPED_WORDS))
            met, words = narrowed(words)
            features, counts = narrowed(data.ngrams[met])
            pair_features, pairs = narrowed(data.pairs[batch])
            logits = words @ (counts @ of_ngrams[features]) + pairs @ of_pairs[pair_features] + bias
            wrong = np.exp(logits - logits.max(1, keepdims=True))
            wrong /= wrong.sum(1, keepdims=True)
            wrong[np.arange(len(batch)), data.target[batch]] -= 1
            wrong *= data.weight[batch][:, None] / len(batch)
            gradients = (
                (features, counts.T @ (words.T @ wrong)),
                (pair_features, pairs.T @ wrong),
                (np.zeros(1, np.int64), wrong.sum(0, keepdims=True)),
            )
            for array, square, (places, gradient) in zip(arrays, squares, gradients, strict=True):
                square[places] += (gradient * gradient).mean(1, keepdims=True)
                array[places] -= rate * gradient / np.sqrt(square[places])
    return Coefficients(of_ngrams, of_pairs, bias[0])


def narrowed(matrix: Any) -> tuple[Integers, Any]:
    """The columns of a CSR matrix that hold something, and the matrix with those alone."""
    columns, places = np.unique(matrix.indices, return_inverse=True)
    return columns, sp.csr_matrix((matrix.data, places, matrix.indptr), (matrix.shape[0], len(columns)))


def packed(data: Encoded, fitted: Coefficients, languages: Sequence[str]) -> Weights:
    """The coefficients as a model keeps them, not calibrated."""
    frequent = np.argsort(-np.asarray((data.words > 0).sum(0)).ravel(), kind="stable")[:LEXICON]
    ngram_weights, ngram_scale = quantised(fitted.ngrams)
    pair_weights, pair_scale = quantised(fitted.pairs)
    return Weights(
        tuple(languages),
        ngram_weights,
        pair_weights,
        ngram_scale,
        pair_scale,
        tuple(data.vocabulary[place] for place in frequent.tolist()),
        (data.ngrams[frequent] @ fitted.ngrams).astype(np.float16),
        fitted.bias,
        np.array(LENGTHS, np.float32),
        np.ones(len(LENGTHS), np.float32),
        SWITCH,
    )


def quantised(array: Floats) -> tuple[npt.NDArray[np.int8], float]:
    """The array in 8 bits, and what to multiply it with; the largest of 10,000 values are cut."""
    scale = float(np.quantile(np.abs(array[array != 0]), 0.9999)) / 127
    return np.clip(np.round(array / scale), -127, 127).astype(np.int8), scale


def unlabelled_rows(family: Family, data: Path, first: Identifier) -> list[Row]:
    """Sentences of unlabelled documents whose language the first model is sure of, where it gives them the same one."""
    if not family.unlabelled:
        return []
    wanted = family.unlabelled.languages
    sentences: dict[str, list[str]] = {language: [] for language in wanted}
    stream = documents(family.unlabelled, data)
    while some := list(islice(stream, 1000)):
        learned = [texts for document, texts in some if not held_out(document)]
        whole = first.identify([" ".join(texts) for texts in learned])
        for found, texts in zip(whole, learned, strict=True):
            if found.code in wanted and found.score >= SURE:
                each = first.identify(texts)
                kept = [text for text, item in zip(texts, each, strict=True) if item.code == found.code]
                sentences[found.code] += kept
    random = np.random.default_rng(SEED)
    rows = []
    for language, texts in sentences.items():
        chosen = random.permutation(len(texts))[: wanted[language]]
        rows += [Row(texts[place], language, "unlabelled", family.unlabelled.weight) for place in np.sort(chosen)]
    return rows


def calibrated(
    weights: Weights, folds: Sequence[Identifier], rows: Sequence[Row], fold: Integers, family: Family
) -> Weights:
    """The weights with the bias and the sharpness that make the scores of unseen texts probabilities.

    Every language counts as it is expected. Found by maximum likelihood over the texts, and over runs of them joined,
    each judged by the model that has not seen it.
    """
    classes = family.classes
    evidence, words, target, weight = [], [], [], []
    for number, identifier in enumerate(folds):
        for joined in JOINED:
            texts = list(runs([row for row, its in zip(rows, fold, strict=True) if its == number], joined))
            units = identifier.units([tokens(text) for text, _, _ in texts])
            total, length = sums(units, len(texts))
            evidence.append(total)
            words.append(length)
            target += [classes.index(language) for _, language, _ in texts]
            weight += [value for _, _, value in texts]
    length = np.concatenate(words)
    logits = np.concatenate(evidence) / np.sqrt(np.maximum(length, 1))[:, None]
    goal = np.array(target)
    share = np.array(weight) * (length > 0)
    expected = np.array([family.expected.get(name, 1.0) for name in classes])
    share *= (expected / expected.sum() / np.maximum(np.bincount(goal, share, len(classes)), 1e-9))[goal]
    knots = np.log(LENGTHS)
    places = np.clip(np.interp(np.log(np.maximum(length, 1)), knots, np.arange(len(knots))), 0, len(knots) - 1.001)
    below = places.astype(np.int64)
    above_share = (places - below).astype(np.float32)

    def loss(parameters: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        bias, sharp_logs = parameters[: len(classes)], parameters[len(classes) :]
        sharpness = np.exp(sharp_logs)
        sharp = sharpness[below] * (1 - above_share) + sharpness[below + 1] * above_share
        raw = logits + bias
        scaled = raw * sharp[:, None]
        scaled -= scaled.max(1, keepdims=True)
        scores = np.exp(scaled)
        scores /= scores.sum(1, keepdims=True)
        value = float((share * -np.log(scores[np.arange(len(goal)), goal] + 1e-12)).sum())
        value += CAUTION * float((sharp_logs**2).sum())
        scores[np.arange(len(goal)), goal] -= 1
        scores *= share[:, None]
        by_sharp = (scores * raw).sum(1)
        slope = np.bincount(below, by_sharp * (1 - above_share), len(knots))
        slope += np.bincount(below + 1, by_sharp * above_share, len(knots))
        return value, np.concatenate([(scores * sharp[:, None]).sum(0), slope * sharpness + 2 * CAUTION * sharp_logs])

    start = np.concatenate([weights.bias, np.zeros(len(knots))]).astype(np.float64)
    solved = minimize(loss, start, jac=True, method="L-BFGS-B").x
    bias, sharpness = solved[: len(classes)], np.exp(solved[len(classes) :])
    return replace(weights, bias=bias.astype(np.float32), sharpness=sharpness.astype(np.float32))


def runs(rows: Sequence[Row], length: int) -> Iterable[tuple[str, str, float]]:
    """So many consecutive rows of a source and language at a time, joined: text, language, weight."""
    groups: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.source, row.lang].append(row)
    for (_, language), group in groups.items():
        for first in range(0, len(group) - length + 1, length):
            part = group[first : first + length]
            yield "\n".join(row.text for row in part), language, float(np.mean([row.weight for row in part]))


def train(family: Family, data: Path, folds: Path | None = None) -> Weights:
    """The calibrated weights of a family, learned from what lies below the folder `data`.

    folds: a folder in which the models that leave a fifth of the labelled texts out are kept, `fold-0.npz` and so on.
    """
    rows = labelled(family, data)
    if missing := sorted({*family.languages} - {row.lang for row in rows}):
        raise FamilyError(f"no text is in {', '.join(missing)}: look at `files` and `language` of [[texts]]")
    fold = fold_of(rows)
    say(f"{len(rows)} labelled texts: {dict(Counter(row.lang for row in rows))}")
    told = {row.source for row in rows if row.weight >= WELL_LABELLED}
    extra = made_up(family, data, SEED)
    rows += extra
    fold = np.concatenate([fold, np.arange(len(extra)) % FOLDS])
    judged = np.array([row.lang == OTHER or row.source in told for row in rows])
    if family.unlabelled:
        first = encode(rows, family.classes, family.prior)
        fitted = fit(first, np.ones(len(rows), np.bool_), len(family.classes))
        known = {normal(row.text) for row in rows}
        found = unlabelled_rows(family, data, Identifier(packed(first, fitted, family.languages)))
        learned = [row for row in found if normal(row.text) not in known]
        say(f"{len(learned)} sentences of documents: {dict(Counter(row.lang for row in learned))}")
        rows += learned
        fold = np.concatenate([fold, np.full(len(learned), -1)])
        judged = np.concatenate([judged, np.zeros(len(learned), np.bool_)])
    encoded = encode(rows, family.classes, family.prior)
    models = []
    for number in range(FOLDS):
        models.append(packed(encoded, fit(encoded, fold != number, len(family.classes)), family.languages))
        say(f"fold {number}")
    whole = packed(encoded, fit(encoded, np.ones(len(rows), np.bool_), len(family.classes)), family.languages)
    asked = [row for row, its in zip(rows, judged, strict=True) if its]
    whole = calibrated(whole, [Identifier(model) for model in models], asked, fold[judged], family)
    if folds:
        folds.mkdir(parents=True, exist_ok=True)
        for number, model in enumerate(models):
            replace(model, bias=whole.bias, sharpness=whole.sharpness).save(folds / f"fold-{number}.npz")
    return whole


def say(text: str) -> None:
    """Tells how far the training is, to standard error."""
    sys.stderr.write(f"{text}\n")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("family", type=Path, help="TOML file of the family")
    parser.add_argument("--data", type=Path, default=Path(), help="folder that its files are looked for in")
    parser.add_argument("--out", type=Path, required=True, help="file the model is written to")
    parser.add_argument("--folds", type=Path, help="folder for the models that leave a fifth out")
    arguments = parser.parse_args()
    try:
        train(load_family(arguments.family), arguments.data, arguments.folds).save(arguments.out)
    except FamilyError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
