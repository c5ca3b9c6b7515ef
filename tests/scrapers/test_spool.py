"""The spool: documents in as they come, out in the order of id, each id once."""

import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from scrapers.record import Document, Dropped
from scrapers.spool import PageNote, Spool


def test_documents_come_out_by_id_whatever_order_they_went_in(tmp_path: Path, document) -> None:
    documents = [document(f"{n:016x}", f"nr {n}") for n in range(100)]
    for name, seed in (("a", 1), ("b", 2)):
        mixed = random.Random(seed).sample(documents, len(documents))
        with Spool(tmp_path / name) as spool:
            for number, item in enumerate(mixed):
                spool.add_page(str(number), [item])
            assert spool.count() == 100
            assert list(spool.items("collect/x")) == documents


def test_repeats_and_what_is_left_out_stand_beside_the_first(tmp_path: Path, document) -> None:
    first, second = document("a" * 16, "bra"), document("a" * 16, "dårlig")
    left_out = Dropped(document("a" * 16, "støy"), "collect/x", "quality_warning", "noisy", "none")
    for number, items in enumerate(([first, second, left_out, first], [left_out, second, first, first])):
        with Spool(tmp_path / f"spool{number}") as spool:
            for page, item in enumerate(items):
                spool.add_page(str(page), [item])
            assert list(spool.items("collect/x")) == [first, first, second, left_out]


def test_a_page_is_in_with_all_it_gave_or_not_at_all(tmp_path: Path, document) -> None:
    note = PageNote(("b", "c"), '"1"', "Sat, 21 Nov 2026 00:00:00 GMT")
    with Spool(tmp_path / "spool") as spool:
        assert spool.page("a") is None
        assert spool.add_page("a", [document("a" * 16), document("b" * 16)], note) == 2
        with pytest.raises(AttributeError):
            spool.add_page("b", [document("c" * 16), None])
        assert (spool.page("a"), spool.page("b"), spool.count()) == (note, None, 2)
        assert spool.add_page("b", [document("b" * 16), document("d" * 16)]) == 1
        assert list(spool.pages()) == ["a", "b"]
        assert spool.documents_of("b", "x") == [document("b" * 16), document("d" * 16)]


def test_a_page_that_is_read_again_takes_the_place_of_its_first_reading(tmp_path: Path, document) -> None:
    with Spool(tmp_path / "spool") as spool:
        spool.add_page("a", [document("a" * 16, "før")])
        spool.add_page("a", [document("a" * 16, "etter")])
        assert [d.text for d in spool.items("x") if isinstance(d, Document)] == ["etter"]


@pytest.mark.parametrize("text", ["", "\ud83d", "😀\0\n\u2028", "'; DROP TABLE spool; --"])
def test_any_text_comes_back(tmp_path: Path, document, text: str) -> None:
    with Spool(tmp_path / "spool") as spool:
        spool.add_page("a", [document(text=text, title=text)])
        assert [d.text for d in spool.items("x") if isinstance(d, Document)] == [text]


def test_pages_that_are_forgotten_are_gone_with_their_documents(tmp_path: Path, document) -> None:
    with Spool(tmp_path / "spool") as spool:
        for page in "abc":
            spool.add_page(page, [document(page * 16)])
        spool.forget(["a", "c", "never in"])
        assert (list(spool.pages()), list(spool.items("x"))) == (["b"], [document("b" * 16)])


@pytest.mark.parametrize("place", [0, 20, 4096, 40_000, None])
def test_a_file_that_is_damaged_is_begun_anew(tmp_path: Path, document, caplog, place: int | None) -> None:
    path = tmp_path / "spool"
    with Spool(path) as spool:
        for page in range(40):
            spool.add_page(str(page), [document(f"{page:016x}", "x" * 2000)])
    body = path.read_bytes()
    path.write_bytes(body[:50_000] if place is None else body[:place] + b"\xff" * 9000 + body[place + 9000 :])
    for count in (0, 1):
        with Spool(path) as spool:
            assert spool.count() == count
            spool.add_page("a", [document()])
    assert [record.getMessage().partition(" (")[0] for record in caplog.records] == [f"{path} is damaged"]


def test_what_cannot_be_opened_or_is_open_elsewhere_is_not_damaged(tmp_path: Path, document) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        Spool(tmp_path / "folder")
    with Spool(tmp_path / "spool") as first, Spool(tmp_path / "spool") as second:
        first.add_page("a", [document()])
        assert second.count() == 1


def test_a_killed_collector_loses_nothing_it_had(tmp_path: Path) -> None:
    script = (
        "import sys, os, signal; from pathlib import Path; from datetime import datetime, UTC\n"
        "from scrapers.record import Document; from scrapers.spool import Spool\n"
        "spool = Spool(Path(sys.argv[1]))\n"
        "rest = dict(text='a', source='s', url='u', licence='l', collected_at=datetime.now(UTC))\n"
        "for n in range(50):\n"
        "    spool.add_page(str(n), [Document(id=str(n), **rest)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path / "spool")])
    assert ended.returncode == -signal.SIGKILL
    with Spool(tmp_path / "spool") as spool:
        assert spool.count() == 50
