"""OSCAR: 2019 as lists of text, 22.01 and 23.01 as gated files on the Hub."""

import gzip
import hashlib
from typing import Any

from scrapers.sources.oscar import oscar_2019, oscar_2201, oscar_2301

from ..conftest import Answer
from ..replica import Replica
from ..web_corpora import TOKEN, hub, json_lines, stored_at, text, zst

OLD = "https://s3.amazonaws.com/datasets.huggingface.co/oscar/1.0/unshuffled/deduplicated/no/"
WARNINGS = (None, ["tiny"], ["short_sentences"], ["noisy", "tiny"], ["adult"], None, None, None)


def row_2301(number: int) -> dict[str, Any]:
    """A line of 23.01; of eight, two have a warning that keeps them out."""
    content = text(number)
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
            "warc-target-uri": f"https://havn.example/båt/{number}",
            "warc-block-digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ",
        },
        "metadata": {
            "identification": {"label": "no", "prob": 0.9321},
            "harmful_pp": 1234.5 if number % 3 else None,
            "tlsh": "tlsh:T1A2",
            "quality_warnings": WARNINGS[number % 8],
            "categories": None,
            "sentence_identifications": [{"label": "no", "prob": 0.97}, None],
        },
    }


def row_2201(number: int) -> dict[str, Any]:
    """A line of 22.01."""
    row = row_2301(number)
    warnings = row["metadata"]["quality_warnings"]
    metadata = {"identification": {"label": "no", "prob": 0.93}, "annotation": warnings}
    return row | {"metadata": metadata | {"sentence_identifications": [{"label": "no", "prob": 0.97}, None]}}


def plain(numbers: range) -> bytes:
    """A file of 2019: documents with blank lines between them, one of which is not quite empty."""
    texts = [text(number) for number in numbers]
    return gzip.compress(("\n\n".join(texts[:-1]) + "\n \t\n" + texts[-1] + "\n").encode())


FILES_2019 = {f"no_part_{part}.txt.gz": plain(range(part * 30, part * 30 + 30)) for part in (1, 2, 10)}
LIST_2019 = "".join(f"{name}\t{hashlib.sha256(body).hexdigest()}\n" for name, body in FILES_2019.items())

FOLDER_2201 = "compressed/nn_meta"
FILES_2201 = {
    f"{FOLDER_2201}/checksum.sha256": b"",
    f"{FOLDER_2201}/nn_meta_part_1.jsonl.gz": gzip.compress(json_lines(row_2201(n) for n in range(40))),
    f"{FOLDER_2201}/nn_meta_part_2.jsonl.gz": gzip.compress(json_lines(row_2201(n) for n in range(40, 80))),
}

FILES_2301 = {
    "no_meta/checksum.sha256": b"",
    "no_meta/no_meta_part_1.jsonl.zst": zst(json_lines(row_2301(n) for n in range(40))),
    "no_meta/no_meta_part_10.jsonl.zst": zst(json_lines((row_2301(n) for n in range(40, 80)), ended=False)),
    "no_meta/no_meta_part_2.jsonl.zst": zst(json_lines(row_2301(n) for n in range(80, 120))),
}


def gated(source: Any, folder: str, files: dict[str, bytes], kept: int, received: int) -> Replica:
    """The replica of a gated one."""
    path = next(path for path in files if "_part_1." in path)
    answers = hub(source.repo, "main", folder, files, gated=True)
    data = stored_at(path, files[path])
    environment = {"HF_TOKEN": TOKEN}
    return Replica(source=source, answers=answers, data=data, kept=kept, received=received, environment=environment)


REPLICAS = [
    Replica(
        source=oscar_2019,
        answers={
            f"{OLD}no_sha256.txt": Answer(LIST_2019.encode(), 200, "text/plain"),
            **{OLD + name: Answer(body, 200, "application/x-gzip") for name, body in FILES_2019.items()},
        },
        data=f"{OLD}no_part_2.txt.gz",
        kept=90,
    ),
    gated(oscar_2201.configured({"language": "nn"}), FOLDER_2201, FILES_2201, 60, 80),
    gated(oscar_2301, "no_meta", FILES_2301, 90, 120),
]
