"""Measures the search for duplicates: speed beside datatrove's, precision and recall beside brute force, and NoReC's.

    python benchmarks/duplicates.py norec-2.1.train-dev.tar.gz --peer-python PEER/bin/python [--page docs/duplicates.md]

PEER is a virtual environment of its own: `pip install "datatrove[processing]==0.10.*" spacy`. Both sides work on the
same documents in turn, on one core. What is found is printed, and with `--page` written to a page, between its two
marker comments; what a person wrote around them stays.
"""

import argparse
import json
import os
import platform
import random
import shlex
import statistics
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow.parquet as pq
from pages import publish
from scipy.sparse import csr_array

from cleaning.dedup import DedupSettings, dedup_corpus
from cleaning.duplicate_map import MAP, fingerprint_part
from cleaning.duplicates import (
    BANDS,
    ROWS,
    SHINGLE,
    Hashes,
    candidates,
    canonical,
    distinct,
    fingerprints,
    jaccard,
    shingles,
)
from cleaning.part import Part
from scrapers import store
from scrapers.manifest import Run
from scrapers.record import Document

THRESHOLD = 0.8
SEED = 1
BINS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 1.0)
SHORTEST_LINE, LONGEST_LINE = 20, 80
BLOCK = 200  # rows of the matrix of overlaps at once
PRODUCTS = 2 * 10**9  # multiplications that brute force spends on the overlaps in rare shingles
PARTS_OF = 2000  # documents

# Runs in the peer's environment: the first of its four stages, on the slice whose file name comes in.
PEER = """
import json, os, sys, tempfile, time
from datatrove.data import Document
from datatrove.pipeline.dedup import MinhashDedupSignature
from datatrove.utils.typeshelper import Languages
os.sched_setaffinity(0, {int(sys.argv[1])})
with tempfile.TemporaryDirectory() as folder:
    stage = MinhashDedupSignature(output_folder=folder, language=Languages.norwegian)
    stage.run([Document(text="En bok til.", id="0")])
    for line in sys.stdin:
        documents = [Document(text=text, id=str(n)) for n, text in enumerate(json.load(open(line.strip())))]
        start = time.process_time()
        stage.run(documents)
        print(time.process_time() - start, flush=True)
"""


@dataclass(frozen=True)
class Review:
    """A review of NoReC. id: its split and its number there."""

    id: str
    text: str


def reviews_in(archive: Path) -> list[Review]:
    """The reviews of the archive, by id."""
    with tarfile.open(archive) as files:
        found = []
        for member in files:
            split, name = member.name.split("/")[-2:]
            if name.endswith(".txt") and (stream := files.extractfile(member)):
                found.append(Review(f"{split}/{name.removesuffix('.txt')}", stream.read().decode()))
    return sorted(found, key=lambda review: review.id)


def document(review: Review) -> Document:
    """The review as a record."""
    return Document(
        id=review.id,
        text=review.text,
        source="norec",
        url=review.id,
        licence="CC-BY-NC-4.0",
        collected_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


# --------------------------------------------------------------------------------------------------------- speed


def speeds(reviews: Sequence[Review], rounds: int, peer_python: str) -> list[tuple[float, float]]:
    """Documents a second of CPU time, ours and the peer's, of as many slices of the reviews as there are rounds."""
    core = max(os.sched_getaffinity(0))
    found = []
    with TemporaryDirectory() as folder:
        slices = [reviews[number::rounds] for number in range(rounds)]
        for number, some in enumerate(slices):
            Path(folder, f"{number}.json").write_text(json.dumps([review.text for review in some]))
            store.write_documents(f"{folder}/{number}.jsonl.zst", map(document, some))
        ours = waiting([sys.executable, __file__, "--speed", str(core)])
        peer = waiting([peer_python, "-c", PEER, str(core)])
        for number, some in enumerate(slices):
            own_s = asked(ours, f"{folder}/{number}.jsonl.zst")
            found.append((len(some) / own_s, len(some) / asked(peer, f"{folder}/{number}.json")))
        for process in (ours, peer):
            process.communicate()
    return found


def waiting(command: Sequence[str]) -> "subprocess.Popen[str]":
    """A process that measures once for every line it gets, in one thread."""
    environment = os.environ | {f"{kind}_NUM_THREADS": "1" for kind in ("OMP", "OPENBLAS", "MKL", "RAYON")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, text=True, **pipes)


def asked(process: "subprocess.Popen[str]", line: str) -> float:
    """The number that the process answers."""
    if process.stdin and process.stdout:
        process.stdin.write(line + "\n")
        process.stdin.flush()
        if answer := process.stdout.readline():
            return float(answer)
    raise SystemExit(f"{process.args!r:.200} ended without an answer")


def answer_speed(core: int) -> None:
    """Prints the CPU time of the first step on each part whose path comes in: read, fingerprinted, written."""
    os.sched_setaffinity(0, {core})
    fingerprints(["En bok til."])
    for number, line in enumerate(sys.stdin):
        path = line.strip()
        part = Part(path, path.removesuffix(".jsonl.zst") + "-", number)
        start = time.process_time()
        fingerprint_part(part, threshold=THRESHOLD, held_out="")
        print(time.process_time() - start, flush=True)


# ------------------------------------------------------------------------------------------------------- quality


def exact_grams(texts: Sequence[str]) -> list[Hashes]:
    """The sets of shingles of the texts, without a hash: five letters of an alphabet of 4,096 make 60 bits."""
    found = canonical(texts)
    alphabet = np.unique(found.codes)
    if found.wordless or len(alphabet) > 1 << 12:
        raise SystemExit("brute force wants texts with words, in an alphabet of 4,096 at most")
    codes = np.searchsorted(alphabet, found.codes).astype(np.uint64) + np.uint64(1)
    sets = []
    for start, stop in zip(found.starts.tolist(), (found.stops - 1).tolist(), strict=True):
        text = np.pad(codes[start:stop], (0, max(0, SHINGLE - (stop - start))))
        count = len(text) - SHINGLE + 1
        places = (text[place : place + count] << np.uint64(12 * place) for place in range(SHINGLE))
        sets.append(distinct(np.bitwise_or.reduce(list(places))))
    return sets


def brute_force(sets: Sequence[Hashes], threshold: float) -> dict[tuple[int, int], float]:
    """All pairs of the sets of that Jaccard similarity or more.

    The overlap of two sets is that of their rare elements and at most all common ones of the smaller: who cannot reach
    the threshold so is left out; the others are compared.
    """
    flat, owner = np.concatenate(sets), np.repeat(np.arange(len(sets)), [len(some) for some in sets])
    _, column, count = np.unique(flat, return_inverse=True, return_counts=True)
    order = np.argsort(count, kind="stable")
    cheap = np.zeros(len(count), np.bool_)
    cheap[order[np.cumsum(count[order] ** 2) <= PRODUCTS]] = True
    rare = cheap[column]
    shape = (len(sets), len(count))
    matrix = csr_array((np.ones(rare.sum(), np.int32), (owner[rare], column[rare])), shape)
    sizes = np.array([len(some) for some in sets])
    common = sizes - np.bincount(owner[rare], minlength=len(sets))
    share = threshold / (1 + threshold)  # of the sum of the sizes, that the overlap has to be
    turned = matrix.T.tocsr()
    found = {}
    for start in range(0, len(sets), BLOCK):
        overlap = (matrix[start : start + BLOCK] @ turned).toarray()
        rows = np.arange(start, start + len(overlap))
        most = overlap + np.minimum(common[rows][:, None], common[None, :])
        near = most >= share * (sizes[rows][:, None] + sizes[None, :]) - 1e-9
        for row, other in zip(*(axis.tolist() for axis in np.nonzero(near)), strict=True):
            left, right = start + row, other
            if left < right and (similarity := jaccard(sets[left], sets[right])) >= threshold:
                found[left, right] = similarity
    return found


def banded(texts: Sequence[str]) -> set[tuple[int, int]]:
    """The pairs of texts that agree in a band."""
    bands = fingerprints(texts)[1]
    pairs = distinct(np.concatenate([candidates(bands[:, band]) for band in range(BANDS)]))
    return set(zip((pairs & np.uint64(0xFFFFFFFF)).tolist(), (pairs >> np.uint64(32)).tolist(), strict=True))


@dataclass(frozen=True)
class Quality:
    """What brute force finds in some texts, and what banding and verification do. truth: pairs and similarities."""

    name: str
    texts: int
    truth: dict[tuple[int, int], float]
    candidates: set[tuple[int, int]]
    verified: dict[tuple[int, int], float]

    def row(self) -> list[str]:
        """The row of the table."""
        true = {pair for pair, similarity in self.truth.items() if similarity >= THRESHOLD}
        right = len(true & set(self.verified))
        exact = all(self.truth.get(pair) == similarity for pair, similarity in self.verified.items())
        cells = [self.name, f"{self.texts:,}", f"{len(true):,}", f"{len(self.candidates):,}", f"{len(self.verified):,}"]
        shares = [f"{right / whole:.4f}" if whole else "-" for whole in (len(self.verified), len(true))]
        return [*cells, *shares, "yes" if exact else "NO"]

    def curve(self) -> Iterator[list[str]]:
        """The share of pairs found, by similarity, and what is to be expected in the middle of each bin."""
        for low, high in pairwise(BINS):
            pairs = {pair for pair, similarity in self.truth.items() if low <= similarity < high}
            middles = [1 - (1 - self.truth[pair] ** ROWS) ** BANDS for pair in pairs]
            found = len(pairs & self.candidates)
            if pairs:
                numbers = [f"{found / len(pairs):.3f}", f"{statistics.mean(middles):.3f}"]
                yield [self.name, f"{low:g} to {high:g}", f"{len(pairs):,}", *numbers]


def quality(name: str, texts: Sequence[str], lowest: float) -> Quality:
    """What is found in the texts, of which no two are equal. lowest: the similarity brute force goes down to."""
    sets = [shingles(text) for text in texts]
    pairs = banded(texts)
    similar = {(left, right): jaccard(sets[left], sets[right]) for left, right in pairs}
    verified = {pair: similarity for pair, similarity in similar.items() if similarity >= THRESHOLD}
    return Quality(name, len(texts), brute_force(exact_grams(texts), lowest), pairs, verified)


def different(texts: Sequence[str]) -> list[str]:
    """The texts with words in them, each canonical form once: equal ones are found before bands are looked at."""
    found = canonical(texts)
    digests = [found.codes[start:stop].tobytes() for start, stop in zip(found.starts, found.stops, strict=True)]
    first = {digest: number for number, digest in reversed(list(enumerate(digests)))}
    return [texts[number] for number in sorted(first.values()) if number not in found.wordless]


def edited(reviews: Sequence[Review]) -> list[str]:
    """Every tenth review, and nine copies of it in which one to forty words of a hundred are another of its words."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    texts = []
    for review in reviews[::10]:
        words = review.text.split()
        for percent in (0, 1, 2, 3, 5, 8, 12, 20, 30, 40):
            found = list(words)
            for place in chance.sample(range(len(words)), len(words) * percent // 100):
                found[place] = chance.choice(words)
            texts.append(" ".join(found))
    return different(texts)


def lines_of(reviews: Sequence[Review], count: int) -> list[str]:
    """So many lines of the reviews, short ones, as the shortest reviews are."""
    lines = (line.strip() for review in reviews for line in review.text.splitlines())
    return different([line for line in lines if SHORTEST_LINE <= len(line) <= LONGEST_LINE])[:count]


# --------------------------------------------------------------------------------------------------------- NoReC


def repeats_in(reviews: Sequence[Review]) -> tuple[list[dict[str, object]], float]:
    """The map of duplicates of the reviews, and the seconds that the whole stage took."""
    with TemporaryDirectory() as folder:
        run = Run(folder)
        inputs = []
        for start in range(0, len(reviews), PARTS_OF):
            inputs.append(f"raw/norec/part-{len(inputs):05d}.jsonl.zst")
            store.write_documents(run.path(inputs[-1]), map(document, reviews[start : start + PARTS_OF]))
        started = time.perf_counter()
        dedup_corpus(run, DedupSettings(threshold=THRESHOLD), inputs=inputs)
        return pq.read_table(run.path(MAP)).to_pylist(), time.perf_counter() - started


# ---------------------------------------------------------------------------------------------------------- page


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown; columns of numbers to the right."""
    right = [all(cell[:1].isdigit() for cell in column) for column in zip(*rows, strict=True)] or [False] * len(heads)
    rule = "|".join("--:" if number else "---" for number in right)
    return "\n".join([f"| {' | '.join(heads)} |", f"|{rule}|", *(f"| {' | '.join(row)} |" for row in rows)])


def speed_section(found: Sequence[tuple[float, float]], documents: int) -> str:
    """The section on speed."""
    ratios = sorted(own / peer for own, peer in found)
    own, peer = (statistics.median(side) for side in zip(*found, strict=True))
    middle = statistics.median(ratios)
    rows = [
        ["Kvern: read, fingerprinted, written", f"{own:,.0f}"],
        ["datatrove 0.10: MinhashDedupSignature, Norwegian, its defaults", f"{peer:,.0f}"],
    ]
    return f"""## Speed

{table(["first step", "documents/s of CPU time, median"], rows)}

{documents:,} reviews of NoReC in {len(found)} slices, each side in turn, one core: {middle:.1f} times as fast
(median; {ratios[0]:.1f} to {ratios[-1]:.1f})."""


def quality_section(found: Sequence[Quality]) -> str:
    """The section on precision and recall."""
    heads = ["texts", "number", f"pairs of {THRESHOLD:g} or more", "candidates", "found", "precision", "recall"]
    curve = [row for one in found for row in one.curve()]
    return f"""## Precision and recall

Brute force compares all pairs of texts, by sets of 5-grams that are not hashed. `same Jaccard`: whether what was found
has the similarity that brute force gives.

{table([*heads, "same Jaccard"], [one.row() for one in found])}

Share of the pairs that become candidates, {BANDS} bands of {ROWS} rows:

{table(["texts", "Jaccard", "pairs", "found", "expected"], curve)}"""


def norec_section(found: Sequence[dict[str, object]], reviews: int, seconds: float) -> str:
    """The section on NoReC: what repeats what."""
    pairs = [(str(row["id"]), str(row["kept_id"]), float(str(row["jaccard"]))) for row in found]
    across = [pair for pair in pairs if pair[0].split("/")[0] != pair[1].split("/")[0]]
    equal = sum(pair[2] == 1 for pair in pairs)
    sections = [
        f"""## NoReC

NoReC 2.1 (CC BY-NC 4.0) is said to be free of duplicates. Of the {reviews:,} reviews of its train and dev splits,
{len(pairs):,} repeat another ({equal:,} of them word for word), {len(across):,} of them one in the other split. Each
is listed once, beside the one that stays; the threshold is {THRESHOLD:g}. It took {seconds:.0f} s in one process."""
    ]
    for name, some in (("Across train and dev", across), ("Within a split", sorted(set(pairs) - set(across)))):
        rows = [f"{left} = {right} {value:.3f}" for left, right, value in sorted(some)]
        sections.append(f"### {name}\n\n```\n" + "\n".join(rows) + "\n```")
    return "\n\n".join(sections)


def measure(options: argparse.Namespace) -> str:
    """What goes between the markers."""
    reviews = reviews_in(options.norec)
    some = reviews[: options.documents]
    words = ["python", "benchmarks/duplicates.py", options.norec.name, "--documents", str(options.documents)]
    peer = "numpy " + version("numpy") + ", rensa " + version("rensa")
    sections = [f"`{shlex.join(words)}`: {platform.machine()}, Python {platform.python_version()}, {peer}."]
    if options.peer_python:
        sections.append(speed_section(speeds(some, options.rounds, options.peer_python), len(some)))
    found = [
        quality("reviews", different([review.text for review in some]), THRESHOLD),
        quality("reviews and edited copies", edited(some), THRESHOLD),
        quality(f"lines of {SHORTEST_LINE} to {LONGEST_LINE} characters", lines_of(reviews, options.lines), BINS[0]),
    ]
    sections.append(quality_section(found))
    repeats, seconds = repeats_in(reviews)
    sections.append(norec_section(repeats, len(reviews), seconds))
    return "\n\n".join(sections)


def main() -> None:
    """Measures as the command line says."""
    if sys.argv[1:2] == ["--speed"]:
        answer_speed(int(sys.argv[2]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("norec", type=Path, help="the archive of NoReC")
    parser.add_argument("--peer-python", help="the Python of an environment with datatrove; left out where not given")
    parser.add_argument("--documents", type=int, default=8000, help="for speed and for brute force")
    parser.add_argument("--lines", type=int, default=20_000, help="short texts for brute force")
    parser.add_argument("--rounds", type=int, default=8, help="of speed")
    parser.add_argument("--page", type=Path, help="to be written between its markers")
    options = parser.parse_args()
    publish(lambda: measure(options), options.page, "Duplicates")


if __name__ == "__main__":
    main()
