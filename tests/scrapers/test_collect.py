"""Collecting: parts in the order of id, every document accounted for, too little an error, nothing lost by a kill."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers import collect as collecting_stage
from scrapers import store
from scrapers.collect import Ids, collect
from scrapers.hosts import Forbidden
from scrapers.manifest import ManifestError, Run, Stage
from scrapers.record import Document, Dropped, document_id
from scrapers.source import Chapters, CollectError, Collecting, FetchError, Items, Mirrors, NotCollectable, Source
from scrapers.sources.local_file import local_file

from .conftest import MOMENT, Answer, Serve
from .replicas.leipzig import ADDRESS, PACKAGE, tar
from .test_crawl import BOOKS, HOST, SITE


@dataclass(frozen=True, kw_only=True)
class Listed(Source):
    """A source of what a test lists, and then its fault."""

    items: tuple[Document | Dropped, ...] = ()
    fault: CollectError | None = None
    seen: ClassVar[list[str]] = []

    def documents(self, collecting: Collecting) -> Iterator[Document | Dropped]:
        """What is listed."""
        self.seen.append(collecting.contact)  # to tell how often it was collected
        yield from self.items
        if self.fault:
            raise self.fault


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(str(tmp_path / "run"))


def listed(*items: Document | Dropped, expected: tuple[int, int] = (1, 100), **values: Any) -> Listed:
    declared = {"name": "test", "description": "", "licence": "CC0-1.0", "languages": ()}
    return Listed(**declared, expected=expected, items=items, **values)


def collected(run: Run, source: Source, **values: Any) -> Stage | None:
    """The stage, with what a recipe gives."""
    return collect(run, "x", source, **({"mirrors": Mirrors()} | values))


def in_parts(run: Run) -> list[list[Document]]:
    return [list(store.read_documents(run.path(path))) for path in run.files("raw/x")]


def test_documents_lie_in_parts_in_the_order_in_which_they_came(
    run: Run, document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting_stage, "DOCUMENTS_A_PART", 3)
    documents = [document(document_id("test", str(n)), f"nr {n}") for n in range(8)]
    stage = collected(run, listed(*documents))
    assert stage is not None
    assert [len(part) for part in in_parts(run)] == [3, 3, 2]
    assert [d for part in in_parts(run) for d in part] == documents
    assert [(file.path, file.records) for file in stage.outputs] == [
        (f"raw/x/part-0000{n}.jsonl.zst", records) for n, records in enumerate([3, 3, 2])
    ]
    assert (stage.received, stage.kept, stage.dropped) == (8, 8, {})
    assert stage.detail == {"licence": "CC0-1.0", "source": "test", "expected": [1, 100], "stopped": "finished"}
    assert run.files("work") == []


def test_what_is_left_out_or_repeated_is_on_disk_with_its_reason(run: Run, document) -> None:
    noisy = Dropped(document("c" * 16, "st\ud83dy"), "collect/test", "quality_warning", "noisy", "none")
    again = document("a" * 16, "På nytt.")
    stage = collected(run, listed(document("a" * 16, "Først."), noisy, document("b" * 16), again))
    assert stage is not None
    assert (stage.received, stage.kept, stage.dropped) == (4, 2, {"quality_warning": 1, "repeated": 1})
    (batch,) = store.read_batches(run.path("dropped/part-collect-x-00000.parquet"))
    found = [(r["text"], r["stage"], r["rule"], r["value"], r["threshold"]) for r in batch.to_pylist()]
    assert found == [
        ("st\ufffdy", "collect/x", "quality_warning", "noisy", "none"),
        ("På nytt.", "collect/x", "repeated", "a" * 16, "once"),
    ]
    assert [d.text for part in in_parts(run) for d in part] == ["Først.", "God bok."]


@pytest.mark.parametrize(("count", "expected"), [(1, (2, 5)), (6, (2, 5)), (0, (1, 5))])
def test_less_or_more_than_expected_is_an_error_and_nothing_is_lost(
    run: Run, document, count: int, expected: tuple[int, int]
) -> None:
    documents = [document(f"{n:016x}") for n in range(count)]
    with pytest.raises(
        CollectError, match=rf"expected {expected[0]} to {expected[1]} documents, got {count}\."
    ) as error:
        collected(run, listed(*documents, expected=expected))
    if count:
        folder = Path(str(error.value).rpartition(" are in ")[2])
        assert folder.is_relative_to(run.path("work"))
        assert [d for part in folder.glob("raw/x/*.zst") for d in store.read_documents(str(part))] == documents
    assert run.files("raw") == []
    assert Run(run.url).stages == {}
    assert collected(run, listed(*documents, expected=(0, 6))) is not None
    assert run.files("work") == []


def test_a_limit_gives_fewer_than_expected_but_never_more(run: Run, document) -> None:
    documents = [document(f"{n:016x}") for n in range(6)]
    stage = collected(run, listed(*documents, expected=(5, 5)), limit=3)
    assert stage is not None
    assert stage.received == 3
    with pytest.raises(CollectError, match="expected 0 to 2 documents, got 3"):
        collected(run, listed(*documents, expected=(0, 2)), limit=3)
    with pytest.raises(CollectError, match="expected 8 to 9 documents, got 6"):
        collected(run, listed(*documents, expected=(8, 9)), limit=7)


def test_a_fault_of_the_source_keeps_its_reason(run: Run, document) -> None:
    fault = FetchError("http://a.example answered 503")
    with pytest.raises(CollectError, match=r"^x: http://a.example answered 503; the 1 documents got so far") as error:
        collected(run, listed(document(), fault=fault))
    assert error.value.__cause__ is fault


def test_a_source_this_machine_cannot_collect_is_noted_until_it_can(run: Run, document) -> None:
    fault = NotCollectable("needs a browser, and chromedriver is not installed")
    with pytest.raises(CollectError, match="source x cannot be collected here: it needs a browser"):
        collected(run, listed(fault=fault))
    assert collected(run, listed(fault=fault, required=False), order=["collect/x"]) is None
    assert Run(run.url).not_collected == {"x": "it needs a browser, and chromedriver is not installed"}
    assert run.files("work") == []
    assert collected(run, listed(document(), required=False), order=["collect/x"]) is not None
    assert Run(run.url).not_collected == {}
    assert list(Run(run.url).stages) == ["collect/x"]


def test_what_robots_txt_forbids_altogether_is_left_out_where_the_recipe_can_do_without(run: Run, document) -> None:
    fault = Forbidden("robots.txt of a.example does not allow http://a.example/x")
    with pytest.raises(CollectError, match=r"cannot be collected here: it is not open to us: robots\.txt of a"):
        collected(run, listed(fault=fault))
    assert collected(run, listed(fault=fault, required=False), order=["collect/x"]) is None
    assert Run(run.url).not_collected == {"x": f"it is not open to us: {fault}"}
    with pytest.raises(CollectError, match="the 1 documents got so far"):
        collected(run, listed(document(), fault=fault, required=False))


def test_what_is_collected_is_not_collected_again_unless_its_definition_changed(run: Run, document) -> None:
    source = listed(document())
    source.seen.clear()
    for _ in range(2):
        collected(run, source, contact="post@example.no", mirrors=Mirrors({"http://a": "http://b"}))
    assert source.seen == ["post@example.no"]
    collected(run, replace(source, licence="CC-BY-4.0"))
    assert len(source.seen) == 2


def test_a_local_file_is_collected_again_when_it_changed(run: Run, tmp_path: Path) -> None:
    source = replace(local_file, path=str(tmp_path / "f.jsonl"))
    for text in ("a", "a", "b"):
        (tmp_path / "f.jsonl").write_text(f'{{"text": "{text}"}}\n')
        collected(run, source)
        assert [d.text for part in in_parts(run) for d in part] == [text]


def test_a_crawl_of_the_same_pages_gives_the_same_bytes(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767322800")
    bodies = []
    for name in ("one", "two"):
        run = Run(str(tmp_path / name))
        stage = collected(run, SITE, mirrors=Mirrors({HOST: serve(BOOKS).address}))
        assert stage is not None
        assert stage.detail["pages"] == 5
        bodies.append([Path(run.path(path)).read_bytes() for path in run.files("raw")])
    assert bodies[0] == bodies[1] != []


@dataclass(frozen=True, kw_only=True)
class Chaptered(Source):
    """Chapters of documents; one of them fails, until it is mended."""

    ill: ClassVar[set[int]] = set()
    begun: ClassVar[list[int]] = []
    listing: ClassVar[list[int]] = [0, 1, 2, 3]

    def chapters(self, collecting: Collecting) -> Chapters:
        """Chapters of a thousand documents, of which each repeats the last of the one before."""
        for number in self.listing:
            yield str(number), self._chapter(number)

    def _chapter(self, number: int) -> Items:
        self.begun.append(number)
        for n in range(1000 * number - bool(number), 1000 * (number + 1)):
            if number in self.ill and n % 1000 == 500:
                raise CollectError(f"chapter {number} is ill")
            yield Document(
                id=document_id("t", str(n)), text=f"nr {n}", source="t", url="u", licence="l", collected_at=MOMENT
            )


def chaptered(tmp_path: Path) -> tuple[Chaptered, Run]:
    """The source, and a run in which nothing went wrong."""
    Chaptered.ill, Chaptered.listing = set(), [0, 1, 2, 3]
    source = Chaptered(name="t", description="", licence="CC0-1.0", languages=(), expected=(4000, 4000))
    undisturbed = Run(str(tmp_path / "undisturbed"))
    collected(undisturbed, source)
    Chaptered.begun.clear()
    return source, undisturbed


def same_bytes(one: Run, other: Run) -> bool:
    """Whether two runs published the same."""
    files = [
        {path: Path(run.path(path)).read_bytes() for path in (*run.files("raw"), *run.files("dropped"))}
        for run in (one, other)
    ]
    return files[0] == files[1] != {}


def test_chapters_that_are_done_stay_done(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting_stage, "DOCUMENTS_A_PART", 300)
    source, undisturbed = chaptered(tmp_path)
    for ill in (2, 0, 3):
        Chaptered.ill = {ill}
        Chaptered.begun.clear()
        fresh = Run(str(tmp_path / f"run{ill}"))
        with pytest.raises(CollectError, match=f"chapter {ill} is ill; the {1001 * ill + 500} documents"):
            collected(fresh, source)
        Chaptered.ill = set()
        stage = collected(fresh, source)
        assert stage is not None
        assert Chaptered.begun == [*range(ill + 1), *range(ill, 4)]
        assert (stage.received, stage.kept, stage.dropped) == (4003, 4000, {"repeated": 3})
        assert same_bytes(fresh, undisturbed)


@pytest.mark.parametrize(
    ("before", "again"),
    [
        ([1, 0], [0, 1, 2, 3]),
        ([1, 2, 3], [0, 1, 2, 3]),
        ([0, 2, 3], [1, 2, 3]),
        ([0, 1, 1], [2, 3]),
        ([0, 1, 2], [3]),
    ],
)
def test_a_chapter_in_whose_place_another_stands_is_done_anew_and_so_are_those_after_it(
    run: Run, tmp_path: Path, before: list[int], again: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting_stage, "DOCUMENTS_A_PART", 300)
    source, undisturbed = chaptered(tmp_path)
    Chaptered.listing, Chaptered.ill = [*before, 9], {9}
    with pytest.raises(CollectError, match="chapter 9 is ill"):
        collected(run, source)
    Chaptered.begun.clear()
    Chaptered.listing = [0, 1, 2, 3]
    collected(run, source)
    assert Chaptered.begun == again
    assert same_bytes(run, undisturbed)


def killed_at_the_end(run: Run, source: Source, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the run was at work when it was killed, after the last document and before anything was published."""
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(store, "sha256", interrupt)
        collected(run, source)
    (work,) = Path(run.path("work")).iterdir()
    return work


def interrupt(*_: object) -> str:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("lost", "again"),
    [
        ([], []),
        (["local/chapter-00001.ids.npy"], [1, 2, 3]),
        (["local/chapter-00000.json"], [0, 1, 2, 3]),
        (["local/chapter-00003.json", "local/chapter-00001.json"], [1, 2, 3]),
        (["raw/x/part-00009.jsonl.zst"], [2, 3]),
        (["dropped/part-collect-x-00002.parquet"], [3]),
        (["local"], [0, 1, 2, 3]),
        (["raw"], [0, 1, 2, 3]),
    ],
)
def test_a_chapter_of_which_something_was_lost_is_done_anew(
    run: Run, tmp_path: Path, lost: list[str], again: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting_stage, "DOCUMENTS_A_PART", 300)
    source, undisturbed = chaptered(tmp_path)
    work = killed_at_the_end(run, source, monkeypatch)
    for path in lost:
        store.remove(str(work / path))
    Chaptered.begun.clear()
    collected(run, source)
    assert Chaptered.begun == again
    assert same_bytes(run, undisturbed)
    assert run.files("work") == []


def test_parts_that_do_not_hold_what_was_kept_are_not_published(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, undisturbed = chaptered(tmp_path)
    note = killed_at_the_end(run, source, monkeypatch) / "local" / "chapter-00002.json"
    note.write_text(note.read_text().replace('"received": 1001', '"received": 1201'))
    with pytest.raises(CollectError, match="expected 4,000 to 4,000 documents, got 4,200"):
        collected(run, source)
    note = killed_at_the_end(run, source, monkeypatch) / "local" / "chapter-00002.json"
    note.write_text(note.read_text().replace("part-00002.jsonl", "part-00001.jsonl"))
    with pytest.raises(ManifestError, match="4000 documents kept, but 3000 in the parts"):
        collected(run, source)
    assert run.files("raw") == []
    collected(run, source)
    assert same_bytes(run, undisturbed)


def test_what_gave_too_little_is_asked_again(run: Run, tmp_path: Path) -> None:
    source, _ = chaptered(tmp_path)
    Chaptered.listing = [0, 1]
    with pytest.raises(CollectError, match="expected 4,000 to 4,000 documents, got 2,000"):
        collected(run, source)
    Chaptered.begun.clear()
    Chaptered.listing = [0, 1, 2, 3]
    collected(run, source)
    assert Chaptered.begun == [0, 1, 2, 3]


@given(st.lists(st.lists(st.integers(0, 60) | st.just(2**64 - 1), max_size=20), max_size=12))
def test_every_id_is_new_once(batches: list[list[int]]) -> None:
    ids, met = Ids(), set[int]()
    for batch in batches:
        new = []
        for value in batch:
            new.append(value not in met)
            met.add(value)
        assert ids.add(batch) == new


def test_a_source_that_needs_an_agreement_is_off_until_the_recipe_names_it(run: Run, document) -> None:
    off = listed(document(), needs_agreement="its texts are about named people's health")
    with pytest.raises(CollectError, match=r"test is off: its texts are .* \[collect.test\] agreement = "):
        collected(run, off)
    assert off.seen == [] or not run.stages
    stage = collected(run, replace(off, agreement="avtale 2026/17 with the site"))
    assert stage is not None
    assert stage.detail["agreement"] == "avtale 2026/17 with the site"


@dataclass(frozen=True, kw_only=True)
class Endless(Source):
    """A source that goes on for ever."""

    def documents(self, collecting: Collecting) -> Items:
        """One document after the other."""
        for n in count():
            yield Document(
                id=f"{n:016x}", text="a", source="t", url="u", licence="l", collected_at=MOMENT, reserved="open"
            )


def test_what_goes_on_beyond_all_expectation_is_stopped(run: Run, document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting_stage, "DOCUMENTS_A_PART", 10)
    with pytest.raises(CollectError, match=r"expected 1 to 100 documents, got 1"):
        collected(run, listed(*[document(f"{n:016x}") for n in range(500)]))
    declared = {"name": "t", "description": "", "licence": "CC0-1.0", "languages": ()}
    with pytest.raises(CollectError, match=r"expected 1 to 100 documents, got 1"):
        collected(run, Endless(**declared, expected=(1, 100)))


SCRIPT = """
import sys
from dataclasses import replace
from scrapers.collect import Ids, collect
from scrapers.manifest import Run
from scrapers.source import Mirrors, sources
source = replace(sources()["leipzig"], package="nob_test_2026_1K", delay_s=0)
collect(Run(sys.argv[1]), "x", source, mirrors=Mirrors({"https://downloads.wortschatz-leipzig.de": sys.argv[2]}))
"""


def test_a_killed_collection_goes_on_with_what_was_downloaded_and_gives_the_same_bytes(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767322800")
    sentences = "".join(f"{n}\tSetning nummer {n}.\n" for n in range(60_000))
    body = tar({f"{PACKAGE}/{PACKAGE}-sentences.txt": sentences})
    path = "/corpus" + urlsplit(ADDRESS).path
    site = serve({path: Answer(body, headers={"ETag": '"1"'})})
    mirror = f"{site.address}/corpus"
    whole, killed = Run(str(tmp_path / "whole")), Run(str(tmp_path / "killed"))
    subprocess.run([sys.executable, "-c", SCRIPT, whole.url, mirror], check=True)
    for parts in (1, 12):
        process = subprocess.Popen([sys.executable, "-c", SCRIPT, killed.url, mirror])
        until = time.monotonic() + 30
        while len(list(Path(killed.url).glob("work/*/raw/x/*.zst"))) < parts and time.monotonic() < until:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    subprocess.run([sys.executable, "-c", SCRIPT, killed.url, mirror], check=True)
    files = whole.files("raw")
    assert len(files) == 30
    assert killed.files("raw") == files
    for file in files:
        assert Path(killed.path(file)).read_bytes() == Path(whole.path(file)).read_bytes()
    assert site.paths().count(path) == 2
    assert killed.files("work") == []
