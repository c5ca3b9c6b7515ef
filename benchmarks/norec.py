"""Runs `recipes/norec.toml` on NoReC 2.1 and on rated reviews, and writes what it measured to `docs/norec.md`.

    python benchmarks/norec.py norec-2.1.tar.gz train.jsonl.gz dev.jsonl.gz [--runs runs] [--reviews 43437]

The archive is played on loopback in the place of upstream's address, so the collector that downloads is the real one.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scrapers.sources.norec import norec
from training.evaluate import class_table, score_table

ROOT = Path(__file__).parents[1]
UPSTREAM = "https://codeload.github.com"

PAGE = """# Results on the Norwegian Review Corpus

Written by `benchmarks/norec.py`; every figure is what the run measured. Do not edit by hand.

`recipes/norec.toml`: {reviews:,} reviews of [NoReC 2.1](https://github.com/ltgoslo/norec) (what its archive had of the
train, dev and test splits; no ratings) and {rated:,} book reviews with ratings from 1 to 6
([norec_gender](https://github.com/ltgoslo/norec_gender), train and dev), both CC BY-NC 4.0. The classifier tells
ratings up to 3, of 4, and of 5 or more apart; it is trained on the rated train split and scored on the rated dev split.

{verdict}

## Scores

{scores}

{classes}

Brackets are {confidence:.0%} bootstrap intervals over {resamples:,} resamples of the {documents} scored documents. The
model was started from {started}, with {parameters:,} parameters: its figures say nothing about a pretrained model.

## Waterfall

{waterfall}

Nearly all near-duplicates are rated reviews that NoReC has as well; the recipe keeps the rated copy. {own} reviews
repeat another within NoReC 2.1 itself, which is said to be free of duplicates.

## Time and memory

{seconds:.0f} s in all, of which {stage_seconds:.0f} s in stages; the largest process held {memory:.0f} MiB.
{cores} cores, no GPU, Python {python}.

    {command}
"""


def play(archive: Path, folder: Path) -> ThreadingHTTPServer:
    """Serves the archive under the path it has upstream."""
    target = folder / norec.url.removeprefix(f"{UPSTREAM}/")
    target.parent.mkdir(parents=True)
    target.symlink_to(archive.resolve())
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def table(rows: list[list[str]]) -> str:
    """The rows as a Markdown table; the first is its header."""
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def waterfall(manifest: dict[str, Any]) -> str:
    """The stages of a run as a table."""
    rows = [["stage", "in", "kept", "dropped", "seconds"]]
    for stage in manifest["stages"]:
        rules = ", ".join(f"{count:,} {rule}" for rule, count in stage["dropped"].items()) or "none"
        rows.append([stage["name"], f"{stage['in']:,}", f"{stage['kept']:,}", rules, f"{stage['seconds']:.1f}"])
    return table(rows)


def duplicates_within_norec(run: Path) -> int:
    """How many reviews of NoReC repeat another review of NoReC."""
    import pyarrow.parquet as pq

    sources: dict[str, str] = {}
    for part in sorted((run / "cleaned").glob("*.parquet")):
        columns = pq.read_table(part, columns=["id", "source"]).to_pydict()
        sources |= dict(zip(columns["id"], columns["source"], strict=True))
    pairs = pq.read_table(run / "duplicates.parquet", columns=["id", "kept_id"]).to_pylist()
    return sum(sources[pair["id"]] == sources[pair["kept_id"]] == "norec" for pair in pairs)


def verdict(metrics: dict[str, Any]) -> str:
    """In a sentence, whether the model is worth having."""
    found = metrics["comparison"]
    difference = found["macro_f1_difference"]
    words = {
        "better": "The small encoder is better than",
        "worse": "**The small encoder trained from scratch loses to**",
        "no difference shown": "**The small encoder trained from scratch is not shown to differ from**",
    }[found["verdict"]] + f" {found['baseline']}"
    return f"{words} (macro-F1 {difference['value']:+.3f} [{difference['low']:+.3f}, {difference['high']:+.3f}])."


def main() -> None:
    """Runs, measures, writes the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("archive", "train", "dev"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--runs", type=Path, default=ROOT / "runs")
    parser.add_argument("--reviews", type=int, default=norec.expected[0], help="reviews in the archive")
    chosen = parser.parse_args()
    settings = {
        "collect.norec.expected": [chosen.reviews, chosen.reviews],
        "collect.norec-rated-train.path": str(chosen.train.resolve()),
        "collect.norec-rated-dev.path": str(chosen.dev.resolve()),
    }
    options = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    with TemporaryDirectory() as folder:
        server = play(chosen.archive, Path(folder))
        mirror = f"{UPSTREAM}=http://127.0.0.1:{server.server_port}"
        command = [str(Path(sys.executable).parent / "kvern"), "run", "recipes/norec.toml", "--runs", str(chosen.runs)]
        started = time.monotonic()
        subprocess.run([*command, "--mirror", mirror, *options], cwd=ROOT, check=True)
        seconds = time.monotonic() - started
    run = chosen.runs / "norec"
    manifest, metrics, training = (
        json.loads((run / name).read_text("utf-8")) for name in ("manifest.json", "metrics.json", "model/training.json")
    )
    stages = {stage["name"]: stage for stage in manifest["stages"]}
    page = PAGE.format(
        reviews=stages["collect/norec"]["kept"],
        rated=stages["collect/norec-rated-train"]["kept"] + stages["collect/norec-rated-dev"]["kept"],
        verdict=verdict(metrics),
        scores=table(score_table(metrics)),
        classes=table(class_table(metrics)),
        confidence=metrics["confidence"],
        resamples=metrics["resamples"],
        documents=metrics["documents"],
        started=training["started_from"],
        parameters=training["parameters"],
        waterfall=waterfall(manifest),
        own=duplicates_within_norec(run),
        seconds=seconds,
        stage_seconds=sum(stage["seconds"] for stage in manifest["stages"]),
        memory=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        cores=os.cpu_count(),
        python=platform.python_version(),
        command=f"python benchmarks/norec.py {chosen.archive.name} {chosen.train.name} {chosen.dev.name} "
        f"--reviews {chosen.reviews}",
    )
    (ROOT / "docs/norec.md").write_text(page, "utf-8")
    print(page)


if __name__ == "__main__":
    main()
