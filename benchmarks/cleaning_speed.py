"""Measures how fast the cleaning of a language profile is, beside bare CLD2 on the same texts, and where its time goes.

    python benchmarks/cleaning_speed.py norec-2.1.tar.gz [--documents 8000] [--rounds 5] [--page docs/cleaning_speed.md]

All ways take turns in one process on one core, round after round, and what is measured is processor time, so that what
the machine does meanwhile does not count; what two processes gain is measured on the same parts, by the clock. What is
found is printed, and written to the page.
"""

import argparse
import os
import platform
import shlex
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pycld2

from cleaning.clean import clean_parts
from cleaning.profile import Profile, load_profile
from cleaning.step import Step, clean
from scrapers import store
from scrapers.corpus import OpenFile
from scrapers.manifest import Run, Workspace
from scrapers.record import Document
from scrapers.sources.norec import norec

A_PART = 250  # documents; many parts, so that two processes end at nearly the same time
WARM = 8  # parts that a pool cleans before its time is taken

PAGE = """# Speed of the cleaning

Written by `benchmarks/cleaning_speed.py`; every figure is what the run measured. Do not edit by hand.

{documents:,} reviews of [NoReC 2.1](https://github.com/ltgoslo/norec) (CC BY-NC 4.0), {megabytes:.1f} MB of UTF-8,
{size:,} bytes each on average, cleaned by the profile `{profile}`. Medians of {rounds} rounds in which all ways take
turns, between brackets the least and the most.

## One core

Processor time, so that other work on the machine does not count.

{ways}

CLD2 is `pycld2.detect` on each text and nothing else. *In memory* is all steps on documents that are there already.
*The whole stage* also reads the compressed JSON lines of `raw/`, counts which lines the source repeats, for which the
steps that rewrite run twice, and writes `cleaned/`, `dropped/` and `annotations/`.

## Where the time goes

{steps}

From a run of its own in which each call is timed by the clock, which adds some {overhead:.2f} µs to each. The first
step that asks for the words or lines of a text pays for finding them; those after it take them from a cache.

## Two processes

{processes}

{parts} parts of {a_part} documents, the whole stage, as `kvern clean --workers 2` does it. *Started* counts from
when the processes are there and have loaded what they need; *with start* begins with nothing.

{cores} cores, Python {python}, pycld2 {cld2}.

    {command}
"""


def documents_of(archive: Path, count: int) -> list[Document]:
    """The first documents of NoReC's archive."""
    with archive.open("rb") as stream:
        found = norec.read(OpenFile(norec.url, archive.name, stream, "open"))
        return list(islice((item for item in found if isinstance(item, Document)), count))


def detect(texts: Sequence[str]) -> None:
    """Asks bare CLD2 for the language of each text."""
    for text in texts:
        pycld2.detect(text)


def write_parts(documents: Sequence[Document], run: Run) -> list[str]:
    """The paths in the run of raw parts of the documents."""
    paths = []
    for start in range(0, len(documents), A_PART):
        paths.append(f"raw/norec/part-{len(paths):05d}.jsonl.zst")
        store.write_documents(run.path(paths[-1]), documents[start : start + A_PART])
    return paths


def clean_stage(run: Run, paths: Sequence[str], profile: Profile, mapper: Callable[..., Any] = map) -> None:
    """Does the work of the stage `clean` on these parts, in a workspace that is new each time."""
    workspace = Workspace(run, "work/clean")
    store.remove(workspace.path(""))
    clean_parts(workspace, inputs=paths, profile=profile, target="cleaned", mapper=mapper)


def seconds_of(work: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long the work takes, by that clock."""
    started = clock()
    work()
    return clock() - started


@contextmanager
def on_core(cores: set[int]) -> Iterator[None]:
    """Keeps this process, and those it starts meanwhile, on these cores, where the system lets it."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores & before or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def compare(ways: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """The processor seconds of each way in each round, all on one core; a round before the first is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    with on_core({0}):
        for number in range(rounds + 1):
            for name, way in ways.items():
                taken = seconds_of(way, time.process_time)
                if number:
                    seconds[name].append(taken)
    return seconds


def step_seconds(documents: Sequence[Document], steps: Sequence[Step]) -> list[float]:
    """The seconds that each step takes on the documents, in a cleaning whose calls are timed."""
    spent = [0.0] * len(steps)

    def timed(place: int, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(given: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(given)
            finally:
                spent[place] += time.perf_counter() - started

        return call

    watched = [replace(step, function=timed(place, step.function)) for place, step in enumerate(steps)]
    with on_core({0}):
        clean(documents, watched)
    return spent


def call_overhead_us() -> float:
    """The microseconds that the timing of a call adds to it."""
    calls = 100_000
    return seconds_of(lambda: [(time.perf_counter(), time.perf_counter()) for _ in range(calls)]) / calls * 1e6


def process_seconds(run: Run, paths: Sequence[str], profile: Profile, rounds: int) -> dict[str, list[float]]:
    """The seconds of one process and of two, on the same parts, taking turns."""
    seconds: dict[str, list[float]] = {"one process": [], "two processes, started": [], "two processes, with start": []}
    for _ in range(rounds):
        seconds["one process"].append(seconds_of(partial(clean_stage, run, paths, profile)))
        with pool(2) as executor:
            clean_stage(run, paths[:WARM], profile, executor.map)
            both = partial(clean_stage, run, paths, profile, executor.map)
            seconds["two processes, started"].append(seconds_of(both))
        seconds["two processes, with start"].append(seconds_of(partial(in_a_new_pool, run, paths, profile)))
    return seconds


def pool(workers: int) -> ProcessPoolExecutor:
    """Processes as `kvern clean --workers` starts them."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def in_a_new_pool(run: Run, paths: Sequence[str], profile: Profile) -> None:
    """Cleans the parts in two processes that are started for it."""
    with pool(2) as executor:
        clean_stage(run, paths, profile, executor.map)


def spread(values: Sequence[float], form: str) -> str:
    """The median, and between what the values lie."""
    return f"{statistics.median(values):{form}} ({min(values):{form}}–{max(values):{form}})"


def table(rows: list[list[str]]) -> str:
    """The rows as a Markdown table; the first is its header."""
    head, *body = rows
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body))


def ways_table(seconds: dict[str, list[float]], count: int, size: int) -> str:
    """How fast each way is, and how many times as long as the first it takes."""
    first = next(iter(seconds.values()))
    rows = [["", "documents/s", "MB/s", "times CLD2"]]
    for name, taken in seconds.items():
        ratios = [mine / base for mine, base in zip(taken, first, strict=True)]
        middle = statistics.median(taken)
        rows.append([name, f"{count / middle:,.0f}", f"{size / middle / 1e6:.2f}", spread(ratios, ".2f")])
    return table(rows)


def steps_table(names: Sequence[str], spent: Sequence[float], count: int, cld2_s: float) -> str:
    """What each step takes of the time, in the order of the profile."""
    rows = [["step", "µs a document", "share", "times CLD2"]]
    for name, seconds in zip((*names, "all"), (*spent, sum(spent)), strict=True):
        share = seconds / sum(spent)
        rows.append([name, f"{seconds / count * 1e6:.1f}", f"{share:.1%}", f"{seconds / cld2_s:.2f}"])
    return table(rows)


def processes_table(seconds: dict[str, list[float]]) -> str:
    """How long one and two processes take, and how many times as fast as the first they are."""
    first = next(iter(seconds.values()))
    rows = [["", "seconds", "times as fast"]]
    for name, taken in seconds.items():
        gains = [base / mine for mine, base in zip(taken, first, strict=True)]
        rows.append([name, spread(taken, ".1f"), spread(gains, ".2f")])
    return table(rows)


def measure(options: argparse.Namespace, folder: Path) -> str:
    """The text of the page."""
    documents = documents_of(options.archive, options.documents)
    texts = [document.text for document in documents]
    size = sum(len(text.encode()) for text in texts)
    profile = load_profile(options.profile)
    steps = profile.steps()
    run = Run(str(folder))
    paths = write_parts(documents, run)
    ways = {
        "CLD2": partial(detect, texts),
        "all steps, in memory": partial(clean, documents, steps),
        "the whole stage": partial(clean_stage, run, paths, profile),
    }
    seconds = compare(ways, options.rounds)
    return PAGE.format(
        documents=len(documents),
        megabytes=size / 1e6,
        size=size // len(documents),
        profile=profile.name,
        rounds=options.rounds,
        ways=ways_table(seconds, len(documents), size),
        steps=steps_table(
            [step.name for step in steps],
            step_seconds(documents, steps),
            len(documents),
            statistics.median(seconds["CLD2"]),
        ),
        overhead=call_overhead_us(),
        processes=processes_table(process_seconds(run, paths, profile, options.rounds)),
        parts=len(paths),
        a_part=A_PART,
        cores=os.cpu_count(),
        python=platform.python_version(),
        cld2=version("pycld2"),
        command=shlex.join(
            ["python", "benchmarks/cleaning_speed.py", options.archive.name, "--rounds", str(options.rounds)]
        ),
    )


def main() -> None:
    """Measures as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path, help="NoReC's")
    parser.add_argument("--documents", type=int, default=8000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", default="no")
    parser.add_argument("--page", type=Path, help="to be written")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        text = measure(options, Path(folder))
    print(text)
    if options.page:
        options.page.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
