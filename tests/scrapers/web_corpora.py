"""What the replicas of web corpora are made of: texts, files, and the Hugging Face Hub."""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from .conftest import Answer, Asked

HUB = "https://huggingface.co"
CDN = "https://cas-bridge.xethub.hf.co/xet-bridge-us"
TOKEN = "hf_replica"
REFUSED = Answer(b"Access to this dataset is restricted.", 401, "text/plain", {"X-Error-Code": "GatedRepo"})


def text(number: int) -> str:
    """A text of a few lines, every fourth in nynorsk."""
    if number % 4 == 0:
        return f"Båt nummer {number} gjekk ikkje frå kaia i går.\nVi venta lenge, og ingen kunne seie kvifor."
    return f"Båt nummer {number} gikk ikke fra kaia i går.\nVi ventet lenge, og «ingen» kunne si hvorfor."


def json_lines(rows: Iterable[Any], *, ended: bool = True) -> bytes:
    """A JSON value a line, as Rust and Python write them for text that is not English; the last line ended or not."""
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return (body if ended else body[:-1]).encode()


def zst(body: bytes) -> bytes:
    """`body`, compressed in two frames, as parallel writers do it."""
    middle = body.find(b"\n", len(body) // 2) + 1
    codec = pa.Codec("zstd")
    return b"".join(codec.compress(part, asbytes=True) for part in (body[:middle], body[middle:]) if part)


def parquet(rows: list[dict[str, Any]], schema: pa.Schema | None = None, group: int = 16) -> bytes:
    """The rows as a parquet file with row groups of `group`."""
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), sink, row_group_size=group)
    return sink.getvalue()


def listing(files: Mapping[str, bytes], *, hidden: bool = False) -> list[dict[str, Any]]:
    """What the Hub lists of a folder: itself, small files that lie in git, large ones with their digest."""
    entries: list[dict[str, Any]] = [{"type": "directory", "oid": "c0ffee", "size": 0, "path": "folder"}]
    for path, body in files.items():
        entry = {
            "type": "file",
            "oid": hashlib.sha1(body, usedforsecurity=False).hexdigest(),
            "size": len(body),
            "path": path,
        }
        if not path.endswith((".md", ".sha256")) and not hidden:
            digest = hashlib.sha256(body).hexdigest()
            entry |= {"lfs": {"oid": digest, "size": len(body), "pointerSize": 135}, "xetHash": digest[::-1]}
        entries.append(entry)
    return entries


def hub(
    repo: str, revision: str, folder: str, files: Mapping[str, bytes], *, gated: bool = False, page: int = 4
) -> dict[str, Any]:
    """The answers of the Hub for one folder of a dataset: its list in pages, and files that lie on another host."""
    tree = f"{HUB}/api/datasets/{repo}/tree/{revision}/{quote(folder)}?recursive=true&expand=false"
    entries = listing(files)
    answers: dict[str, Any] = {}
    for start in range(0, len(entries), page):
        following = f"{tree}&limit={page}&cursor={start + page}"
        link = {"Link": f'<{following}>; rel="next"'} if start + page < len(entries) else {}
        body = json.dumps(entries[start : start + page]).encode()
        url = f"{tree}&limit={page}&cursor={start}" if start else tree
        answers[url] = Answer(body, 200, "application/json; charset=utf-8", link)
    for path, body in files.items():
        address = f"{HUB}/datasets/{repo}/resolve/{revision}/{path}"
        stored = stored_at(path, body)
        answers[address] = Answer(b"Found. Redirecting", 302, "text/plain", {"Location": stored})
        answers[stored] = Answer(body, 200, "application/octet-stream")
    if gated:
        for url, answer in list(answers.items()):
            answers[url] = kept_by_key(answer, with_key=url.startswith(HUB))
    return answers


def stored_at(path: str, body: bytes) -> str:
    """Where the Hub leads to for a file: another host, with a signature that serves for a while."""
    return f"{CDN}/{hashlib.sha256(body).hexdigest()}?X-Amz-Expires=3600&filename={quote(path.rpartition('/')[2])}"


def kept_by_key(answer: Answer, *, with_key: bool) -> Any:
    """The answer for those who show the token; on the other host, for those who do not."""

    def play(asked: Asked) -> Answer:
        shown = asked.headers.get("Authorization")
        if with_key:
            return answer if shown == f"Bearer {TOKEN}" else REFUSED
        return replace(REFUSED, status=400) if shown else answer

    return play
