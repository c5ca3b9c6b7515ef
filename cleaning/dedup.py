"""Drops duplicates from the whole corpus, and what says the same as a held-out document."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import accumulate
from typing import Any

from cleaning.duplicate_map import (
    MAP,
    Duplicate,
    Files,
    compare,
    fingerprint_part,
    pair_band,
    plan_comparisons,
    rank_documents,
    read_map,
    write_map,
)
from cleaning.duplicates import BANDS
from cleaning.held_out import CONTAINED, Contamination, held_out_files, write_index
from cleaning.part import Mapper, Part, outcome_of, parts_of, sort_part
from scrapers import store
from scrapers.manifest import Outcome, Run, Stage, Workspace, once, run_stage
from scrapers.record import Document, Dropped


@dataclass(frozen=True)
class DedupSettings:
    """threshold: the Jaccard similarity from which two texts are duplicates; 1 drops only equal ones.

    prefer: sources whose copy stays, best first; then the more open licence, a rated document before an unrated one,
    the longer, the older. against: paths or globs of held-out documents; what says the same as one of them is dropped.
    """

    threshold: float = 0.8
    prefer: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0.5 <= self.threshold <= 1:
            message = "expected 0.5 to 1 (of pairs of 0.5 MinHash finds a quarter)"
            raise ValueError(f"dedup.threshold is {self.threshold}: {message}")


def dedup_corpus(
    run: Run, settings: DedupSettings, *, inputs: Sequence[str], mapper: Mapper = map, order: Sequence[str] = ()
) -> Stage:
    """The stage `dedup`: every document of `inputs` in `kept/`, or in `dropped/` with the one it repeats.

    Raises CleanError where the held-out documents cannot be read.
    """
    against = held_out_files(settings.against)
    work = partial(dedup_parts, inputs=inputs, settings=settings, against=against, mapper=mapper)
    parameters = asdict(settings) | {"held_out": [store.sha256(url) for url in against]}
    return run_stage(run, "dedup", work, inputs=inputs, parameters=parameters, order=order)


def dedup_parts(
    workspace: Workspace, *, inputs: Sequence[str], settings: DedupSettings, against: Sequence[str], mapper: Mapper
) -> Outcome:
    """Finds the duplicates among all input parts and writes each part without them."""
    detail: dict[str, Any] = {"threshold": settings.threshold}
    held_out = workspace.path("held-out.parquet") if against else ""
    if held_out:
        detail |= once(workspace.path("held-out.json"), partial(write_index, held_out, against))
    parts = parts_of(workspace, inputs)
    fingerprint = partial(fingerprint_part, threshold=settings.threshold, held_out=held_out)
    counts = [tally["documents"] for tally in mapper(fingerprint, parts)]
    parts = [replace(part, first=first) for part, first in zip(parts, accumulate(counts, initial=0), strict=False)]
    files = Files(workspace.path(""), tuple(parts))
    once(files.url("ranks", "json"), partial(rank_documents, files, settings.prefer))
    tasks = near_duplicates(files, settings.threshold, mapper) if settings.threshold < 1 else 0
    found = once(files.url("map", "json"), partial(write_map, files, tasks))["duplicates"]
    tallies = mapper(partial(split_part, threshold=settings.threshold), parts)
    outcome = outcome_of(tallies, detail)
    return replace(outcome, files={**outcome.files, MAP: found})


def near_duplicates(files: Files, threshold: float, mapper: Mapper) -> int:
    """Writes the pairs of near-duplicates among the ranked documents; returns the number of files they are in."""
    list(mapper(partial(pair_band, files=files), range(BANDS)))
    tasks: int = once(files.url("plan", "json"), partial(plan_comparisons, files))["tasks"]
    list(mapper(partial(compare, files=files, threshold=threshold), range(tasks)))
    return tasks


def split_part(part: Part, *, threshold: float) -> dict[str, Any]:
    """Writes the kept and the dropped documents of one part, and returns where they went."""

    def decide(documents: Sequence[Document]) -> list[Document | Dropped]:
        rows = range(part.first, part.first + len(documents))
        duplicates = read_map(part.workspace + MAP, rows.start, rows.stop)
        reasons = {found.row: partial(repeated, duplicate=found) for found in duplicates}
        reasons |= {rows[number]: partial(contaminated, found=found) for number, found in contaminations(part)}
        return [
            reasons[row](document, threshold=threshold) if row in reasons else document
            for row, document in zip(rows, documents, strict=True)
        ]

    return once(part.url("part", "json"), partial(sort_part, part, decide, stage="dedup", target="kept"))


def contaminations(part: Part) -> Iterator[tuple[int, Contamination]]:
    """The contaminated documents of a part, each with its number in it."""
    columns = Files(part.workspace, (part,)).fingerprints("similarity", "held_out_id").to_pydict()
    for number, found in enumerate(map(Contamination, columns["similarity"], columns["held_out_id"])):
        if found.id is not None:
            yield number, found


def contaminated(document: Document, *, found: Contamination, threshold: float) -> Dropped:
    """The document, dropped because it says what a held-out one says."""
    asked = f"< {threshold:g}, < {CONTAINED:g} contained"
    return Dropped(document, "dedup", "contaminated", f"{found.similarity:.4f} with {found.id}", asked)


def repeated(document: Document, *, duplicate: Duplicate, threshold: float) -> Dropped:
    """The document, dropped because it repeats the one that `duplicate` names."""
    if duplicate.jaccard is None:
        return Dropped(document, "dedup", "repeated", duplicate.id, "once")
    rule = "exact_duplicate" if duplicate.exact else "near_duplicate"
    return Dropped(document, "dedup", rule, f"{duplicate.jaccard:.4f} with {duplicate.kept_id}", f"< {threshold:g}")
