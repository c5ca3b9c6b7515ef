"""Files: whole under their final name or not there; what is broken says which file it is."""

import hashlib
import io
import os
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import store
from scrapers.store import StoreError


@pytest.fixture(params=["local", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path) if request.param == "local" else f"memory://{uuid4()}"


def test_a_file_appears_whole(root: str) -> None:
    with store.open_atomic(f"{root}/a/b.bin") as stream:
        stream.write(b"x" * 100_000)
        assert not store.exists(f"{root}/a/b.bin")
    with store.open_read(f"{root}/a/b.bin") as stream:
        assert stream.read() == b"x" * 100_000


def test_an_error_leaves_no_file_and_no_change_to_the_one_that_was_there(root: str) -> None:
    store.write_json(f"{root}/old.json", 1)
    for name in ("new.json", "old.json"):
        with pytest.raises(ZeroDivisionError), store.open_atomic(f"{root}/{name}") as stream:
            stream.write(b"half")
            stream.flush()
            raise ZeroDivisionError
    assert not store.exists(f"{root}/new.json")
    assert store.read_json(f"{root}/old.json") == 1


def test_nan_is_not_json_and_leaves_no_file(root: str) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.write_json(f"{root}/nan.json", {"loss": float("nan")})
    assert not store.exists(f"{root}/nan.json")


def test_what_is_missing_or_broken_is_named(root: str) -> None:
    with pytest.raises(StoreError, match=r"a\.json does not exist"):
        store.read_json(f"{root}/a.json")
    with store.open_atomic(f"{root}/a.json") as stream:
        stream.write(b"{")
    with pytest.raises(StoreError, match=r"a\.json is not JSON"):
        store.read_json(f"{root}/a.json")
    with pytest.raises(StoreError, match="nope"):
        store.exists("nope://x/y")


def test_an_error_of_the_reader_is_not_taken_for_a_missing_file(root: str) -> None:
    store.write_json(f"{root}/a.json", 1)
    with pytest.raises(FileNotFoundError), store.open_read(f"{root}/a.json"):
        raise FileNotFoundError("another file")


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"), store.open_read(str(tmp_path)):
        pass


def test_the_digest_is_that_of_the_bytes(root: str) -> None:
    body = os.urandom((1 << 20) + 17)
    with store.open_atomic(f"{root}/a") as stream:
        stream.write(body)
    assert store.sha256(f"{root}/a") == hashlib.sha256(body).hexdigest()


def test_files_are_listed_moved_and_removed(root: str) -> None:
    for name in ("b/2", "b/1", "a"):
        store.write_json(f"{root}/f/{name}", name)
    assert [name[-3:] for name in store.files(f"{root}/f")] == ["f/a", "b/1", "b/2"]
    store.move(f"{root}/f/a", f"{root}/f/c/d")
    assert store.read_json(f"{root}/f/c/d") == "a"
    assert not store.exists(f"{root}/f/a")
    store.remove(f"{root}/f/b")
    store.remove(f"{root}/f/not-there")
    assert [name[-3:] for name in store.files(f"{root}/f")] == ["c/d"]
    assert store.files(f"{root}/nowhere") == []


@given(st.binary(max_size=60), st.integers(1, 70))
def test_lines_are_those_of_the_bytes_for_every_block_size(body: bytes, block_size: int) -> None:
    expected = body.split(b"\n")
    expected = expected[:-1] if not expected[-1] else expected
    assert list(store.lines(io.BytesIO(body), block_size)) == expected


def test_documents_come_back_in_order(root: str, document) -> None:
    documents = [document(f"{n:016x}", text=f"nr {n}\n\u2028\r😀 \ud83d") for n in range(3000)]
    assert store.write_documents(f"{root}/part.jsonl.zst", documents) == 3000
    assert list(store.read_documents(f"{root}/part.jsonl.zst")) == documents


def test_equal_documents_give_equal_bytes(tmp_path: Path, document) -> None:
    documents = [document(f"{n:016x}") for n in range(50)]
    for name in ("a", "b"):
        store.write_documents(str(tmp_path / name), documents)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("share", [0, 0.001, 0.01, 0.3, 0.9, 0.999])
def test_a_truncated_part_is_an_error_that_names_it(tmp_path: Path, document, share: float) -> None:
    part = tmp_path / "part.jsonl.zst"
    store.write_documents(str(part), [document(f"{n:016x}", os.urandom(20).hex()) for n in range(1000)])
    whole = part.read_bytes()
    part.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(StoreError, match=r"part\.jsonl\.zst is not a whole zstd file"):
        list(store.read_documents(str(part)))


def test_a_part_of_something_else_is_an_error_that_names_the_line(tmp_path: Path, document) -> None:
    part = tmp_path / "part.jsonl.zst"
    part.write_bytes(b"not zstd at all")
    with pytest.raises(StoreError, match="not a whole zstd file"):
        list(store.read_documents(str(part)))
    for line in (b"{}", b"[1]", b"7", b"\xff", b'{"id": 1'):
        part.write_bytes(pa.Codec("zstd").compress(line + b"\n", asbytes=True))
        with pytest.raises(StoreError, match=r"part\.jsonl\.zst, line 1"):
            list(store.read_documents(str(part)))


def test_a_truncated_table_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    store.write_table(str(path), pa.table({"n": list(range(5000))}))
    assert sum(batch.num_rows for batch in store.read_batches(str(path))) == 5000
    whole = path.read_bytes()
    for keep in (0, 3, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:keep])
        with pytest.raises(StoreError, match=r"part\.parquet"):
            list(store.read_batches(str(path)))
