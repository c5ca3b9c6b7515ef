"""Which rows are trained on together, in which order, and as which tensors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import Dataset

from training.data import Rows

Batch = dict[str, torch.Tensor]
WINDOW = 50  # batches among which texts of like length are put together


def batch_order(lengths: NDArray[np.int64], batch_size: int, epochs: int, seed: int) -> list[NDArray[np.int64]]:
    """The batches of all epochs, each an array of row numbers: shuffled, then alike in length within 50 batches.

    Each row is once in every epoch. The order of an epoch depends on the seed and its number, not on what went before.
    """
    batches: list[NDArray[np.int64]] = []
    for epoch in range(epochs):
        random = np.random.default_rng([seed, epoch])
        shuffled = random.permutation(len(lengths))
        of_epoch: list[NDArray[np.int64]] = []
        for window in np.split(shuffled, range(WINDOW * batch_size, len(shuffled), WINDOW * batch_size)):
            alike = window[np.argsort(-lengths[window], kind="stable")]
            of_epoch.extend(np.split(alike, range(batch_size, len(alike), batch_size)))
        batches.extend(of_epoch[index] for index in random.permutation(len(of_epoch)))
    return batches


class Batches(Dataset[list[dict[str, Any]]]):
    """The batches of a training, in order, each a list of rows."""

    def __init__(self, rows: Rows, order: Sequence[NDArray[np.int64]]) -> None:
        self.rows = rows
        self.order = order

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> list[dict[str, Any]]:
        return [self.rows[row] for row in self.order[index]]


def pad(items: Sequence[dict[str, Any] | list[dict[str, Any]]], pad_id: int) -> Batch:
    """Rows, or lists of rows, as tensors: input_ids and attention_mask (n, longest) int64, labels (n,) int64 if any."""
    rows = [row for item in items for row in (item if isinstance(item, list) else [item])]
    lengths = np.array([len(row["input_ids"]) for row in rows])
    mask = np.arange(lengths.max()) < lengths[:, None]
    ids = np.full(mask.shape, pad_id, np.int64)
    ids[mask] = np.concatenate([row["input_ids"] for row in rows])
    batch = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask.astype(np.int64))}
    if "labels" in rows[0]:
        batch["labels"] = torch.tensor([int(row["labels"]) for row in rows])
    return batch
