"""Files on disk or on any fsspec store. A file under its final name is complete."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import fsspec
import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from scrapers.record import Document

ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(Document)


class StoreError(Exception):
    """A file of a run is missing, broken or cannot be written."""


def filesystem(url: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """The file system of `url` and the path in it. Raises StoreError for a protocol that is not installed."""
    try:
        # A listing that was kept would not have what other processes write.
        fs, path = fsspec.core.url_to_fs(url, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise StoreError(f"{url}: {error}") from error
    return fs, path


def local_path(url: str) -> Path | None:
    """The local path that `url` names, or None where it lies on another machine."""
    fs, path = filesystem(url)
    return Path(path) if isinstance(fs, LocalFileSystem) else None


def exists(url: str) -> bool:
    """Whether there is a file or folder at `url`."""
    fs, path = filesystem(url)
    return bool(fs.exists(path))


@contextmanager
def open_atomic(url: str) -> Iterator[IO[bytes]]:
    """A binary file that appears at `url` whole, or not at all.

    Local files are written as `.partial`, synced and renamed. For an object store they are written here and then put
    there: closing a file there would publish it, be it half written.
    """
    local = local_path(url)
    if local is None:
        fs, path = filesystem(url)
        fs.makedirs(fs._parent(path), exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            whole = Path(folder, "whole")
            with whole.open("wb") as stream:
                yield stream
            fs.put_file(str(whole), path)
        return
    local.parent.mkdir(parents=True, exist_ok=True)
    partial = local.with_name(local.name + ".partial")
    with partial.open("wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(local)


@contextmanager
def open_read(url: str) -> Iterator[IO[bytes]]:
    """The file at `url`, for reading. Raises StoreError where there is none, or it may not be read."""
    fs, path = filesystem(url)
    try:
        stream = fs.open(path, "rb")
    except FileNotFoundError as error:
        raise StoreError(f"{url} does not exist") from error
    except OSError as error:
        raise StoreError(f"{url} cannot be read: {error}") from error
    with stream:
        yield stream


def write_json(url: str, value: object) -> None:
    """Writes `value` as indented JSON, whole or not at all. NaN is refused: it is not JSON."""
    with open_atomic(url) as stream:
        stream.write(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False).encode())


def read_json(url: str) -> Any:
    """The value in the JSON file at `url`. Raises StoreError where it is missing or broken."""
    with open_read(url) as stream:
        try:
            return json.load(stream)
        except ValueError as error:
            raise StoreError(f"{url} is not JSON: {error}") from error


def sha256(url: str) -> str:
    """The SHA-256 of the file at `url`, in hexadecimal."""
    with open_read(url) as stream:
        digest = hashlib.sha256()
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def move(source: str, target: str) -> None:
    """Renames the complete file `source` to `target`, over what stood there."""
    source_local, target_local = local_path(source), local_path(target)
    if source_local and target_local:
        target_local.parent.mkdir(parents=True, exist_ok=True)
        source_local.replace(target_local)
        return
    with open_read(source) as reader, open_atomic(target) as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
    remove(source)


def remove(url: str) -> None:
    """Removes the file or folder at `url`; nothing where there is none."""
    fs, path = filesystem(url)
    if fs.exists(path):
        fs.rm(path, recursive=True)


def files(url: str) -> list[str]:
    """The URLs of all files below the folder `url`, sorted; none where there is no such folder."""
    fs, path = filesystem(url)
    if not fs.exists(path):
        return []
    local = isinstance(fs, LocalFileSystem)
    return sorted(found if local else fs.unstrip_protocol(found) for found in fs.find(path))


def write_documents(url: str, documents: Iterable[Document]) -> int:
    """Writes one part, documents as JSON lines, zstd-compressed, and returns how many."""
    lines = [json_line(document) for document in documents]
    with open_atomic(url) as stream:
        stream.write(pa.Codec("zstd").compress(b"".join(lines), asbytes=True))
    return len(lines)


def json_line(document: Document) -> bytes:
    """The document as a line of JSON, its columns in order."""
    try:
        return ENCODER.encode(document) + b"\n"
    except UnicodeEncodeError:  # half an emoji, which JSON carries and UTF-8 does not
        return json.dumps(document.row(), ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def read_documents(url: str, having: bytes = b"") -> Iterator[Document]:
    """The documents that `write_documents` wrote to `url`, in order, one at a time. Raises StoreError.

    having: only those whose line of JSON has these bytes; the others are not parsed.
    """
    number = 0
    with open_read(url) as stream:
        try:
            if stream.seek(0, os.SEEK_END) == 0:  # which Arrow takes for the end of a stream
                raise OSError("the file is empty")
            stream.seek(0)
            for number, line in enumerate(lines(pa.CompressedInputStream(stream, "zstd")), 1):  # noqa: B007 - named below
                if having in line:
                    yield parsed(line)
        except (ValueError, TypeError) as error:
            raise StoreError(f"{url}, line {number}: {error}") from error
        except OSError as error:
            raise StoreError(f"{url} is not a whole zstd file: {error}; it ends after line {number}") from error


def parsed(line: bytes) -> Document:
    """The document that `json_line` wrote. Raises ValueError or TypeError where it is none."""
    try:
        return DECODER.decode(line)
    except (
        msgspec.DecodeError,
        UnicodeDecodeError,
    ):  # half an emoji, or broken: the slow way explains
        return Document.from_row(json.loads(line.decode("utf-8", "surrogatepass")))


def lines(stream: Any, block_size: int = 1 << 20) -> Iterator[bytes]:
    """The lines of a binary stream without their line feeds; the last may lack one."""
    rest = b""
    while block := stream.read(block_size):
        *complete, rest = (rest + block).split(b"\n")
        yield from complete
    if rest:
        yield rest


def write_table(url: str, table: pa.Table) -> None:
    """Writes an Arrow table as one parquet file, zstd-compressed; equal tables give equal bytes."""
    with open_atomic(url) as stream:
        pq.write_table(table, stream, compression="zstd")


def read_batches(url: str, columns: list[str] | None = None, batch_size: int = 1024) -> Iterator[pa.RecordBatch]:
    """The rows of the parquet file at `url`, in order, `batch_size` at a time. Raises StoreError."""
    with open_read(url) as stream:
        try:
            yield from pq.ParquetFile(stream).iter_batches(batch_size=batch_size, columns=columns)
        except (pa.ArrowException, OSError) as error:
            raise StoreError(f"{url} cannot be read as parquet: {error}") from error


def find_rows(url: str, column: str, value: str, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """The rows of the parquet file at `url` in which `column` is `value`, in order, with these columns, or all.

    The other columns are read only of the row groups that have such a row. Raises StoreError.
    """
    found: list[dict[str, Any]] = []
    with open_read(url) as stream:
        try:
            file = pq.ParquetFile(stream)
            for group in range(file.num_row_groups):
                keys = file.read_row_group(group, [column])[column]
                places = pc.indices_nonzero(pc.equal(keys, value))
                if len(places):
                    found += file.read_row_group(group, columns).take(places).to_pylist()
        except (pa.ArrowException, OSError) as error:
            raise StoreError(f"{url} cannot be read as parquet: {error}") from error
    return found
