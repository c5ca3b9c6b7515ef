"""Packed streams: the same from memory, from a file and from an archive; whole, bounded, or an error."""

import bz2
import gzip
import io
import lzma
import threading
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import packed
from scrapers.source import CollectError

LINES = [f"Linje nummer {n} om båten.".encode() for n in range(3000)]
BODY = b"\n".join(LINES) + b"\n"


def zstd(body: bytes) -> bytes:
    """`body` as one frame."""
    return bytes(pa.Codec("zstd").compress(body, asbytes=True))


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "tgz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd,
    "txt": bytes,
}
of_each_kind = pytest.mark.parametrize("ending", PACK)


def all_of(stream: io.BytesIO | io.BufferedReader, name: str) -> bytes:
    """What a stream unpacks to."""
    opened = packed.unpacked(stream, name)
    return b"".join(iter(lambda: opened.read(1000), b""))


@of_each_kind
def test_a_stream_is_unpacked_by_the_ending_of_its_name(ending: str, tmp_path: Path) -> None:
    body = PACK[ending](BODY)
    assert all_of(io.BytesIO(body), f"a.{ending}") == BODY
    assert all_of(io.BytesIO(body), f"A.{ending.upper()}") == BODY
    path = tmp_path / "another-name"
    path.write_bytes(body)
    with path.open("rb") as stream:
        assert all_of(stream, f"a.{ending}") == BODY
        assert not stream.closed
    with path.open("rb") as stream:
        assert stream.read(3) == body[:3]
        if ending == "txt":
            assert all_of(stream, f"a.{ending}") == BODY[3:]
        else:
            with pytest.raises(packed.DAMAGE):
                all_of(stream, f"a.{ending}")


@of_each_kind
def test_what_was_written_in_pieces_is_read_to_the_end(ending: str) -> None:
    middle = len(BODY) // 2
    body = PACK[ending](BODY[:middle]) + PACK[ending](BODY[middle:])
    assert all_of(io.BytesIO(body), f"a.{ending}") == BODY


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz", "zst"])
@pytest.mark.parametrize("share", [0.001, 0.3, 0.6, 0.999])
@pytest.mark.parametrize("on_disk", [True, False])
def test_what_is_cut_off_is_damage(ending: str, share: float, on_disk: bool, tmp_path: Path) -> None:
    body = PACK[ending](BODY)
    cut = body[: max(1, int(len(body) * share))]
    (tmp_path / "a").write_bytes(cut)
    with pytest.raises(packed.DAMAGE), (tmp_path / "a").open("rb") as stream:
        all_of(stream if on_disk else io.BytesIO(cut), f"a.{ending}")


@pytest.mark.parametrize("ending", ["gz", "bz2", "xz", "zst"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda second: b"\x01" + second[1:],
        lambda second: second[:2] + b"\x01" + second[3:],
        lambda second: second[:3],
        lambda second: b"?",
        lambda second: b"{'error': 'too many requests'}" * 10_000,
        lambda second: bytes(3),
        lambda second: bytes(3) + second,
    ],
    ids=["first byte", "third byte", "header only", "one byte", "another text", "zeros", "zeros before it"],
)
def test_what_follows_a_stream_and_is_none_is_damage(ending: str, spoil: Callable[[bytes], bytes]) -> None:
    body = PACK[ending](BODY)
    with pytest.raises(packed.DAMAGE):
        all_of(io.BytesIO(body + spoil(body)), f"a.{ending}")


@pytest.mark.parametrize("zeros", [4, 8, packed.PACKED_BLOCK + 4])
def test_a_stream_of_xz_may_be_padded(zeros: int) -> None:
    body = lzma.compress(BODY) + bytes(zeros)
    assert all_of(io.BytesIO(body), "a.xz") == BODY
    assert all_of(io.BytesIO(body + body), "a.xz") == 2 * BODY


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_what_unpacks_to_more_than_any_text_is_refused(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "FREE_BYTES", 1 << 16)
    body = PACK[ending](bytes(1 << 20))
    (tmp_path / "a").write_bytes(body)
    with pytest.raises(CollectError, match=rf"a\.{ending} unpacks to more than 100 times its size"):
        all_of(io.BytesIO(body), f"a.{ending}")
    with (tmp_path / "a").open("rb") as stream, pytest.raises(CollectError, match="unpacks to more than 100 times"):
        all_of(stream, f"a.{ending}")


@given(st.binary(max_size=60).map(lambda body: body.replace(b"a", b"\n")), st.integers(1, 9), st.integers(1, 9))
def test_lines_are_those_of_the_stream_however_it_comes(body: bytes, size: int, piece: int) -> None:
    def blocks():
        return (body[start : start + size] for start in range(0, len(body), size))

    lines = body.split(b"\n")
    assert list(packed.split_lines(blocks())) == (lines if lines[-1] else lines[:-1])
    pieces = [bytes(part) for part in packed.whole_lines(blocks(), piece)]
    assert b"".join(pieces) == body
    assert all(part.endswith(b"\n") for part in pieces[:-1])
    assert b"" not in pieces


def test_a_line_without_an_end_is_refused() -> None:
    with pytest.raises(CollectError, match="a line of more than 10 bytes"):
        list(packed.split_lines(iter([b"kort\n", b"lengre " * 3, b"slutt\n"]), longest=10))


def test_what_is_read_ahead_comes_in_order_and_its_fault_as_well() -> None:
    class Faulty(io.RawIOBase):
        """Three blocks, then a fault."""

        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += 1
            if self.given > 3:
                raise OSError("the disk is gone")
            return bytes([self.given]) * 5

    got = []
    with pytest.raises(OSError, match="the disk is gone"):
        got.extend(packed.read_ahead(Faulty()))  # type: ignore[arg-type]
    assert got == [bytes([number]) * 5 for number in (1, 2, 3)]
    taken = packed.read_ahead(io.BytesIO(BODY))  # type: ignore[arg-type]
    assert next(taken) == BODY
    taken.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]
