"""NCC: shards of gzipped JSON lines on the Hub."""

import gzip
from typing import Any

from scrapers.sources.ncc import ncc

from ..replica import Replica
from ..web_corpora import hub, json_lines, stored_at, text

TYPES = (
    "maalfrid_uib",
    "government_nb",
    "government_nn",
    "newspaper_ocr",
    "books",
    "wikipedia_download_nn",
    "lovdata_cd",
)


def row(number: int) -> dict[str, Any]:
    """A document; of Målfrid's, two pieces each."""
    kind = TYPES[number % len(TYPES)]
    return {
        "id": f"maalfrid_1b8ac28f_{number}" if kind == "maalfrid_uib" else f"{kind}-{number:06d}",
        "doc_type": kind,
        "publish_year": 2021 if kind == "maalfrid_uib" else 1900 + number,
        "lang_fasttext": "no",
        "lang_fasttext_conf": f"{0.7 + number / 1000:.3f}",
        "text": text(number),
    }


FILES = {
    "data/train-shard-0001-of-0002.json.gz": gzip.compress(json_lines(row(n) for n in range(70))),
    "data/train-shard-0002-of-0002.json.gz": gzip.compress(json_lines((row(n) for n in range(70, 100)), ended=False)),
    "data/validation-shard-0001-of-0001.json.gz": gzip.compress(json_lines(row(n) for n in range(100, 110))),
}
LAST = "data/train-shard-0002-of-0002.json.gz"
REPLICAS = [
    Replica(source=ncc, answers=hub(ncc.repo, "main", "data", FILES), data=stored_at(LAST, FILES[LAST]), kept=100)
]
