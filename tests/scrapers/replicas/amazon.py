"""UCSD Amazon: the 5-core reviews of two categories, a few lines as Python writes a dict."""

import gzip
import json
from dataclasses import replace
from typing import Any

from scrapers.sources.amazon import ucsd_amazon

from ..conftest import Answer
from ..replica import Replica

FOLDER = "http://snap.stanford.edu/data/amazon/productGraph/categoryFiles"


def line(number: int, **changes: Any) -> dict[str, Any]:
    """A review as upstream has it: all its keys, in its order."""
    return {
        "reviewerID": f"A{number:013d}",
        "asin": f"B{number // 3:09d}",
        "reviewerName": 'Reviewer "R" Invented',
        "helpful": [number % 4, 4],
        "reviewText": f"I have used this shovel for {number} winters.It does not bend &#8217;til spring.",
        "overall": float(number % 5 + 1),
        "summary": "Shovel" if number % 7 else "",
        "unixReviewTime": 1396137600 + 86400 * number,
        "reviewTime": "03 30, 2014",
    } | changes


def packed(*lines: dict[str, Any] | str | bytes) -> bytes:
    """A file of these lines; what is no dict goes as it is."""
    written = (json.dumps(item) if isinstance(item, dict) else item for item in lines)
    return gzip.compress(b"".join((item.encode() if isinstance(item, str) else item) + b"\n" for item in written))


PATIO = packed(*(line(number) if number % 50 else repr(line(number)) for number in range(200)))
BABY = packed(*(line(number, asin=f"C{number}") for number in range(60)))
DATA = f"{FOLDER}/reviews_Patio_Lawn_and_Garden_5.json.gz"
REPLICAS = [
    Replica(
        source=replace(ucsd_amazon, categories=("Patio_Lawn_and_Garden", "Baby")),
        answers={DATA: Answer(PATIO), f"{FOLDER}/reviews_Baby_5.json.gz": Answer(BABY)},
        data=DATA,
        kept=260,
    )
]
