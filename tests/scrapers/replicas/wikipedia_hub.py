"""Wikipedia as parquet on the Hub."""

from typing import Any

import pyarrow as pa

from scrapers.sources.wikipedia_hub import wikipedia_hub

from ..replica import Replica
from ..web_corpora import hub, parquet, stored_at, text

SCHEMA = pa.schema([(name, pa.string()) for name in ("id", "url", "title", "text")])


def row(number: int) -> dict[str, Any]:
    """An article."""
    title = f"Båt {number}"
    return {
        "id": str(number),
        "url": f"https://no.wikipedia.org/wiki/B%C3%A5t%20{number}",
        "title": title,
        "text": f"{title} er en båt.\n\n{text(number)}",
    }


FOLDER = "20231101.no"
FILES = {
    f"{FOLDER}/train-0000{shard}-of-00003.parquet": parquet(
        [row(n) for n in range(shard * 20 + 1, shard * 20 + 21)], SCHEMA
    )
    for shard in range(3)
}
FIRST = f"{FOLDER}/train-00000-of-00003.parquet"
REPLICAS = [
    Replica(
        source=wikipedia_hub,
        answers=hub(wikipedia_hub.repo, wikipedia_hub.revision, FOLDER, FILES),
        data=stored_at(FIRST, FILES[FIRST]),
        kept=60,
    )
]
