"""A family of near neighbours: which languages are told apart, and the texts they are learned from."""

import re
import tomllib
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from cleaning.codes import bcp47
from cleaning.identifier.features import Integers
from scrapers.packed import tar_files, unpacked

OTHER = "other"  # none of the family's languages
FOLDS = 5
BLOCKS = 25  # of consecutive texts of a source and language: neighbours are of one document, and stay together
WORDS_OF_A_TEXT = 8  # at most, of a text made up of words from a list


class FamilyError(Exception):
    """A family or its data is not what it should be."""


class Row(msgspec.Struct, frozen=True):
    """A text, its language, where it is from, and how much it counts."""

    text: str
    lang: str
    source: str = ""
    weight: float = 1.0


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files of labelled texts. files: a glob below the data folder. language: of all of them, where they do not say.

    The ending says the format, gzip, bzip2 and zstd aside: `.jsonl` (`text`, `lang`, `source`), `.conllu` (Universal
    Dependencies), `-sentences.txt` (Leipzig), `.tsv` (Tatoeba's sentences.csv: number, language, text), `.txt` (a text
    a line). weights: by source, the first glob that matches; 1 where none does, 0 leaves it out.
    """

    files: str
    language: str = ""
    weights: Mapping[str, float] = {}


class WordList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files of `word count` lines; `texts` texts are made of each, a word as likely as its count to the `power`."""

    files: str
    language: str
    texts: int = 20_000
    power: float = 0.7
    weight: float = 1.0


class Forms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Forms of words of simplemma's, a text each; those of several languages count for each of them in part.

    Source: https://github.com/adbar/simplemma
    """

    languages: Mapping[str, int]
    weight: float = 1.0


class Others(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts in none of the family's languages, made up of words: of wordfreq's languages by frequency, of simplemma's.

    noise: so many of random letters. Source: https://github.com/rspeer/wordfreq
    """

    wordfreq: Sequence[str] = ()
    simplemma: Sequence[str] = ()
    texts: int = 1_500
    noise: int = 0
    weight: float = 1.0


class Unlabelled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An archive of documents, `ID.txt` each with a sentence a line, labelled by a first model, document by document.

    languages: that they may be in. Of each, so many sentences are taken. One document in twenty is left out.
    """

    files: str
    languages: Mapping[str, int]
    weight: float = 1.0


class Family(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a family's TOML file says. prior: 0 lets each language weigh as its texts, 1 all languages alike.

    expected: how common a language (or `other`) is among the texts that will be asked about, beside 1 for the rest.
    """

    languages: Sequence[str]
    texts: Sequence[Texts]
    word_lists: Sequence[WordList] = ()
    forms: Forms | None = None
    others: Others | None = None
    unlabelled: Unlabelled | None = None
    prior: float = 0.7
    expected: Mapping[str, float] = {}

    @property
    def classes(self) -> tuple[str, ...]:
        """The languages and, last, what is none of them."""
        return (*self.languages, OTHER)


def load_family(path: Path) -> Family:
    """The family in a TOML file. Raises FamilyError naming what is amiss."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Family)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise FamilyError(f"the family {path} cannot be read: {error}; see docs/language.md") from error


def labelled(family: Family, data: Path) -> list[Row]:
    """The labelled texts of a family in its languages, as they are found below the folder `data`.

    Raises FamilyError where the family speaks of a language that it does not tell apart.
    """
    rows = []
    for texts in family.texts:
        for path in found(data, texts.files):
            for row in read_rows(path, texts.language):
                source, language = row.source or path.name, bcp47(row.lang)
                weight = next((value for glob, value in texts.weights.items() if fnmatch(source, glob)), 1.0)
                if weight and language in family.languages:
                    rows.append(Row(row.text, language, source, weight))
    named = {*family.expected, *(words.language for words in family.word_lists)}
    named |= {bcp47(texts.language) for texts in family.texts if texts.language}
    for part in (family.forms, family.unlabelled):
        named |= {*(part.languages if part else ())}
    if strange := sorted(named - {*family.classes}):
        raise FamilyError(f"{', '.join(strange)}: not among the languages of the family, {', '.join(family.languages)}")
    return rows


def found(data: Path, glob: str) -> list[Path]:
    """The files below `data` that match. Raises FamilyError where there is none."""
    paths = sorted(data.glob(glob))
    if not paths:
        raise FamilyError(f"there is no file {glob} below {data}; --data names the folder that holds it")
    return paths


def lines(path: Path) -> Iterator[str]:
    """The lines of a text file, unpacked by the ending of its name. Raises FamilyError where it is not UTF-8."""
    number = 0
    try:
        with path.open("rb") as packed:
            for line in unpacked(packed, path.name):
                number += 1
                yield line.decode("utf-8").rstrip("\r\n")
    except (EOFError, OSError, UnicodeDecodeError) as error:
        raise FamilyError(f"{path} cannot be read beyond line {number}: {error}") from error


def read_rows(path: Path, language: str = "") -> Iterator[Row]:
    """The texts of a file with their languages, in order. Raises FamilyError naming the line that is amiss."""
    name = re.sub(r"\.(gz|bz2|zst|xz)$", "", path.name)
    for number, line in enumerate(lines(path), 1):
        try:
            row = parse(line, name, language) if line else None
        except (ValueError, msgspec.DecodeError) as error:
            raise FamilyError(f"{path}, line {number}: {error}") from error
        if row and row.text.strip():
            yield row


def parse(line: str, name: str, language: str) -> Row | None:
    """The text in a line of a file of that name, None where it holds none."""
    if name.endswith(".jsonl"):
        return msgspec.json.decode(line, type=Row)
    if name.endswith(".conllu"):
        return Row(line.removeprefix("# text = "), language) if line.startswith("# text = ") else None
    if name.endswith((".tsv", "sentences.csv")):
        _, code, text = line.split("\t", 2)
        return Row(text, bcp47(code))
    if name.endswith("-sentences.txt"):
        _, line = line.split("\t", 1)
    return Row(line, language)


def documents(unlabelled: Unlabelled, data: Path) -> Iterator[tuple[str, list[str]]]:
    """The documents of an archive: their ids, and their sentences."""
    for path in found(data, unlabelled.files):
        with path.open("rb") as packed:
            for name, member in tar_files(packed, path.name):
                if name.endswith(".txt"):
                    sentences = (line.strip() for line in member.read().decode("utf-8").splitlines())
                    yield Path(name).stem, [sentence for sentence in sentences if sentence]


def held_out(document: str) -> bool:
    """Whether nothing may be learned from the unlabelled document of that id: one in twenty."""
    return zlib.crc32(document.encode()) % 20 == 0


def made_up(family: Family, data: Path, seed: int) -> list[Row]:
    """The texts that are made up of lists of words."""
    random = np.random.default_rng(seed)
    rows = []
    for words in family.word_lists:
        for path in found(data, words.files):
            pairs = list(counted(path))
            counts = np.array([count for _, count in pairs], float) ** words.power
            texts = sampled([word for word, _ in pairs], counts, words.texts, WORDS_OF_A_TEXT, random)
            rows += [Row(text, words.language, path.name, words.weight) for text in texts]
    if family.forms:
        rows += list(forms(family.forms, random))
    if family.others:
        rows += list(others(family.others, random))
    return rows


def counted(path: Path) -> Iterator[tuple[str, int]]:
    """The words of a list that are letters alone, with their counts. Raises FamilyError naming a line that is amiss."""
    for number, line in enumerate(lines(path), 1):
        word, _, count = line.rpartition(" ")
        if not count.isdecimal():
            raise FamilyError(f"{path}, line {number}: expected a word and its count, found {line!r}")
        if word.isalpha():
            yield word, int(count)


def sampled(words: Sequence[str], counts: Any, texts: int, most: int, random: np.random.Generator) -> Iterator[str]:
    """So many texts of one to `most` words, each drawn by its count."""
    names, total = np.array(words), np.cumsum(counts)
    for length in random.integers(1, most + 1, texts):
        yield " ".join(names[np.searchsorted(total, random.random(length) * total[-1], side="right")])


def inflected(language: str) -> list[str]:
    """The forms of words that simplemma knows of a language, in lower case."""
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

    known = DefaultDictionaryFactory().get_dictionary(language)
    words = {(word if isinstance(word, str) else word.decode()).lower() for word in known}
    return sorted(word for word in words if word.isalpha() and len(word) > 2)


def forms(chosen: Forms, random: np.random.Generator) -> Iterator[Row]:
    """A text for each of the chosen number of forms of each language."""
    known = {language: inflected(language) for language in chosen.languages}
    languages_of: dict[str, int] = defaultdict(int)
    for words in known.values():
        for word in words:
            languages_of[word] += 1
    for language, most in chosen.languages.items():
        for place in random.permutation(len(known[language]))[:most]:
            word = known[language][place]
            yield Row(word, language, "simplemma", chosen.weight / languages_of[word])


def others(chosen: Others, random: np.random.Generator) -> Iterator[Row]:
    """Texts in other languages, and noise."""
    from wordfreq import get_frequency_dict

    for language in chosen.wordfreq:
        frequencies = {word: share for word, share in get_frequency_dict(language, "small").items() if word.isalpha()}
        for text in sampled(list(frequencies), list(frequencies.values()), chosen.texts, 20, random):
            yield Row(text, OTHER, "wordfreq", chosen.weight)
    for language in chosen.simplemma:
        words = inflected(language)
        for text in sampled(words, np.ones(len(words)), chosen.texts, 12, random):
            yield Row(text, OTHER, "simplemma", chosen.weight)
    letters = [*"abcdefghijklmnopqrstuvwxyzæøåäö", *"   "]
    for length in random.integers(3, 60, chosen.noise):
        yield Row("".join(random.choice(letters, length)), OTHER, "noise", chosen.weight)


def fold_of(rows: Sequence[Row]) -> Integers:
    """[rows]: the fold each is in, 0 to 4: blocks of consecutive rows of a source and language, repeats with the first.

    A source in several languages is cut in the same proportions in each: nearly all translations of a text are in its
    fold.
    """
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[row.source, row.lang].append(place)
    folds = np.zeros(len(rows), np.int64)
    for group in places.values():
        folds[group] = np.arange(len(group)) * BLOCKS // len(group) % FOLDS
    first: dict[str, int] = {}
    for place, row in enumerate(rows):
        folds[place] = folds[first.setdefault(normal(row.text), place)]
    return folds


def normal(text: str) -> str:
    """The letters and digits of a text, by which repeats are told."""
    return " ".join(re.findall(r"\w+", text.lower()))
