"""How fast a corpus is parsed, against bare reading of the same file, and how much memory collecting it takes.

    python benchmarks/parse.py [--megabytes 200] [--text FILE] [--rounds 5] [--memory-size 1]

Makes a file in the layout of OSCAR 23.01 (.jsonl.zst) and one in that of 22.01 (.jsonl.gz) out of the documents of
--text (JSON lines with a `text` or `content`, or plain text with blank lines between documents) or of made-up ones. In
each round every way has its turn, and is compared with bare reading in the same round. What else the machine does
meanwhile changes the figures: `others` says how much of a core that took.
"""

import argparse
import gzip
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from scrapers.collect import collect
from scrapers.corpus import Corpus, OpenFile
from scrapers.manifest import Run
from scrapers.packed import ARROW, BLOCK
from scrapers.source import Mirrors
from scrapers.sources.oscar import oscar_2201, oscar_2301

UPSTREAM = "https://corpus.example"
LAYOUTS: dict[str, tuple[Corpus, str]] = {
    "a.jsonl.zst": (oscar_2301, "quality_warnings"),
    "a.jsonl.gz": (oscar_2201, "annotation"),
}
LETTERS = "eeeeerrrnnnttaaassiillddokgvmfuphbåøyjæc"


def texts(path: Path | None) -> Iterator[str]:
    """The documents of a file, again and again; made-up ones without a file."""
    if path is None:
        yield from made_up(random.Random(1))  # noqa: S311 - no secret
        return
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as stream:
        body = stream.read()
    if body.startswith("{"):
        rows = (json.loads(line) for line in body.split("\n") if line)
        yield from cycle([row.get("text") or row["content"] for row in rows])
    yield from cycle([document for document in body.split("\n\n") if document.strip()])


def made_up(dice: random.Random) -> Iterator[str]:
    """Texts of words that are none, as long as those on the web: half of them above 1,500 characters."""
    words = ["".join(dice.choices(LETTERS, k=dice.choice((2, 3, 3, 4, 5, 6, 8, 11)))) for _ in range(30_000)]
    while True:
        lines = (
            " ".join(dice.choices(words, k=dice.randrange(5, 30))) for _ in range(int(dice.lognormvariate(2.7, 1)))
        )
        yield "\n".join(line.capitalize() + "." for line in lines)


def row(number: int, content: str, warnings: str) -> dict[str, Any]:
    """A line of OSCAR: a document with what OSCAR says of it as a whole and of each line."""
    return {
        "content": content,
        "warc_headers": {
            "warc-record-id": f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>",
            "warc-date": "2022-11-30T01:02:03Z",
            "content-type": "text/plain",
            "content-length": len(content.encode()),
            "warc-type": "conversion",
            "warc-identified-content-language": "nor",
            "warc-refers-to": "<urn:uuid:e08a1d65-8b3f-4a3d-8c1e-5d1ae2b0b8a1>",
            "warc-target-uri": f"https://www.example.no/artikkel/{number}",
            "warc-block-digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
        },
        "metadata": {
            "identification": {"label": "no", "prob": 0.9321},
            "harmful_pp": 1234.5678,
            "tlsh": "tlsh:T1" + "0A" * 35,
            warnings: None,
            "categories": None,
            "sentence_identifications": [{"label": "no", "prob": 0.97123}] * (content.count("\n") + 1),
        },
    }


def make(path: Path, size: int, documents: Iterator[str]) -> int:
    """Writes a file that unpacks to about `size` bytes, and returns to how many."""
    codec, warnings = ARROW[path.suffix[1:]], LAYOUTS[path.name][1]
    written = number = 0
    with pa.OSFile(str(path), "wb") as file, pa.CompressedOutputStream(file, codec) as stream:
        while written < size:
            rows = (row(number + n, text, warnings) for n, text in enumerate(islice(documents, 1000)))
            written += stream.write("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows).encode())
            number += 1000
    return written


def unpacking(path: Path) -> Any:
    """The unpacked stream of a file, by the library that the collectors use."""
    return pa.CompressedInputStream(pa.OSFile(str(path)), ARROW[path.suffix[1:]])


def bare(path: Path) -> None:
    """Unpacks the file, a block at a time."""
    stream = unpacking(path)
    while stream.read(BLOCK):
        pass


def json_lines(path: Path) -> None:
    """Unpacks the file, and parses each line with Python's json."""
    stream, rest = unpacking(path), b""
    while block := stream.read(BLOCK):
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            json.loads(line)


def read(path: Path) -> None:
    """Reads the file as its collector does, to the last document."""
    source = LAYOUTS[path.name][0]
    with path.open("rb", buffering=0) as stream:
        for _ in source._checked(OpenFile(f"{UPSTREAM}/{path.name}", path.name, stream, "open")):
            pass


def collected(path: Path) -> None:
    """The whole stage: downloads the file from a server on this machine, reads it, writes the parts of `raw/`."""
    source = LAYOUTS[path.name][0].configured({"url": f"{UPSTREAM}/{path.name}", "delay_s": 0, "expected": [1, 10**9]})
    server = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(path.parent)]
    with (
        TemporaryDirectory(dir=path.parent) as folder,
        subprocess.Popen(server, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process,
    ):
        port = next(iter(process.stdout or ())).split(" port ")[1].split()[0]
        try:
            collect(Run(folder), "a", source, mirrors=Mirrors({UPSTREAM: f"http://127.0.0.1:{port}"}))
        finally:
            process.terminate()


WAYS: dict[str, Callable[[Path], None]] = {
    "bare reading": bare,
    "json.loads": json_lines,
    "read()": read,
    "collect": collected,
}


def compare(path: Path, size: int, rounds: int) -> None:
    """Prints how fast each way is."""
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    others: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, way in WAYS.items():
            start, of_all, of_us = time.perf_counter(), busy_s(), own_s()
            way(path)
            passed = time.perf_counter() - start
            seconds[name].append(passed)
            others[name].append(max(0.0, busy_s() - of_all - (own_s() - of_us)) / passed)
    print(f"\n{path.name}: {size / 1e6:.0f} MB, {path.stat().st_size / 1e6:.0f} MB packed; median (least to most)")
    for name, times in seconds.items():
        speed = spread([size / 1e6 / passed for passed in times], ".0f")
        ratio = spread([first / passed for first, passed in zip(seconds["bare reading"], times, strict=True)], ".2f")
        foreign = f"others {statistics.median(others[name]):.2f}"
        print(f"  {name:14}{speed:>22} MB/s{ratio:>22} of bare reading   {foreign}")


def spread(values: list[float], form: str) -> str:
    """The median, and between what the values lie."""
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def busy_s() -> float:
    """The seconds of processor time that this machine has spent on anything; 0 where it does not say."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    user, nice, system, _idle, _waiting, irq, softirq = map(int, stat.read_text().split("\n")[0].split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def own_s() -> float:
    """The seconds of processor time that this process and its children have spent."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def memory(folder: Path, gigabytes: float, text: Path | None) -> None:
    """Prints how long a process takes that collects a file of so many gigabytes, and the most memory it holds."""
    size = make(folder / "a.jsonl.zst", int(gigabytes * 1e9), texts(text))
    start = time.perf_counter()
    command = [sys.executable, __file__, "--collect", str(folder / "a.jsonl.zst")]
    held = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    print(f"\ncollecting {size / 1e9:.1f} GB: {time.perf_counter() - start:.0f} s, {held} MiB at most")


def most_held() -> float:
    """The most memory that this process held so far, in MiB; what it was forked from does not count on Linux."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    """Runs the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=200, help="of each file, unpacked")
    parser.add_argument("--text", type=Path, help="where the documents come from")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory-size", type=float, default=1, help="gigabytes, unpacked; 0 leaves it out")
    parser.add_argument("--collect", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.collect:
        collected(options.collect)
        print(round(most_held()))
        return
    with TemporaryDirectory() as folder:
        print(f"Python {platform.python_version()}, pyarrow {pa.__version__}, {os.cpu_count()} cores")
        for name in LAYOUTS:
            path = Path(folder, name)
            compare(path, make(path, int(options.megabytes * 1e6), texts(options.text)), options.rounds)
        if options.memory_size:
            memory(Path(folder), options.memory_size, options.text)


if __name__ == "__main__":
    main()
