"""Compressed streams, read ahead: whole, bounded, or an error."""

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from tarfile import EOFHeaderError, HeaderError, SubsequentHeaderError  # type: ignore[attr-defined]
from typing import IO, Any, Self, cast

import pyarrow as pa

from scrapers.source import CollectError

BLOCK = 1 << 20
BLOCKS_AHEAD = 4
LONGEST_LINE = 64 << 20
# Text packs to between a half and a twentieth. What unpacks to a hundred times its size and more than this is a bomb.
MOST_RATIO = 100
FREE_BYTES = 256 << 20
# What the libraries raise on a file that is cut off or damaged.
DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, tarfile.TarError, pa.ArrowException)


def unpacked(stream: IO[bytes], name: str) -> IO[bytes]:
    """The stream without the compression that its name ends in: .gz, .bz2, .xz, .zst, else as it is."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("gz", "tgz"):
        opened: Any = gzip.GzipFile(fileobj=stream)
    elif ending == "bz2":
        opened = bz2.BZ2File(stream)
    elif ending == "xz":
        opened = lzma.LZMAFile(stream)  # noqa: SIM115 - whoever opened `stream` closes it
    elif ending == "zst":
        opened = pa.CompressedInputStream(pa.PythonFile(stream, "r"), "zstd")
    else:
        return stream
    return cast(IO[bytes], Bounded(opened, stream, name))


class Bounded(io.RawIOBase):
    """A stream that stops where it unpacks to more than any text would."""

    def __init__(self, stream: Any, packed: IO[bytes], name: str) -> None:
        self._stream, self._packed, self._name = stream, packed, name
        self._given = 0

    def read(self, size: int = -1) -> bytes:
        """As much as there is, at most `size` bytes. Raises CollectError on a decompression bomb."""
        block = bytes(self._stream.read(size if size >= 0 else BLOCK))
        self._given += len(block)
        if self._given > FREE_BYTES and self._given > MOST_RATIO * max(1, self._packed.tell()):
            raise CollectError(
                f"{self._name} unpacks to more than {MOST_RATIO} times its size ({self._given:,} bytes): no text does"
            )
        return block

    def readable(self) -> bool:
        """That it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills `buffer` with what comes next, and returns how much."""
        block = self.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)


def read_ahead(stream: IO[bytes], size: int = BLOCK) -> Iterator[bytes]:
    """The blocks of a stream, unpacked on another core while the last ones are parsed."""
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader:
        ahead = deque(reader.submit(stream.read, size) for _ in range(BLOCKS_AHEAD))
        try:
            while block := ahead.popleft().result():
                ahead.append(reader.submit(stream.read, size))
                yield block
        finally:
            for future in ahead:
                future.cancel()


def split_lines(blocks: Iterator[bytes], longest: int = LONGEST_LINE) -> Iterator[bytes]:
    """The lines of a stream without their line feeds; the last may lack one. Raises CollectError on an endless one."""
    rest = b""
    for block in blocks:
        *complete, rest = (rest + block).split(b"\n")
        yield from complete
        if len(rest) > longest:
            raise CollectError(f"a line of more than {longest:,} bytes: no document of this source is that long")
    if rest:
        yield rest


class SoundHeader(tarfile.TarInfo):
    """The header of a file in a tar archive, or the mark of its end.

    tarfile by itself takes a header that is missing, cut off or damaged for the end of the archive.
    """

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        """The next header. Raises SubsequentHeaderError, which tarfile passes on as a ReadError."""
        try:
            return super().fromtarfile(tarfile)
        except EOFHeaderError:
            raise
        except HeaderError as error:
            raise SubsequentHeaderError(str(error)) from error


@contextmanager
def archive(stream: IO[bytes], name: str) -> Iterator[tarfile.TarFile]:
    """The tar archive in a stream, compressed as its name says, read from front to back. Raises CollectError.

    Read to the end of the compression, which knows whether it is whole: tarfile by itself takes an archive cut between
    two files for a whole one.
    """
    plain = unpacked(stream, name)
    with tarfile.open(fileobj=cast(Any, plain), mode="r|", tarinfo=SoundHeader) as opened:
        yield opened
    while plain.read(BLOCK):
        pass


def tar_files(stream: IO[bytes], name: str) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and content of each file in a tar archive, in order, each to be read before the next is asked for.

    Links, folders and devices are passed over.
    """
    with archive(stream, name) as opened:
        for member in opened:
            cast(Any, opened).members.clear()  # else tarfile remembers every one it has met
            if member.isfile() and (content := opened.extractfile(member)):
                yield member.name, content


def content_of(stream: IO[bytes], name: str, most: int = LONGEST_LINE) -> bytes:
    """All of a file in an archive. Raises CollectError where it is larger than `most` bytes."""
    content = stream.read(most + 1)
    if len(content) > most:
        raise CollectError(f"{name} is larger than {most:,} bytes; no file of this source is")
    return content
