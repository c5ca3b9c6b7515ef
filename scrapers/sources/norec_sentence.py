"""NoReC_sentence: sentences of reviews with the sentiment that annotators found in them.

The text comes in tokens ("avslutter , lurt nok ,") and is put together again: of 9,324 sentences whose review is in
NoReC 2.1, 98 % are then as they stand there. Sentences with both a positive and a negative opinion are in the
configuration `mixed_class_list` only.

Source: https://github.com/ltgoslo/norec_sentence
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from scrapers.corpus import Corpus, OpenFile, RemoteFile
from scrapers.fetch import Fetcher
from scrapers.packed import content_of
from scrapers.record import Document, document_id
from scrapers.source import CollectError, Items

PATHS = {
    "3class": "3class/{split}.json",
    "binary": "binary/{split}.json",
    "mixed_class_list": "mixed_class_list/{split}_list.json",
}
SENTENCE = re.compile(r"(\d+)-\d+-\d+")  # document, paragraph, sentence
OPENING = frozenset("«([{“")
CLOSING = re.compile(r"[,;:!?…»)\]}]|\.(?!\d)")
JOINED = re.compile(r"(?<=\w) (?:(/) (?=\w)|(’) (?=s\b))|(?<=[sxz]) (’)(?= )|(?<=\d) (-) (?=\d)")


class Sentence(msgspec.Struct):
    """A sentence as it stands in the files."""

    sent_id: str
    text: str
    label: str | list[str]


@dataclass(frozen=True, kw_only=True)
class NorecSentence(Corpus):
    """One configuration, a file a split. revision: the commit or branch of the repository to take."""

    config: str = "3class"
    splits: tuple[str, ...] = ("train", "dev", "test")
    revision: str = "HEAD"

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The files of the splits. Raises CollectError where there is no such configuration."""
        if self.config not in PATHS:
            raise CollectError(f"{self.name}: config is {self.config!r}, expected one of {', '.join(PATHS)}")
        root = f"https://raw.githubusercontent.com/ltgoslo/norec_sentence/{self.revision}"
        for split in self.splits:
            yield RemoteFile(f"{root}/{PATHS[self.config].format(split=split)}")

    def read(self, file: OpenFile) -> Items:
        """Every sentence; its label is the source's `Positive`, `Negative`, `Neutral`, or `Mixed` for a list of two."""
        rows = msgspec.json.decode(content_of(file.stream, file.name), type=list[Sentence])
        if not rows:
            raise ValueError("no sentences")
        for row in rows:
            labels = row.label if isinstance(row.label, list) else [row.label]
            if not labels:
                raise ValueError(f"sentence {row.sent_id} has no label")
            label = labels[0] if len(labels) == 1 else "Mixed"  # so named in the repository's aggregation.py
            yield sentence(self, file, row.sent_id, row.text, label)


def sentence(source: Corpus, file: OpenFile, key: str, tokens: str, label: str) -> Document:
    """The record of a sentence, in a group with its review in NoReC. Raises ValueError where `key` is no sentence's."""
    found = SENTENCE.fullmatch(key)
    if not found:
        raise ValueError(f"sent_id is {key!r}, expected document-paragraph-sentence")
    group = document_id("norec", found[1])
    return source.document(file, key, detokenised(tokens), label=label, group=group)


def detokenised(text: str) -> str:
    """`text` without the spaces that a tokenizer put around punctuation, quotation marks and brackets.

    A quotation mark that opens and closes alike is left alone where it does not come in pairs.
    """
    words = text.split()
    paired = {mark for mark in ('"', "”") if words.count(mark) % 2 == 0 and not (mark == "”" and "“" in words)}
    joined, glued = "", True
    opened: set[str] = set()
    for word in words:
        quoted = word in opened or (word == "”" and "“" in words)
        suffix = len(word) > 1 and word.startswith("-") and joined.endswith(("»", '"', "”"))  # «Saw»-serien
        if not (glued or quoted or suffix or CLOSING.match(word)):
            joined += " "
        joined += word
        glued = word in OPENING
        if word in paired:
            opened ^= {word}
            glued = word in opened
    return JOINED.sub(r"\1\2\3\4", joined)


norec_sentence = NorecSentence(
    name="norec-sentence",
    verified="its train and dev splits, read from disk; the download on a replica",
    description="sentences of Norwegian reviews with their sentiment: positive, negative, neutral",
    licence="CC-BY-NC-4.0",
    languages=("nb", "nn"),
    expected=(10_565, 10_565),
    personal_data=False,
    home="https://github.com/ltgoslo/norec_sentence",
    size="10,565 sentences, 2 MB",
)
norec_sentence_binary = NorecSentence(
    name="norec-sentence-binary",
    description="sentences of Norwegian reviews with their sentiment: positive, negative",
    licence="CC-BY-NC-4.0",
    languages=("nb", "nn"),
    expected=(5_178, 5_178),
    personal_data=False,
    home="https://github.com/ltgoslo/norec_sentence",
    size="5,178 sentences, 1 MB",
    config="binary",
)
norec_sentence_mixed = NorecSentence(
    name="norec-sentence-mixed",
    description="sentences of Norwegian reviews with their sentiment: positive, negative, neutral, both",
    licence="CC-BY-NC-4.0",
    languages=("nb", "nn"),
    expected=(11_436, 11_437),  # 10,565 and the 871 of both; the annotations they come from count 11,437
    personal_data=False,
    home="https://github.com/ltgoslo/norec_sentence",
    size="11,437 sentences, 2 MB",
    config="mixed_class_list",
)
