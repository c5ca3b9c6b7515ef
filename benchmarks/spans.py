"""Measures how well `nordic` finds the stretches of a text that are in another language.

    python benchmarks/spans.py --folds DIR --data DATA

Texts of eight consecutive sentences of a Norwegian treebank, of which three in four are given one to three consecutive
sentences of a Danish, Swedish or English one, somewhere inside. DIR and DATA as in `benchmarks/language.py`: each text
is judged by the model that has seen none of its sentences. Counted are letters: those in the language that is said of
them, among those said to be foreign (precision), and among those that are (recall).
"""

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cleaning.identifier import family
from cleaning.identifier.family import FOLDS, fold_of, labelled, load_family
from cleaning.identifier.model import Identifier

HOSTS = {"nb": "UD_Norwegian-Bokmaal-dev", "nn": "UD_Norwegian-Nynorsk-dev"}
GUESTS = {"da": "UD_Danish-DDT-dev", "sv": "UD_Swedish-LinES-dev", "en": "UD_English-EWT-dev"}
SENTENCES, MOST_FOREIGN, LEAST_CHARACTERS = 8, 3, 15


class Mixed(NamedTuple):
    """Sentences with their languages, and the fold they are all of."""

    sentences: list[tuple[str, str]]
    fold: int

    @property
    def text(self) -> str:
        """The sentences in a row."""
        return " ".join(sentence for sentence, _ in self.sentences)

    @property
    def host(self) -> str:
        """The language that most of it is in."""
        return self.sentences[0][1]


def mixed_texts(data: Path) -> list[Mixed]:
    """The texts, the same in every run."""
    rows = labelled(load_family(Path(family.__file__).with_name("nordic.toml")), data)
    folds = fold_of(rows)
    sentences: dict[tuple[str, int], list[str]] = {}
    for row, fold in zip(rows, folds.tolist(), strict=True):
        if len(row.text) >= LEAST_CHARACTERS:
            sentences.setdefault((row.source, fold), []).append(row.text)
    random = np.random.default_rng(1)
    texts = []
    for fold in range(FOLDS):
        for host, source in HOSTS.items():
            own = sentences[source, fold]
            for first in range(0, len(own) - SENTENCES + 1, SENTENCES):
                text = [(sentence, host) for sentence in own[first : first + SENTENCES]]
                guest = random.choice(["", *GUESTS])
                if guest:
                    others = sentences[GUESTS[guest], fold]
                    count, place = random.integers(1, MOST_FOREIGN + 1), random.integers(1, SENTENCES)
                    at = random.integers(len(others) - count + 1)
                    text[place:place] = [(sentence, guest) for sentence in others[at : at + count]]
                texts.append(Mixed(text, fold))
    return texts


def measured(texts: list[Mixed], identifiers: list[Identifier]) -> str:
    """A row of the table: precision, recall, and how many texts are said to be in their own language."""
    letters: Counter[str] = Counter()
    right = 0
    for mixed in texts:
        identifier, text = identifiers[mixed.fold], mixed.text
        right += identifier.identify([text])[0].code == mixed.host
        true = [language for sentence, language in mixed.sentences for _ in f"{sentence} "]
        said = [mixed.host] * len(text)
        for span in identifier.spans(text):
            said[span.start : span.end] = [span.code] * (span.end - span.start)
        for character, its, found in zip(text, true, said, strict=False):
            if character.isalpha():
                letters["foreign"] += its != mixed.host
                letters["said"] += found != mixed.host
                letters["both"] += its == found != mixed.host
    precision, recall = letters["both"] / max(letters["said"], 1), letters["both"] / letters["foreign"]
    return f"{precision:.3f} | {recall:.3f} | {right / len(texts):.3f} |"


def main() -> None:
    """Prints the table, for the cost of a change of language that the model has, and for others."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=Path, required=True, help="models that were trained without one fold each")
    parser.add_argument("--data", type=Path, required=True, help="what they were trained on")
    options = parser.parse_args()
    texts = mixed_texts(options.data)
    weights = [Identifier.load(options.folds / f"fold-{fold}.npz").weights for fold in range(FOLDS)]
    print(f"{len(texts)} texts.\n\n| cost of a change | precision | recall | texts right |\n|---|---|---|---|")
    for switch in (2.0, 4.0, 6.0, 9.0, 16.0, 1e9):
        name = (
            "no change of language" if switch > 1e6 else f"{switch:g}{' (the model)' * (switch == weights[0].switch)}"
        )
        print(f"| {name} | {measured(texts, [Identifier(replace(each, switch=switch)) for each in weights])}")


if __name__ == "__main__":
    main()
