"""Rows of a dataset folder: the texts a model sees, their labels, their tokens."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from scrapers import store
from training.task import Task

Split = Literal["train", "validation", "test"]
Item = TypeVar("Item")

SHARD = re.compile(r"(?P<config>[^/]+)/(?P<split>[a-z]+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.parquet$")
AT_A_TIME = 1000  # documents tokenized in one call
LENGTH_SAMPLE = 20_000  # documents whose length is looked at
LONGEST = 512  # tokens; attention costs their square


class TrainError(Exception):
    """What stops a training or an evaluation, and what to do about it."""


def model_text(row: Mapping[str, Any]) -> str:
    """What every model and baseline sees of a row: its title, where it has one, and its text, in Unicode NFC."""
    title = row.get("title")
    return unicodedata.normalize("NFC", f"{title}\n{row['text']}" if title else row["text"])


def split_files(dataset: str, split: Split) -> list[str]:
    """The shards of a split in all configurations, sorted. Raises TrainError where one is missing, or all are."""
    shards = [(url, match) for url in store.files(dataset) if (match := SHARD.search(url)) and match["split"] == split]
    if not shards:
        raise TrainError(f"{dataset}: no {split} split; expected <language>/{split}-00000-of-00001.parquet")
    found: dict[tuple[str, int], set[int]] = defaultdict(set)
    for _, match in shards:
        found[match["config"], int(match["count"])].add(int(match["number"]))
    for (config, count), numbers in found.items():
        if missing := sorted(set(range(count)) - numbers):
            raise TrainError(
                f"{dataset}/{config}: shards {missing} of {count} of split {split} are missing; shard again"
            )
    return [url for url, _ in shards]


def read_rows(dataset: str, split: Split) -> Iterator[dict[str, Any]]:
    """The rows of a split, in the order of its shards."""
    for url in split_files(dataset, split):
        for batch in store.read_batches(url):
            yield from batch.to_pylist()


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of all rows of a split, labelled or not; may be gone through more than once."""

    dataset: str
    split: Split

    def __iter__(self) -> Iterator[str]:
        return map(model_text, read_rows(self.dataset, self.split))


@dataclass(frozen=True, slots=True)
class Labelled:
    """The labelled rows of a split. labels: (n,) int64, places in the task's labels; n = len(texts).

    licences: of all its rows, labelled or not, since a warm-up reads them all.
    """

    texts: list[str]
    labels: NDArray[np.int64]
    ids: list[str]
    sources: list[str]
    languages: list[str]
    licences: frozenset[str]
    rows_in: int

    @property
    def no_label(self) -> int:
        """Rows without a label for the task."""
        return self.rows_in - len(self.texts)

    def counts(self) -> dict[str, int]:
        """Rows in = labelled + no_label."""
        return {"in": self.rows_in, "labelled": len(self.texts), "no_label": self.no_label}


def labelled_rows(dataset: str, split: Split, task: Task) -> Labelled:
    """The rows of a split that have a label for the task. Raises TrainError where there are none."""
    columns: dict[str, list[Any]] = {name: [] for name in ("text", "label", "id", "source", "lang")}
    rows_in, licences = 0, set()
    for row in read_rows(dataset, split):
        rows_in += 1
        licences.add(row["licence"])
        label = task.index_of(row)
        if label is not None:
            seen = {**row, "text": model_text(row), "label": label, "lang": row["lang"] or "und"}
            for name, values in columns.items():
                values.append(seen[name])
    if not columns["label"]:
        raise TrainError(
            f"{dataset}: none of {rows_in} rows of split {split} has a label for task {task.name} ({task.description})"
        )
    labels = np.array(columns["label"], np.int64)
    return Labelled(
        columns["text"], labels, columns["id"], columns["source"], columns["lang"], frozenset(licences), rows_in
    )


def demand_all_labels(rows: Labelled, task: Task, split: Split) -> None:
    """Raises TrainError where a label of the task has no row: what was never seen cannot be learned."""
    counts = Counter(rows.labels.tolist())
    absent = [label for index, label in enumerate(task.labels) if not counts[index]]
    if absent:
        raise TrainError(
            f"split {split} has no row labelled {' or '.join(absent)} for task {task.name}; collect documents with "
            "that label, or use a task without it"
        )


@dataclass(frozen=True, slots=True)
class Rows:
    """Token ids of n texts, end to end. tokens: (total,) int32; starts: (n + 1,) int64; labels: (n,) int64 or None."""

    tokens: NDArray[np.int32]
    starts: NDArray[np.int64]
    labels: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index: int) -> dict[str, Any]:
        row: dict[str, Any] = {"input_ids": self.tokens[self.starts[index] : self.starts[index + 1]]}
        return row if self.labels is None else row | {"labels": self.labels[index]}

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each row: (n,)."""
        return np.diff(self.starts)

    def by_length(self) -> "Rows":
        """The same rows, the longest first, so that little is padded where order does not matter."""
        order = np.argsort(-self.lengths, kind="stable")
        tokens = [self[index]["input_ids"] for index in order]
        return ragged(tokens, None if self.labels is None else self.labels[order])


def ragged(tokens: Sequence[Sequence[int] | NDArray[np.int32]], labels: NDArray[np.int64] | None = None) -> Rows:
    """Rows of the given token ids."""
    starts = np.zeros(len(tokens) + 1, np.int64)
    np.cumsum([len(row) for row in tokens], out=starts[1:])
    flat = np.concatenate([np.asarray(row, np.int32) for row in tokens]) if len(tokens) else np.zeros(0, np.int32)
    return Rows(flat, starts, labels)


def chunks(items: Iterable[Item], size: int = AT_A_TIME) -> Iterator[list[Item]]:
    """The items in lists of `size`; the last may be shorter."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def encode(
    tokenizer: PreTrainedTokenizerBase,
    texts: Iterable[str],
    max_length: int,
    labels: NDArray[np.int64] | None = None,
    *,
    cut: bool = True,
) -> Rows:
    """The texts as token ids, special tokens included: each cut to `max_length`, or else split in pieces that long."""
    rows: list[NDArray[np.int32]] = []
    for chunk in chunks(texts):
        encoded = tokenizer(
            chunk,
            truncation=True,
            max_length=max_length,
            return_overflowing_tokens=not cut,
            return_attention_mask=False,
            return_token_type_ids=False,
        )
        rows.extend(np.asarray(ids, np.int32) for ids in encoded["input_ids"])
    return ragged(rows, labels)


def length_from_data(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], longest: int) -> int:
    """The 99th percentile of the texts' tokens, rounded up to a multiple of 8, at most `longest`.

    Beyond 20,000 texts, as many, evenly spaced, are looked at.
    """
    sample = texts[:: max(1, len(texts) // LENGTH_SAMPLE)]
    lengths = encode(tokenizer, sample, longest).lengths
    percentile = float(np.percentile(lengths, 99, method="higher"))
    return min(longest, int(-(-percentile // 8) * 8))
