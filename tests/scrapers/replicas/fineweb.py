"""FineWeb-2: shards of parquet on the Hub, not gated."""

from typing import Any

import pyarrow as pa

from scrapers.sources.fineweb import fineweb_2

from ..replica import Replica
from ..web_corpora import hub, parquet, stored_at, text

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("text", "id", "dump", "url", "date", "file_path", "language")),
        ("language_score", pa.float64()),
        ("language_script", pa.string()),
        ("minhash_cluster_size", pa.int64()),
        ("top_langs", pa.string()),
    ]
)


def row(number: int) -> dict[str, Any]:
    """A page; every third score is a little above 1, as upstream's are."""
    return {
        "text": text(number),
        "id": f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>",
        "dump": "CC-MAIN-2023-50",
        "url": f"https://havn.example/{number}",
        "date": "2023-12-01T10:20:30Z",
        "file_path": "s3://commoncrawl/crawl-data/CC-MAIN-2023-50/segments/1/warc/1.warc.gz",
        "language": "nno",
        "language_score": 1.0000098943710327 if number % 3 == 0 else 0.91,
        "language_script": "Latn",
        "minhash_cluster_size": number % 7 + 1,
        "top_langs": "{}" if number % 2 else '{"nno_Latn_score": 0.91, "nob_Latn_score": 0.05}',
    }


FOLDER = "data/nno_Latn/train"
FILES = {
    f"{FOLDER}/000_00000.parquet": parquet([row(n) for n in range(60)], SCHEMA),
    f"{FOLDER}/000_00001.parquet": parquet([row(n) for n in range(60, 100)], SCHEMA),
}
REPLICAS = [
    Replica(
        source=fineweb_2.configured({"language": "nno_Latn"}),
        answers=hub(fineweb_2.repo, fineweb_2.revision, FOLDER, FILES),
        data=stored_at(path, body),
        kept=100,
    )
    for path, body in list(FILES.items())[1:]
]
