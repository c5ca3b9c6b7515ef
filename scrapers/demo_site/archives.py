"""The files that the demo site offers for download: a Leipzig package and an OSCAR shard, the same bytes for a seed."""

import gzip
import hashlib
import io
import json
import tarfile
from collections import Counter
from typing import Any, Final
from uuid import UUID, uuid5

import pyarrow as pa

from scrapers.demo_site.prose import Page, pages, sentences

PACKAGE: Final = "nob_demo_2026_1K"
SHARD: Final = "no_meta_part_1.jsonl.zst"
PER_SOURCE: Final = 12
NAMESPACE: Final = UUID("6b766572-6e00-4465-8d6f-000000000002")


def leipzig_archive(seed: int) -> bytes:
    """The package as .tar.gz: sentences, sources, the sources' sentences, and words with their frequency."""
    shown = sentences(seed)
    sources = range(1, -(-len(shown) // PER_SOURCE) + 1)
    words = Counter(word.strip(".,") for sentence in shown for word in sentence.split())
    ranked = sorted(words.items(), key=lambda word: (-word[1], word[0]))
    tables = {
        "sentences": enumerate(shown, 1),
        "sources": ((i, f"https://nyheter-{i}.example/sak", f"2026-{i % 12 + 1:02}-{i % 27 + 1:02}") for i in sources),
        "inv_so": (((i - 1) % len(sources) + 1, i) for i in range(1, len(shown) + 1)),
        "words": ((i, word, count) for i, (word, count) in enumerate(ranked, 1)),
    }
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", filename="", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as tar,
    ):
        for name, rows in tables.items():
            data = "".join("\t".join(map(str, row)) + "\n" for row in sorted(rows)).encode()
            member = tarfile.TarInfo(f"{PACKAGE}/{PACKAGE}-{name}.txt")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def oscar_shard(seed: int) -> bytes:
    """The pages as zstd-compressed JSON Lines in the layout of OSCAR 23.01."""
    text = "".join(json.dumps(_oscar(page), ensure_ascii=False) + "\n" for page in pages(seed))
    compressed: bytes = pa.compress(text.encode(), codec="zstd", asbytes=True)
    return compressed


def checksum(data: bytes, name: str) -> bytes:
    """A line as `sha256sum` writes it."""
    return f"{hashlib.sha256(data).hexdigest()}  {name}\n".encode()


def _oscar(page: Page) -> dict[str, Any]:
    content = page.text.encode()
    lines = page.text.split("\n")
    label = "no" if page.lang == "nb" else "nn"
    prob = round(0.8 + len(content) % 190 / 1000, 4)
    record = uuid5(NAMESPACE, page.url)
    return {
        "content": page.text,
        "warc_headers": {
            "warc-record-id": f"<urn:uuid:{record}>",
            "warc-refers-to": f"<urn:uuid:{uuid5(NAMESPACE, str(record))}>",
            "warc-type": "conversion",
            "warc-date": f"2026-0{len(lines) % 9 + 1}-1{len(content) % 10}T06:{len(content) % 60:02}:00Z",
            "warc-target-uri": page.url,
            "warc-block-digest": f"sha1:{hashlib.sha1(content, usedforsecurity=False).hexdigest()}",
            "warc-identified-content-language": "nor",
            "content-type": "text/plain",
            "content-length": str(len(content)),
        },
        "metadata": {
            "identification": {"label": label, "prob": prob},
            "harmful_pp": None,
            "tlsh": None,
            "quality_warnings": list(page.warnings) or None,
            "categories": ["adult"] if "adult" in page.warnings else None,
            "sentence_identifications": [{"label": label, "prob": prob} if len(line) > 40 else None for line in lines],
        },
    }
