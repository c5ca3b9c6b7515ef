"""Cleans, deduplicates and shards N documents and a tenth of them: is time linear in N, and memory flat?

    python benchmarks/scale.py norec-2.1.tar.gz [--documents 1000000] [--workers 2] [--page docs/scale.md]

The documents are paragraphs of real reviews, each used again as often as it takes with its words swapped, dropped and
replaced by others: most are like no other, one in ten is nearly the one of a few documents before. The commands run as
children, and the most memory that each of their processes ever held is what the system says of it.
"""

import argparse
import json
import os
import platform
import random
import resource
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from scrapers.corpus import OpenFile
from scrapers.record import Document
from scrapers.sources.norec import norec

SEED = 1
CHARACTERS = (200, 400)  # of a paragraph that is used
REPLACED, DROPPED, SWAPPED = 0.4, 0.05, 0.05  # of the words of a document that is to be like no other
NEAR = 0.1  # of the documents repeat an earlier one, but for one word
WITHIN = 1000  # documents before it
SAMPLED_S = 0.1
KVERN = Path(sys.executable).parent / "kvern"

PAGE = """# Scale

Written by `benchmarks/scale.py`; every figure is what the run measured. Do not edit by hand.

{few:,} and {many:,} documents of {length:.0f} characters on average, the larger {megabytes:,.0f} MB of JSON lines:
paragraphs of [NoReC 2.1](https://github.com/ltgoslo/norec) (CC BY-NC 4.0), {share:.0%} of their words replaced by
others, some dropped or swapped, so that most are like no other; {near:.0%} repeat one of the {within:,} before them but
for one word.

{table}

*Seconds* is the whole command, reading its input and starting its processes included, by the clock. *Of a processor*
leaves out what other work on the machine takes; *ratio* is that of the larger to that of the smaller, 10 where time is
linear. *Most held* is the peak resident memory of the process that was started, and of the largest of its workers.

{outcome}

{workers} workers, {cores} cores, Python {python}.

    {command}
"""


@dataclass(frozen=True)
class Measured:
    """What a command needed. parent_mib, worker_mib: the most it held, and the most that one of its children did."""

    name: str
    documents: int
    seconds: float
    processor_s: float
    parent_mib: float
    worker_mib: float
    stages: list[dict[str, object]]


def paragraphs(archive: Path) -> list[list[str]]:
    """The words of each paragraph of NoReC that is neither short nor long."""
    shortest, longest = CHARACTERS
    with archive.open("rb") as stream:
        found = norec.read(OpenFile(norec.url, archive.name, stream, "open"))
        texts = (item.text for item in found if isinstance(item, Document))
        return [part.split() for text in texts for part in text.split("\n\n") if shortest <= len(part) <= longest]


def documents(pool: Sequence[Sequence[str]], count: int) -> Iterator[str]:
    """`count` texts made of the paragraphs in the pool, the same in every run."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    vocabulary = [word for words in pool for word in words]
    recent: list[list[str]] = []
    for words in islice(cycle(pool), count):
        if recent and chance.random() < NEAR:
            made = list(chance.choice(recent))
            made[chance.randrange(len(made))] = chance.choice(vocabulary)
        else:
            made = perturbed(words, vocabulary, chance)
        recent.append(made)
        del recent[:-WITHIN]
        yield " ".join(made)


def perturbed(words: Sequence[str], vocabulary: Sequence[str], chance: random.Random) -> list[str]:
    """The words, some replaced, dropped or swapped with the next."""
    made: list[str] = []
    for word in words:
        drawn = chance.random()
        if drawn < REPLACED:
            made.append(chance.choice(vocabulary))
        elif drawn > REPLACED + DROPPED:
            made.append(word)
        if len(made) > 1 and drawn > 1 - SWAPPED:
            made[-1], made[-2] = made[-2], made[-1]
    return made or list(words)


def write(path: Path, texts: Iterator[str]) -> tuple[int, int]:
    """Writes the texts as JSON lines; returns their characters, and the bytes of the file."""
    characters = 0
    with path.open("w", encoding="utf-8") as stream:
        for text in texts:
            characters += len(text)
            stream.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    return characters, path.stat().st_size


class Watch(threading.Thread):
    """The most memory that a process and each of its descendants ever held, by their ids, in MiB."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.held_mib: dict[int, float] = {}

    def run(self) -> None:
        """Looks again and again until the process has ended."""
        parent = psutil.Process(self._process.pid)
        while self._process.poll() is None:
            try:
                for process in (parent, *parent.children(recursive=True)):
                    self.held_mib[process.pid] = max(self.held_mib.get(process.pid, 0), peak_mib(process.pid))
            except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError, StopIteration):
                pass
            time.sleep(SAMPLED_S)


def peak_mib(process: int) -> float:
    """The most memory that a process ever held, in MiB, as Linux says."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def processor_s() -> float:
    """The processor seconds that all children took which have ended, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(name: str, count: int, inputs: Sequence[Path], out: Path, *options: str) -> Measured:
    """What the command `kvern <name>` needs for these inputs."""
    command = [str(KVERN), name, *map(str, inputs), str(out), *options, "--json"]
    started, before = time.monotonic(), processor_s()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        watch = Watch(process)
        watch.start()
        printed, _ = process.communicate()
        seconds = time.monotonic() - started
        watch.join()
    if process.returncode:
        raise SystemExit(f"kvern {name} failed with exit code {process.returncode}; its run is {out}")
    workers = [held for pid, held in watch.held_mib.items() if pid != process.pid]
    held = watch.held_mib[process.pid], max(workers, default=0.0)
    return Measured(name, count, seconds, processor_s() - before, *held, json.loads(printed)["stages"])


def run_all(source: Path, count: int, folder: Path, workers: int) -> list[Measured]:
    """What each command needs, each on what the one before it kept."""
    spread = ("--workers", str(workers))
    cleaned = run("clean", count, [source], folder / "cleaned", *spread)
    kept = sorted((folder / "cleaned/kept").glob("*.parquet"))
    unique = run("dedup", count, kept, folder / "unique", *spread)
    kept = sorted((folder / "unique/kept").glob("*.parquet"))
    return [cleaned, unique, run("shard", count, kept, folder / "sharded")]


def table(rows: list[list[str]]) -> str:
    """The rows as a Markdown table; the first is its header."""
    head, *body = rows
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body))


def results(few: Sequence[Measured], many: Sequence[Measured]) -> str:
    """What each command needed for few documents and for many."""
    rows = [
        ["command", "documents", "seconds", "of a processor", "ratio", "documents/s", "most held, MiB", "a worker, MiB"]
    ]
    for small, large in zip(few, many, strict=True):
        for found in (small, large):
            ratio = f"{large.processor_s / small.processor_s:.1f}" if found is large else ""
            rate = f"{found.documents / found.seconds:,.0f}"
            held = [f"{mib:,.0f}" if mib else "" for mib in (found.parent_mib, found.worker_mib)]
            rows.append(
                [
                    found.name,
                    f"{found.documents:,}",
                    f"{found.seconds:.1f}",
                    f"{found.processor_s:.1f}",
                    ratio,
                    rate,
                    *held,
                ]
            )
    return table(rows)


def outcome(many: Sequence[Measured]) -> str:
    """What became of the documents."""
    lines = []
    for measured in many:
        stage = measured.stages[-1]
        dropped = stage["dropped"]
        rules = ", ".join(f"{count:,} {rule}" for rule, count in dropped.items()) if isinstance(dropped, dict) else ""
        lines.append(f"- {measured.name}: {stage['in']:,} in, {stage['kept']:,} kept; dropped: {rules or 'none'}")
    return "\n".join(lines)


def measure(options: argparse.Namespace, folder: Path) -> str:
    """The text of the page."""
    pool = paragraphs(options.archive)
    measured = []
    for count in (options.documents // 10, options.documents):
        source = folder / f"{count}.jsonl"
        characters, size = write(source, documents(pool, count))
        print(f"{count:,} documents, {size / 1e6:,.0f} MB", file=sys.stderr)
        measured.append(run_all(source, count, folder / str(count), options.workers))
    return PAGE.format(
        few=options.documents // 10,
        many=options.documents,
        length=characters / options.documents,
        megabytes=size / 1e6,
        share=REPLACED,
        near=NEAR,
        within=WITHIN,
        table=results(*measured),
        outcome=outcome(measured[-1]),
        workers=options.workers,
        cores=os.cpu_count(),
        python=platform.python_version(),
        command=shlex.join(
            ["python", "benchmarks/scale.py", options.archive.name, "--documents", str(options.documents)]
        ),
    )


def main() -> None:
    """Measures as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path, help="NoReC's")
    parser.add_argument("--documents", type=int, default=1_000_000, help="the more; a tenth is the fewer")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the runs lie meanwhile; a temporary one by default")
    parser.add_argument("--page", type=Path, help="to be written")
    options = parser.parse_args()
    with TemporaryDirectory(dir=options.folder) as folder:
        text = measure(options, Path(folder))
    print(text)
    if options.page:
        options.page.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
