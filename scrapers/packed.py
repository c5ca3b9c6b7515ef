"""Compressed streams, read ahead: whole, bounded, or an error."""

import bz2
import io
import lzma
import os
import tarfile
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import chain, repeat
from tarfile import EOFHeaderError, HeaderError, SubsequentHeaderError  # type: ignore[attr-defined]
from typing import IO, Any, Self, TypeVar, cast

import pyarrow as pa

from scrapers.source import CollectError

Taken = TypeVar("Taken")

BLOCK = 1 << 20
PACKED_BLOCK = 1 << 16  # of which what lies behind the end of a stream is copied
# Whoever reads ahead waits for Python's lock after each block, 5 ms and more while documents are made: hence large
# ones. The first are small, for those who want a few documents only.
AHEAD = (1 << 18, 1 << 20, 1 << 22, 1 << 23)
BLOCKS_AHEAD = 2
LONGEST_LINE = 64 << 20
# Text packs to between a half and a twentieth. What unpacks to a hundred times its size and more than this is a bomb.
MOST_RATIO = 100
FREE_BYTES = 256 << 20
ARROW = {"gz": "gzip", "tgz": "gzip", "zst": "zstd"}  # unpacks in C++, many members and frames one after the other too
END_OF_ZIP = 22  # bytes of the record that ends a zip archive. Source: PKWARE APPNOTE, 4.3.16
# What the libraries raise on a file that is cut off or damaged.
DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile, pa.ArrowException)


def unpacked(stream: IO[bytes], name: str) -> IO[bytes]:
    """The stream without the compression that its name ends in: .gz, .bz2, .xz, .zst, else as it is."""
    ending = name.rpartition(".")[2].lower()
    packed: Any = stream
    if ending in ARROW:
        packed = native(stream)
        opened: Any = pa.CompressedInputStream(packed, ARROW[ending])
    elif ending == "bz2":
        opened = Streams(stream, bz2.BZ2Decompressor)
    elif ending == "xz":
        opened = Streams(stream, partial(lzma.LZMADecompressor, lzma.FORMAT_XZ), padded=True)
    else:
        return stream
    return cast(IO[bytes], Bounded(opened, packed, name))


def native(stream: IO[bytes]) -> Any:
    """The stream as Arrow reads it: a file on this machine by itself, so that Python's lock is not asked for."""
    file = getattr(stream, "raw", stream)
    if isinstance(file, io.FileIO) and not isinstance(file.name, int) and stream.tell() == 0:
        return pa.OSFile(os.fspath(file.name))
    return pa.PythonFile(Lent(stream), "r")


class Lent:
    """A stream for Arrow, which closes what it was given when it is done: whoever opened `stream` closes it."""

    closed = False

    def __init__(self, stream: IO[bytes]) -> None:
        self.read, self.tell, self.seek = stream.read, stream.tell, stream.seek

    def close(self) -> None:
        """Leaves the stream open."""


class Streams:
    """What compressed streams, one after the other, unpack to; anything else after them is damage.

    BZ2File and LZMAFile take a later stream whose header is damaged for the end of the file. padded: whether four
    zeros, or eight and so on, may follow a stream. Source: https://tukaani.org/xz/xz-file-format.txt, 2.2
    """

    def __init__(
        self,
        packed: IO[bytes],
        begin: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor],
        *,
        padded: bool = False,
    ) -> None:
        self._packed, self._begin, self._padding = packed, begin, b"\0" if padded else b""
        self._stream = begin()

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, nothing at the end. Raises one of DAMAGE where a stream is cut off or damaged."""
        while size:
            if self._stream.eof:
                block = self._after_stream()
                if not block:
                    break
                self._stream = self._begin()
            elif self._stream.needs_input:
                block = self._packed.read(PACKED_BLOCK)
                if not block:
                    raise EOFError("the end of the compressed stream is missing")
            else:
                block = b""
            if unpacked := self._stream.decompress(block, size):
                return unpacked
        return b""

    def _after_stream(self) -> bytes:
        """What follows the stream that has ended and its padding."""
        block, padding = self._stream.unused_data or self._packed.read(PACKED_BLOCK), 0
        while zeros := len(block) - len(block.lstrip(self._padding)):
            padding += zeros
            block = block[zeros:] or self._packed.read(PACKED_BLOCK)
        if padding % 4:
            raise lzma.LZMAError(f"{padding} zeros after a stream")
        return block


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


def ahead(calls: Iterator[Callable[[], Taken]]) -> Iterator[Taken]:
    """What each call returns, made on another core while the last ones are used, until one returns nothing."""
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as worker:
        waiting = deque(worker.submit(next(calls)) for _ in range(BLOCKS_AHEAD))
        try:
            while taken := waiting.popleft().result():
                waiting.append(worker.submit(next(calls)))
                yield taken
        finally:
            for future in waiting:
                future.cancel()


def read_ahead(stream: IO[bytes]) -> Iterator[bytes]:
    """The blocks of a stream, unpacked on another core while the last ones are parsed."""
    return ahead(partial(stream.read, size) for size in chain(AHEAD, repeat(AHEAD[-1])))


def whole_lines(blocks: Iterator[bytes], size: int = BLOCK, longest: int = LONGEST_LINE) -> Iterator[memoryview]:
    """The same bytes in pieces that end where a line ends, of about `size` each; the last may lack its line feed.

    Raises CollectError on an endless line.
    """
    rest = b""
    for block in blocks:
        start = 0
        if rest:
            start = block.find(b"\n") + 1
            rest += block[:start] if start else block
            if start:
                yield memoryview(rest)
                rest = b""
        view = memoryview(block)
        while end := (block.rfind(b"\n", start, start + size) + 1) or (block.find(b"\n", start + size) + 1):
            yield view[start:end]
            start = end
        rest = rest or block[start:]
        if len(rest) > longest:
            raise CollectError(f"a line of more than {longest:,} bytes: no document of this source is that long")
    if rest:
        yield memoryview(rest)


def split_lines(blocks: Iterator[bytes], longest: int = LONGEST_LINE) -> Iterator[bytes]:
    """The lines of a stream without their line feeds; the last may lack one. Raises CollectError on an endless one."""
    for piece in whole_lines(blocks, longest=longest):
        yield from bytes(piece).removesuffix(b"\n").split(b"\n")


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


def zip_files(stream: IO[bytes], name: str, most: int) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file in a zip archive, in the order of its directory.

    Raises CollectError where a file is larger than `most` bytes, or the archive unpacks to more than any text would;
    BadZipFile where a file is encrypted, or packed in another way than zip archives of text are.
    """
    try:
        with zipfile.ZipFile(stream) as opened:
            for member in zip_members(opened, stream, name):
                with opened.open(member) as content:
                    yield member.filename, content_of(content, member.filename, most)
    except NotImplementedError as error:
        raise zipfile.BadZipFile(str(error)) from error


def zip_members(opened: zipfile.ZipFile, stream: IO[bytes], name: str) -> list[zipfile.ZipInfo]:
    """The files in a zip archive: as many as it says, none of them encrypted, and together no bomb."""
    named = opened.infolist()
    size = stream.seek(-END_OF_ZIP - len(opened.comment), io.SEEK_END)
    count = int.from_bytes(stream.read(END_OF_ZIP)[10:12], "little")  # 65,535 stands for any larger number
    if count not in (len(named), 0xFFFF):
        raise zipfile.BadZipFile(f"its directory names {len(named):,} files, and should {count:,}")
    if sum(member.file_size for member in named) > FREE_BYTES + MOST_RATIO * size:
        raise CollectError(f"{name} unpacks to more than {MOST_RATIO} times its size: no text does")
    for member in named:
        if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile(f"{member.filename} is encrypted, or packed in another way than by deflate")
    return [member for member in named if not member.is_dir()]


def content_of(stream: IO[bytes], name: str, most: int = LONGEST_LINE) -> bytes:
    """All of a file in an archive. Raises CollectError where it is larger than `most` bytes."""
    content = stream.read(most + 1)
    if len(content) > most:
        raise CollectError(f"{name} is larger than {most:,} bytes; no file of this source is")
    return content
