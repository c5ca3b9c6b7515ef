"""A linear identifier of near neighbours: reads a model that `cleaning.identifier.train` made, and names languages."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from cleaning.identifier.features import (
    BREAK_SIGNS,
    Floats,
    Hashes,
    Integers,
    bucket,
    ngrams,
    pair_hashes,
    placed_tokens,
    tokens,
    word_hashes,
)
from cleaning.language import LEAST_ALTERNATIVE, UNDETERMINED, Language

LANGUAGES = ("nb", "nn", "da", "sv", "fo", "is", "en", "de", "fi", "nl")  # of `nordic`
BREAK_ROW, NO_ROW = 0, -1
# Words whose weights are kept: some 50 MB. Beyond it all but the lexicon is forgotten, and worked out again.
MOST_WORDS = 300_000
LEAST_SCORE = 0.3  # below it the likeliest language is no answer


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch text[start:end] in one language."""

    start: int
    end: int
    code: str


@dataclass(frozen=True)
class Weights:
    """What a model file holds; C is the number of languages plus one, the last column being any other.

    ngrams, pairs: int8 [buckets, C], times `ngram_scale` and `pair_scale`. words, word_weights: frequent words, and the
    sum of their n-grams' weights, float16 [words, C]. bias: [C]. lengths, sharpness: what the evidence of a
    text of so many words is multiplied with, that its scores are probabilities; in between they are interpolated.
    switch: the evidence that a change of language inside a text needs.
    """

    languages: tuple[str, ...]
    ngrams: npt.NDArray[np.int8]
    pairs: npt.NDArray[np.int8]
    ngram_scale: float
    pair_scale: float
    words: tuple[str, ...]
    word_weights: npt.NDArray[np.float16]
    bias: Floats
    lengths: Floats
    sharpness: Floats
    switch: float

    def save(self, path: Path) -> None:
        """Writes the weights to a file of NumPy's, without pickles."""
        arrays = {name: value for name, value in vars(self).items() if name not in ("languages", "words")}
        partial = path.with_name(f"{path.name}.partial")
        with partial.open("wb") as file:
            np.savez_compressed(file, languages=letters(self.languages), words=letters(self.words), **arrays)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The weights in a file that `save` wrote. Raises ValueError if it is not one, OSError if there is none."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                values: dict[str, Any] = {name: stored[name] for name in stored.files}
            for name in ("languages", "words"):
                values[name] = tuple(values[name].tobytes().decode().split())
            for name in ("ngram_scale", "pair_scale", "switch"):
                values[name] = float(values[name])
            return cls(**values)
        except (AttributeError, BadZipFile, EOFError, KeyError, TypeError, ValueError, zlib.error) as error:
            raise ValueError(f"{path} is no model of cleaning.identifier.train: {error}") from error


@dataclass(frozen=True, slots=True)
class Units:
    """The words of texts in units between breaks. Rows of `evidence` [units, C] are sums over the words of a unit.

    text_of, words: the text each unit is of, rising, and its number of words, at least one. place: its number in the
    text, counting those without a word.
    """

    evidence: Floats
    text_of: Integers
    words: Integers
    place: Integers


class Rows(dict[str, int]):
    """The row of each word that has been met, `NO_ROW` for any other."""

    def __missing__(self, word: str) -> int:
        return NO_ROW


class Identifier:
    """Names the languages of texts. One may serve many threads."""

    def __init__(self, weights: Weights) -> None:
        """weights: as trained."""
        self.weights = weights
        self.languages = weights.languages
        self.codes = (*weights.languages, UNDETERMINED)
        self.lock = Lock()
        self.known: int
        self.rows: Rows  # the row of each word in the two arrays
        self.vectors: Floats
        self.hashes: Hashes
        self.ngram_bits = len(weights.ngrams).bit_length() - 1
        self.pair_bits = len(weights.pairs).bit_length() - 1
        self.forget()

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The identifier whose weights are in the file `path`."""
        return cls(Weights.load(Path(path)))

    def identify(self, texts: Sequence[str]) -> list[Language]:
        """The language of each text by its own words, without what it quotes; `und` where there is no evidence."""
        scores = self.probabilities(texts)
        best = scores.argmax(1)
        top = scores[np.arange(len(texts)), best]
        abstains = (best == len(self.languages)) | (top < LEAST_SCORE)
        several = (scores[:, :-1] >= LEAST_ALTERNATIVE).sum(1) > np.where(abstains, 0, 1)
        found = []
        for row, (place, score, without, more) in enumerate(
            zip(
                best.tolist(),
                top.astype(np.float64).round(4).tolist(),
                abstains.tolist(),
                several.tolist(),
                strict=True,
            )
        ):
            others = self.alternatives(scores[row], -1 if without else place) if more else ()
            found.append(Language(UNDETERMINED if without else self.codes[place], score, others))
        return found

    def alternatives(self, scores: Floats, chosen: int) -> tuple[str, ...]:
        """The languages likely enough to be named beside the chosen one, likeliest first."""
        order = np.argsort(-scores[:-1], kind="stable").tolist()
        return tuple(self.codes[place] for place in order if place != chosen and scores[place] >= LEAST_ALTERNATIVE)

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """[texts, C]: how likely each text is in each of the languages, and in none of them. Rows sum to 1."""
        units = self.units([tokens(text) for text in texts])
        evidence, words = sums(units, len(texts))
        own = self.own_units(units, evidence)
        if not own.all():
            kept = Units(units.evidence[own], units.text_of[own], units.words[own], units.place[own])
            evidence, words = sums(kept, len(texts))
        scores = self.calibrated(evidence, words)
        scores[words == 0] = [0.0] * len(self.languages) + [1.0]
        return scores

    def calibrated(self, evidence: Floats, words: Integers) -> Floats:
        """Summed evidence [n, C] of texts of so many `words` as probabilities."""
        known = np.maximum(words, 1)
        sharpness = np.interp(np.log(known), np.log(self.weights.lengths), self.weights.sharpness)
        logits = (evidence / np.sqrt(known)[:, None] + self.weights.bias) * sharpness[:, None]
        scores: Floats = np.exp(logits - logits.max(1, keepdims=True)).astype(np.float32)
        scores /= scores.sum(1, keepdims=True)
        return scores

    def spans(self, text: str) -> list[Span]:
        """The stretches of the text that are in one language each, in order, from a first word to a last one."""
        units = self.units([tokens(text)])
        if not len(units.words):
            return []
        codes = dict(zip(units.place.tolist(), self.segmented(units.evidence, units.text_of).tolist(), strict=True))
        found: list[Span] = []
        place = 0
        for match in placed_tokens(text):
            if match[0] in BREAK_SIGNS:
                place += 1
            elif found and found[-1].code == self.codes[codes[place]]:
                found[-1] = Span(found[-1].start, match.end(), found[-1].code)
            else:
                found.append(Span(match.start(), match.end(), self.codes[codes[place]]))
        return found

    def own_units(self, units: Units, evidence: Floats) -> npt.NDArray[np.bool_]:
        """Which units are in the main language of their text: that of most of its words."""
        own = np.ones(len(units.words), np.bool_)
        main = evidence.argmax(1)[units.text_of]
        ahead = units.evidence - units.evidence[np.arange(len(main)), main][:, None]
        # Only where a stretch in one other language is ahead by more than the change to it costs.
        mixed = most_in_a_stretch(ahead, units.text_of, len(evidence)) > self.weights.switch
        asked = np.flatnonzero(mixed[units.text_of])
        text_of, words = units.text_of[asked], units.words[asked]
        languages = self.segmented(units.evidence[asked], text_of)
        share = np.zeros((len(evidence), len(self.codes)), np.int64)
        np.add.at(share, (text_of, languages), words)
        own[asked] = languages == share.argmax(1)[text_of]
        return own

    def segmented(self, evidence: Floats, text_of: Integers) -> Integers:
        """The likeliest language of each unit [units, C] of texts, where a change inside a text costs `switch`.

        text_of: the text each unit is of, rising. All texts are gone through side by side, the longest first, so that
        those that have a next unit are always the first ones.

        Source: Viterbi, Error bounds for convolutional codes (1967).
        """
        starts = np.flatnonzero(np.diff(text_of, prepend=-1))
        lengths = np.diff(starts, append=len(evidence))
        order = np.argsort(-lengths, kind="stable")
        starts, lengths = starts[order], lengths[order]
        total = evidence[starts].copy()
        came_from = np.zeros(evidence.shape, np.int8)
        languages = np.zeros(len(evidence), np.int64)
        columns = np.arange(evidence.shape[1])
        steps = [starts[: np.searchsorted(-lengths, -step)] + step for step in range(1, lengths.max(initial=0))]
        for units in steps:
            here = total[: len(units)]
            best = here.argmax(1)[:, None]
            changed = np.take_along_axis(here, best, 1) - self.weights.switch
            stays = here >= changed
            came_from[units] = np.where(stays, columns, best)
            total[: len(units)] = np.where(stays, here, changed) + evidence[units]
        languages[starts + lengths - 1] = total.argmax(1)
        for units in reversed(steps):
            languages[units - 1] = came_from[units, languages[units]]
        return languages

    def units(self, found: Sequence[Sequence[str]]) -> Units:
        """The units of texts, given the tokens found in each."""
        lengths = np.fromiter(map(len, found), np.int64, len(found))
        with self.lock:
            rows = self.rows_of(list(chain.from_iterable(found)))
            is_word = rows != BREAK_ROW
            rows = rows[is_word]
            evidence, hashes = self.vectors.take(rows, axis=0), self.hashes.take(rows)  # four times as fast as [rows]
        if not len(rows):
            none = np.zeros(0, np.int64)
            return Units(evidence, none, none, none)
        text_of = np.repeat(np.arange(len(found)), lengths)[is_word]
        breaks = np.cumsum(np.concatenate([[False], ~is_word]))
        before = breaks[np.cumsum(lengths) - lengths]
        place = breaks[1:][is_word] - before[text_of]
        begins = np.diff(text_of, prepend=-1) > 0
        previous = np.where(begins, np.uint32(0), np.roll(hashes, 1))
        pairs = self.weights.pairs.take(bucket(pair_hashes(previous, hashes), self.pair_bits), axis=0)
        evidence += pairs * np.float32(self.weights.pair_scale)
        starts = np.flatnonzero(begins | (np.diff(place, prepend=-1) != 0))
        evidence = np.add.reduceat(evidence, starts, axis=0)
        return Units(evidence, text_of[starts], np.diff(starts, append=len(rows)), place[starts])

    def rows_of(self, words: Sequence[str]) -> Integers:
        """The row of each word in `vectors` and `hashes`; words met for the first time get one."""
        rows = self.looked_up(words)
        missing = np.flatnonzero(rows == NO_ROW).tolist()
        if not missing:
            return rows
        new = list(dict.fromkeys(words[place] for place in missing))
        if self.known + len(new) > MOST_WORDS:
            self.forget()
            new = [word for word in dict.fromkeys(words) if word not in self.rows]
        self.learn(new, self.scored(new))
        return self.looked_up(words)

    def looked_up(self, words: Sequence[str]) -> Integers:
        """The row of each word, `NO_ROW` where it has none."""
        return np.fromiter(map(self.rows.__getitem__, words), np.int64, len(words))

    def scored(self, words: Sequence[str]) -> Floats:
        """[words, C]: the summed weights of the n-grams of each word."""
        found = np.zeros((len(words), len(self.codes)), np.int32)
        for owners, buckets in ngrams(words, self.ngram_bits):
            starts = np.flatnonzero(np.diff(owners, prepend=-1))
            if len(starts):
                weights = self.weights.ngrams.take(buckets, axis=0)
                found[owners[starts]] += np.add.reduceat(weights, starts, axis=0, dtype=np.int32)
        return found.astype(np.float32) * np.float32(self.weights.ngram_scale)

    def learn(self, words: Sequence[str], vectors: Floats) -> None:
        """Gives new words their rows."""
        first, self.known = self.known, self.known + len(words)
        if self.known > len(self.vectors):  # more than MOST_WORDS in one call
            self.vectors = np.resize(self.vectors, (self.known, len(self.codes)))
            self.hashes = np.resize(self.hashes, self.known)
        self.vectors[first : self.known] = vectors
        self.hashes[first : self.known] = word_hashes(words)
        self.rows.update(zip(words, range(first, self.known), strict=True))

    def forget(self) -> None:
        """Knows the words of the lexicon only, and the signs that part units."""
        self.rows = Rows(dict.fromkeys(BREAK_SIGNS, BREAK_ROW))
        self.vectors = np.zeros((MOST_WORDS, len(self.codes)), np.float32)
        self.hashes = np.zeros(MOST_WORDS, np.uint32)
        self.known = BREAK_ROW + 1
        self.learn(self.weights.words, self.weights.word_weights.astype(np.float32))


def letters(words: Sequence[str]) -> npt.NDArray[np.uint8]:
    """The words in UTF-8, a blank between them: a quarter of what NumPy's own strings take."""
    return np.frombuffer(" ".join(words).encode(), np.uint8)


def sums(units: Units, texts: int) -> tuple[Floats, Integers]:
    """The evidence [texts, C] and the number of words of each of so many texts: zeros where it has no unit."""
    evidence = np.zeros((texts, units.evidence.shape[1]), np.float32)
    words = np.zeros(texts, np.int64)
    if len(units.words):
        starts = np.flatnonzero(np.diff(units.text_of, prepend=-1))
        evidence[units.text_of[starts]] = np.add.reduceat(units.evidence, starts, axis=0)
        words[units.text_of[starts]] = np.add.reduceat(units.words, starts)
    return evidence, words


def most_in_a_stretch(values: Floats, text_of: Integers, texts: int) -> npt.NDArray[np.float64]:
    """The largest sum of consecutive units of each text in one column of `values` [units, C]; 0 for one without units.

    Source: Kadane's maximum subarray, as running sums less the least running sum before.
    """
    most = np.zeros(texts)
    if len(values):
        after = np.cumsum(values, axis=0, dtype=np.float64)
        before = after - values
        starts = np.flatnonzero(np.diff(text_of, prepend=-1))
        # What was before a text lies above all that is in it, so that the least running sum is never an earlier text's.
        step = 2 * np.abs(after).max() + 1
        height = (np.arange(len(starts)) * step).repeat(np.diff(starts, append=len(values)))[:, None]
        least = np.minimum.accumulate(before - height, axis=0)
        most[text_of[starts]] = np.maximum.reduceat(after - height - least, starts, axis=0).max(1)
    return most


@cache
def nordic() -> Identifier:
    """The identifier that comes with Kvern: Norwegian in both forms, and the languages around it."""
    return Identifier.load(Path(__file__).with_name("nordic.npz"))
