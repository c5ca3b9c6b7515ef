"""The spool: documents in as they come, out in the order of id, each id once."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scrapers.record import Document, Dropped
from scrapers.spool import Spool


def test_documents_come_out_by_id_whatever_order_they_went_in(tmp_path: Path, document) -> None:
    documents = [document(f"{n:016x}", f"nr {n}") for n in range(100)]
    for name, seed in (("a", 1), ("b", 2)):
        mixed = random.Random(seed).sample(documents, len(documents))
        with Spool(tmp_path / name) as spool:
            for item in mixed:
                spool.add(item)
            assert spool.count() == 100
            assert list(spool.items("collect/x")) == documents


def test_of_one_id_one_is_kept_and_the_others_dropped_as_repeated(tmp_path: Path, document) -> None:
    first, second = document("a" * 16, "bra"), document("a" * 16, "dårlig")
    left_out = Dropped(document("a" * 16, "støy"), "collect/x", "quality_warning", "noisy", "none")
    for items in ([first, second, left_out, first], [left_out, second, first, first]):
        name = tmp_path / f"spool{len(list(tmp_path.iterdir()))}"
        with Spool(name) as spool:
            for item in items:
                spool.add(item)
            found = list(spool.items("collect/x"))
        assert found[0] == first
        assert found[1:] == [
            Dropped(first, "collect/x", "repeated", "a" * 16, "once"),
            Dropped(second, "collect/x", "repeated", "a" * 16, "once"),
            left_out,
        ]


@pytest.mark.parametrize("text", ["", "\ud83d", "😀\0\n\u2028", "'; DROP TABLE spool; --"])
def test_any_text_comes_back(tmp_path: Path, document, text: str) -> None:
    with Spool(tmp_path / "spool") as spool:
        spool.add(document(text=text, title=text))
        assert [d.text for d in spool.items("x") if isinstance(d, Document)] == [text]


def test_a_killed_collector_loses_nothing_it_had(tmp_path: Path) -> None:
    script = (
        "import sys, os, signal; from pathlib import Path; from datetime import datetime, UTC\n"
        "from scrapers.record import Document; from scrapers.spool import Spool\n"
        "spool = Spool(Path(sys.argv[1]))\n"
        "rest = dict(text='a', source='s', url='u', licence='l', collected_at=datetime.now(UTC))\n"
        "for n in range(50):\n"
        "    spool.add(Document(id=str(n), **rest))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path / "spool")])
    assert ended.returncode == -signal.SIGKILL
    with Spool(tmp_path / "spool") as spool:
        assert spool.count() == 50
