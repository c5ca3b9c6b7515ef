"""Train, validation and test, such that nothing in one says what another holds."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cleaning.duplicates import connected
from cleaning.errors import CleanError
from scrapers.source import did_you_mean

SPLITS = ("train", "validation", "test")
OVERLAP = "overlaps_test"


@dataclass(frozen=True)
class SplitSettings:
    """validation, test: the share of each. test_sources: sources that are the test split, whole; `test` is then 0."""

    validation: float = 0.1
    test: float = 0.1
    test_sources: tuple[str, ...] = ()
    seed: int = 1

    def __post_init__(self) -> None:
        if not (0 <= self.validation < 1 and 0 <= self.test < 1 and self.validation + self.test < 1):
            raise ValueError(f"shard.validation {self.validation} and shard.test {self.test} leave nothing to train on")


@dataclass(frozen=True, slots=True)
class Member:
    """What of a document decides its split: its group is never divided, nor are documents that are duplicates."""

    id: str
    source: str
    group: str
    cluster: str | None


def assign(members: Sequence[Member], settings: SplitSettings) -> dict[str, str]:
    """The split of each document by id, or OVERLAP for one that is tied to a document of the `test_sources`.

    Ties run through groups and clusters of duplicates. A document's split depends only on what it is tied to and on
    the seed, so that a corpus that grows keeps its splits. Raises CleanError on a test source without documents.
    """
    known = {member.source for member in members}
    for source in settings.test_sources:
        if source not in known:
            hint = did_you_mean(source, list(known))
            raise CleanError(f"shard.split.test_sources names {source!r}, of which there is no document{hint}")
    ties = tie(members)
    fixed = {ties[member.id] for member in members if member.source in settings.test_sources}
    splits = {}
    for member in members:
        if member.source in settings.test_sources:
            splits[member.id] = "test"
        elif ties[member.id] in fixed:
            splits[member.id] = OVERLAP
        else:
            splits[member.id] = drawn(ties[member.id], settings)
    return splits


def tie(members: Iterable[Member]) -> Mapping[str, str]:
    """For each document, by id, the name of all it is tied to: the smallest group among them.

    Groups stand before clusters: a cluster is named after its documents, so its name changes as the corpus grows.
    """
    names: dict[str, str] = {}
    ties = []
    for member in members:
        name = f"1 group {member.group}"
        ties.append((name, names.setdefault(member.id, name)))
        if member.cluster:
            ties.append((name, f"2 cluster {member.cluster}"))
    smallest = connected(ties)
    return {identifier: smallest[name] for identifier, name in names.items()}


def drawn(name: str, settings: SplitSettings) -> str:
    """The split that the seed draws for all that is tied together as `name`."""
    number = int.from_bytes(hashlib.sha256(f"{settings.seed}\x00{name}".encode()).digest()[:8]) / 2**64
    test = 0.0 if settings.test_sources else settings.test
    if number < test:
        return "test"
    return "validation" if number < test + settings.validation else "train"
