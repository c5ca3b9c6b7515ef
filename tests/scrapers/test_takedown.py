"""A takedown: the document is in no file of the run any more, the manifest still adds up, a kill changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cleaning import annotations
from cleaning.step import Annotation, Finding
from scrapers import store, takedown
from scrapers.collect import collect
from scrapers.manifest import Outcome, Run, Workspace, run_stage
from scrapers.record import Document, Dropped, dropped_table, table
from scrapers.source import Mirrors
from scrapers.spreadsheet import Sheet, csv_bytes, read_sheet
from scrapers.takedown import TakedownError, take_down, taken_down

from .test_collect import listed

SECRET = "Hemmelig tekst som skal bort."
GONE = "a" * 16
LINE = ("key", "keeper", "example")


@pytest.fixture
def sown(tmp_path: Path, document: Callable[..., Document]) -> Run:
    """A run with the stages collect, clean, dedup and shard, with GONE in the files of each."""
    run = Run(str(tmp_path / "run"), name="sown")
    first, second, third = (
        document(GONE, SECRET, url="http://a.example/1"),
        document("b" * 16),
        document("c" * 16, "To."),
    )
    again = document(GONE, SECRET + " Igjen.", url="http://a.example/1")
    collect(run, "x", listed(first, again, second, third), mirrors=Mirrors())
    short = Dropped(third, "clean", "too_short", "1", "3")
    every = (first, second, third)
    seen = [Annotation(one, [Finding(1, "3", one is not third, "too_short", one.text)]) for one in every]
    files = {"cleaned/part-00000.parquet": [first, second]}
    learned = [("a line", None, "a line"), ("1f", GONE, SECRET), ("2e", "b" * 16, "Andre si.")]
    tables = {
        "annotations/part-00000.parquet": annotations.table(seen),
        "lines.parquet": pa.Table.from_pylist([dict(zip(LINE, row, strict=True)) for row in learned]),
    }
    write(run, "clean", files, {"dropped/part-clean-00000.parquet": [short]}, tables)
    near = Dropped(first, "dedup", "near_duplicate", "0.9", "0.8")
    write(run, "dedup", {"kept/part-00000.parquet": [second]}, {"dropped/part-dedup-00000.parquet": [near]})
    write(run, "shard", {"dataset/nb/train-00000-of-00001.parquet": [first, second]}, {})
    store.write_json(run.path("report.html"), SECRET)
    judged = [["id", "text", "porn"], [GONE, SECRET, "0"], ["b" * 16, "En.", "ja"]]
    Path(run.path("inspection")).mkdir()
    Path(run.path("inspection/sheet.csv")).write_bytes(csv_bytes(Sheet(judged, ";")))
    Path(run.path("work/collect-y-0123456789ab/local")).mkdir(parents=True)
    Path(run.path("work/collect-y-0123456789ab/local/spool.sqlite")).write_text(SECRET)
    return run


def write(
    run: Run,
    name: str,
    kept: Mapping[str, list[Document]],
    dropped: Mapping[str, list[Dropped]],
    beside: Mapping[str, pa.Table] = {},
) -> None:
    """A stage with these files."""

    def work(workspace: Workspace) -> Outcome:
        for path, documents in kept.items():
            store.write_table(workspace.path(path), table(documents))
        for path, items in dropped.items():
            store.write_table(workspace.path(path), dropped_table(items))
        rules = {item.rule: 1 for items in dropped.values() for item in items}
        count = sum(map(len, kept.values()))
        for path, rows in beside.items():
            store.write_table(workspace.path(path), rows)
        files: dict[str, int | None] = {path: len(items) for path, items in [*kept.items(), *dropped.items()]}
        detail = {"splits": {"train": 1}, "waterfall": [{"source": "x"}], "rules": {"too_short": {"asked": 3}}}
        return Outcome(files | dict.fromkeys(beside), count + sum(rules.values()), count, rules, detail)

    run_stage(run, name, work, parameters={"stage": name})


def texts_in(run: Run) -> dict[str, list[str]]:
    """All texts in the files of documents of a run, and the parts of texts that annotations quote."""
    found = {}
    for path in run.files(""):
        if path.startswith("annotations/"):
            rows = pq.read_table(run.path(path)).to_pylist()
            found[path] = [finding["part"] for row in rows for finding in row["findings"]]
        elif path == "lines.parquet":
            found[path] = pq.read_table(run.path(path))["example"].to_pylist()
        elif path.endswith(".parquet"):
            found[path] = pq.read_table(run.path(path))["text"].to_pylist()
        elif path.endswith(".zst"):
            found[path] = [d.text for d in store.read_documents(run.path(path))]
    return found


def assert_adds_up(run: Run) -> None:
    """The manifest on disk: in = kept + dropped at every stage, and every file as it is described."""
    for stage in Run(run.url).stages.values():
        assert stage.received == stage.kept + sum(stage.dropped.values()), stage
        assert all(count > 0 for count in stage.dropped.values())
        for file in stage.outputs:
            assert file.sha256 == store.sha256(run.path(file.path)), file
            assert file.records in (None, len(texts_in(run)[file.path])), file


@pytest.mark.parametrize("name", [GONE, "http://a.example/1"])
def test_a_document_is_taken_out_of_every_file_by_id_or_address(sown: Run, name: str) -> None:
    assert len([path for path, texts in texts_in(sown).items() if SECRET in texts]) == 6
    assert take_down(sown, [name]) == 1
    assert not [path for path, texts in texts_in(sown).items() if any(SECRET in text for text in texts)]
    assert sum(map(len, texts_in(sown).values())) == 10
    assert not store.exists(sown.path("report.html"))
    assert not [path for path in Path(sown.url).rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert taken_down(sown) == {GONE}
    assert store.read_json(sown.path("takedown.json")) == {"ids": [GONE], "removing": {}}


def test_the_manifest_still_adds_up(sown: Run) -> None:
    before = dict(sown.stages)
    take_down(sown, [GONE])
    assert_adds_up(sown)
    after = Run(sown.url).stages
    assert {name: (stage.kept, dict(stage.dropped)) for name, stage in after.items()} == {
        "collect/x": (2, {"takedown": 2}),
        "clean": (1, {"too_short": 1, "takedown": 1}),
        "dedup": (1, {"takedown": 1}),
        "shard": (1, {"takedown": 1}),
    }
    assert {name: stage.received for name, stage in after.items()} == {n: s.received for n, s in before.items()}


def test_annotations_are_not_counted_beside_their_documents(sown: Run) -> None:
    take_down(sown, [GONE])
    clean = Run(sown.url).stages["clean"]
    assert {file.path: file.records for file in clean.outputs} == {
        "annotations/part-00000.parquet": None,
        "cleaned/part-00000.parquet": 1,
        "dropped/part-clean-00000.parquet": 1,
        "lines.parquet": None,
    }
    assert texts_in(sown)["annotations/part-00000.parquet"] == ["God bok.", "To."]


def test_a_paragraph_goes_with_the_document_that_keeps_it_and_lines_of_no_one_stay(sown: Run) -> None:
    take_down(sown, [GONE])
    assert texts_in(sown)["lines.parquet"] == ["a line", "Andre si."]


def test_what_was_counted_of_other_documents_is_forgotten(sown: Run) -> None:
    take_down(sown, [GONE])
    assert {name: dict(Run(sown.url).stages[name].detail) for name in ("clean", "dedup", "shard")} == {
        name: {"splits": {"train": 1}} for name in ("clean", "dedup", "shard")
    }


def test_a_sheet_that_somebody_fills_keeps_all_other_rows(sown: Run) -> None:
    take_down(sown, [GONE])
    with store.open_read(sown.path("inspection/sheet.csv")) as stream:
        assert read_sheet(stream.read()) == Sheet([["id", "text", "porn"], ["b" * 16, "En.", "ja"]], ";")


def test_what_is_not_there_cannot_be_taken_down(sown: Run) -> None:
    files = texts_in(sown)
    with pytest.raises(TakedownError, match=r"no document in .* has the id or URL http://b.example, nobody"):
        take_down(sown, ["nobody", "http://b.example"])
    assert texts_in(sown) == files
    assert taken_down(sown) == frozenset()


def test_collecting_again_leaves_it_out(sown: Run, document) -> None:
    take_down(sown, [GONE])
    source = listed(document(GONE, SECRET), document("b" * 16), document("d" * 16))
    stage = collect(Run(sown.url), "x", source, mirrors=Mirrors())
    assert stage is not None
    assert (stage.received, stage.kept, stage.dropped) == (3, 2, {"takedown": 1})
    assert SECRET not in str(texts_in(sown))


def test_a_second_takedown_keeps_the_first(sown: Run) -> None:
    take_down(sown, [GONE])
    assert take_down(sown, ["c" * 16]) == 1
    assert taken_down(sown) == {GONE, "c" * 16}
    assert take_down(sown, [GONE]) == 1
    assert_adds_up(sown)
    assert Run(sown.url).stages["clean"].dropped == {"takedown": 2}


@dataclass
class Killed:
    """A function that dies at its nth call."""

    function: Callable[..., Any]
    left: int

    def __call__(self, *arguments: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return self.function(*arguments)


@pytest.mark.parametrize("name", [GONE, "http://a.example/1"])
@pytest.mark.parametrize("place", ["write_table", "write_documents", "write_json", "remove", "sha256"])
@pytest.mark.parametrize("calls", [0, 1, 2, 4])
def test_a_killed_takedown_is_finished_by_the_next(
    sown: Run, monkeypatch: pytest.MonkeyPatch, place: str, calls: int, name: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(takedown.store, place, Killed(getattr(store, place), calls))
        try:
            take_down(sown, [name])
        except KeyboardInterrupt:
            again = Run(sown.url)
        else:
            again = None  # it did not call it as often
    if again:
        take_down(again, [name])
    assert SECRET not in str(texts_in(sown))
    assert not store.exists(sown.path("work"))
    assert_adds_up(sown)
    assert Run(sown.url).stages["collect/x"].dropped == {"takedown": 2}
