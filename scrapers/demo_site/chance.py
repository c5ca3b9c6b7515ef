"""Chance from a seed, alike on every machine and in every Python: only `Random.random` is promised to stay as it is."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of choices fixed by its seed. Source: https://docs.python.org/3/library/random.html, Reproducibility."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def below(self, n: int) -> int:
        return int(self._random() * n)

    def happens(self, probability: float) -> bool:
        return self._random() < probability

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def weigh(self, choices: Sequence[T], weights: Sequence[float]) -> T:
        left = self._random() * sum(weights)
        for choice, weight in zip(choices, weights, strict=True):
            left -= weight
            if left < 0:
                return choice
        return choices[-1]

    def spread(self) -> float:
        """A number between -3 and 3 with mean 0 and variance 1/2, nearly normal."""
        return sum(self._random() for _ in range(6)) - 3

    def shuffle(self, choices: Sequence[T]) -> list[T]:
        order = list(choices)
        for i in range(len(order) - 1, 0, -1):
            j = self.below(i + 1)
            order[i], order[j] = order[j], order[i]
        return order


def apportion(total: int, shares: Sequence[float]) -> list[int]:
    """`total` divided in whole numbers by `shares`, the largest remainders rounded up."""
    whole = sum(shares)
    exact = [total * share / whole for share in shares]
    counts = [int(part) for part in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (counts[i] - exact[i], i))
    for i in by_remainder[: total - sum(counts)]:
        counts[i] += 1
    return counts
