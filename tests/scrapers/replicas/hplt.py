"""HPLT: release 2 with a checksum beside each file, release 3 sorted into bins with a list of checksums."""

import hashlib
from typing import Any

from scrapers.sources.hplt import HOST, hplt_2, hplt_3

from ..conftest import Answer
from ..replica import Replica
from ..web_corpora import json_lines, text, zst


def row(number: int) -> dict[str, Any]:
    """What both releases have in a line."""
    content = text(number)
    return {
        "f": "s3://commoncrawl/crawl-data/CC-MAIN-2021-31/segments/1/warc/1.warc.gz",
        "o": 1000 + number,
        "s": 500,
        "rs": 2000,
        "u": f"https://havn.example/{number}",
        "c": "text/html",
        "ts": "2021-07-25T10:20:30Z",
        "lang": ["nno_Latn", "nob_Latn", "dan_Latn"],
        "prob": [0.99, 0.007, 1],
        "text": content,
        "seg_langs": ["nno_Latn"] * (content.count("\n") + 1),
        "id": hashlib.md5(content.encode(), usedforsecurity=False).hexdigest(),
        "filter": "keep",
        "pii": [[0, 3]] if number % 5 == 0 else [],
        "doc_scores": [8.1, 10, 9.2],
    }


def row_2(number: int) -> dict[str, Any]:
    """A line of release 2; every tenth was not to be crawled."""
    return row(number) | {"collection": "cc40", "robotstxt": "allowed" if number % 10 else "disallowed"}


def row_3(number: int) -> dict[str, Any]:
    """A line of release 3; every fourth is a review."""
    registers = {"MT": 0.01, "NA": 0.3, "OP": 0.4, "rv": 0.831 if number % 4 == 0 else 0.02, "ob": 0.1}
    more = {"de": "utf-8", "crawl_id": "CC-MAIN-2021-31", "xml": "<doc/>", "html_lang": ["nn"], "cluster_size": 2}
    return row(number) | more | {"web-register": registers}


def md5(body: bytes) -> str:
    """The MD5 of `body`."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


FILES_2 = {
    "1.jsonl.zst": zst(json_lines(row_2(n) for n in range(40))),
    "2.jsonl.zst": zst(json_lines((row_2(n) for n in range(40, 80)), ended=False)),
}
BASE_2 = f"{HOST}/two/cleaned/nno_Latn"
ANSWERS_2 = {f"{BASE_2}_map.txt": Answer("".join(f"{BASE_2}/{name}\n" for name in FILES_2).encode(), 200, "text/plain")}
for name, body in FILES_2.items():
    ANSWERS_2[f"{BASE_2}/{name}"] = Answer(body, 200, "application/zstd")
    ANSWERS_2[f"{BASE_2}/{name}.md5"] = Answer(f"{md5(body)}  {name}\n".encode(), 200, "text/plain")

BINS = {"5_1": range(100, 110), "8_1": range(60, 100), "9_1": range(20, 40), "9_2": range(40, 60), "10_1": range(20)}
FILES_3 = {f"{name}.jsonl.zst": zst(json_lines((row_3(n) for n in of), ended=False)) for name, of in BINS.items()}
BASE_3 = f"{HOST}/three/sorted/nno_Latn"
MAP_3 = "".join(f"{BASE_3}/{name}\n" for name in FILES_3)
MD5_3 = "".join(f"{md5(body)}  nno_Latn/{name}\n" for name, body in FILES_3.items())
ANSWERS_3 = {
    f"{BASE_3}.map": Answer(MAP_3.encode(), 200, "text/plain"),
    f"{BASE_3}.md5": Answer(MD5_3.encode(), 200, "text/plain"),
    **{f"{BASE_3}/{name}": Answer(body, 200, "application/zstd") for name, body in FILES_3.items()},
}

REPLICAS = [
    Replica(
        source=hplt_2.configured({"language": "nno_Latn"}), answers=ANSWERS_2, data=f"{BASE_2}/2.jsonl.zst", kept=80
    ),
    Replica(
        source=hplt_3.configured({"language": "nno_Latn", "registers": ["rv"]}),
        answers=ANSWERS_3,
        data=f"{BASE_3}/9_1.jsonl.zst",
        kept=25,
        received=100,
    ),
]
