import json
import os
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cleaning.changes import HIDDEN
from cleaning.clean import clean_corpus
from cleaning.dedup import DedupSettings, dedup_corpus
from cleaning.errors import CleanError
from cleaning.explain import Explanation, explain, runs_in
from cleaning.ingest import ingest
from cleaning.profile import Profile
from cleaning.quarantine import QuarantineSettings
from cleaning.shard import ShardSettings, shard_corpus
from cleaning.split import SplitSettings
from scrapers import store
from scrapers.manifest import Run
from scrapers.record import Document

Make = Callable[..., Document]
RunOf = Callable[[Sequence[Sequence[Document]]], tuple[Run, list[str]]]
STEPS = ({"step": "strip_markup"}, {"step": "normalise"}, {"step": "empty"}, {"step": "min_words", "words": 3})
LONG = " ".join(f"ord{number}" for number in range(60))


@pytest.fixture
def run(document: Make, run_of: RunOf) -> Run:
    """A run that was cleaned, deduplicated and sharded, with a document that went each way."""
    first = document(
        f"<b>Bra</b> {LONG}", id="kept", url="https://a.example/1", source="a", label="positive", lang="nb"
    )
    again = document(f"Bra {LONG} kanskje", id="near", url="https://a.example/2", source="b", lang="nb")
    short = document("To &aring;r", id="short", url="https://a.example/3", source="a")
    other = document("Noe helt annet, om ei bok.", id="other", url="https://a.example/3", source="b")
    run, inputs = run_of([[first], [again, short, other]])
    clean_corpus(run, Profile("own", ("nb",), STEPS), inputs=inputs)
    dedup_corpus(run, DedupSettings(prefer=("a",)), inputs=run.files("cleaned"))
    settings = ShardSettings(split=SplitSettings(0, 0))
    shard_corpus(run, settings, inputs=[*run.files("kept"), "duplicates.parquet"], name="own")
    return run


def test_a_kept_document_is_followed_from_its_source_to_its_shard(run: Run) -> None:
    (found,) = explain([run], "kept")
    assert (found.source, found.url, found.length) == ("a", "https://a.example/1", len(LONG) + 11)
    assert found.findings is not None
    assert [(item.rule, item.threshold, item.kept) for item in found.findings] == [
        ("empty", "1 letter or digit", True),
        ("min_words", ">= 3", True),
    ]
    assert [(change.removed, change.added) for change in found.changes] == [("<b>Bra</b>", "Bra")]
    assert (found.dropped, found.split, found.label) == (None, "train", "positive")
    assert found.path == "dataset/nb/train-00000-of-00001.parquet"


def test_a_dropped_document_has_the_stage_the_rule_and_what_it_asked(run: Run) -> None:
    (found,) = explain([run], "short")
    assert found.dropped == {"stage": "clean", "rule": "min_words", "value": "2", "threshold": ">= 3", "part": ""}
    assert found.path == "dropped/part-clean-00001.parquet"
    assert found.findings is not None
    assert [item.rule for item in found.findings if not item.kept] == ["min_words"]
    assert [(change.removed, change.added) for change in found.changes] == [("&aring;r", "år")]


def test_a_duplicate_names_the_document_it_repeats(run: Run) -> None:
    (found,) = explain([run], "near")
    assert found.dropped and (found.dropped["stage"], found.dropped["rule"]) == ("dedup", "near_duplicate")
    assert found.duplicate and found.duplicate["kept_id"] == "kept"
    assert found.duplicate["cluster_size"] == 2 and 0.8 <= found.duplicate["jaccard"] < 1


def test_a_url_names_every_document_that_has_it(run: Run) -> None:
    assert [item.id for item in explain([run], "https://a.example/3")] == ["other", "short"]
    assert explain([run], "https://a.example/1") == explain([run], "kept")


def test_what_no_run_has_is_said(run: Run, run_of: RunOf) -> None:
    empty, _ = run_of([])
    for name in ("", "kep", "https://a.example/", "kept\n"):
        with pytest.raises(CleanError, match=rf"no document in {run.url}, {empty.url} has the id or URL"):
            explain([run, empty], name)


def test_what_was_only_collected_is_shown_as_collected(document: Make, run_of: RunOf) -> None:
    run, _ = run_of([[document("Skriv til kari@post.example.no <b>no</b>", id="raw", url='https://a.example/"æ"')]])
    (found,) = explain([run], 'https://a.example/"æ"')
    assert (found.id, found.path, found.findings, found.changes) == ("raw", "raw/test/part-00000.jsonl.zst", None, [])
    assert found.text == "Skriv til █████ <b>no</b>"


def test_no_personal_data_is_shown_in_clear(document: Make, run_of: RunOf) -> None:
    text = "Ring <i>Kari</i> på 22&nbsp;33&nbsp;44&nbsp;55 eller skriv til kari@post.example.no i dag."
    run, inputs = run_of([[document(text, id="private")]])
    clean_corpus(run, Profile("own", (), (*STEPS, {"step": "mask_personal_data"})), inputs=inputs)
    (found,) = explain([run], "private")
    shown = json.dumps([found.text, found.changes], ensure_ascii=False)
    assert "[PHONE]" in shown and "[EMAIL]" in shown
    assert not any(private in shown for private in ("22", "33", "44", "55", "kari@", "post.example"))


def test_a_run_with_rows_in_quarantine_has_its_documents_as_any_other(tmp_path: Path) -> None:
    rows = [{"id": "good", "text": f"<b>Bra</b> {LONG}"}, {"id": "short", "text": "To"}, {"id": "bad"}]
    (tmp_path / "a.jsonl").write_text("".join(map("{}\n".format, map(json.dumps, rows))))
    run = Run(str(tmp_path / "run"))
    ingest(run, [str(tmp_path / "a.jsonl")], settings=QuarantineSettings(max_bad=1))
    assert run.files("quarantine")
    clean_corpus(run, Profile("own", (), STEPS), inputs=run.files("raw"))
    paths = {
        explain([run], name)[0].path
        for name in (item.id for path in run.files("raw") for item in store.read_documents(run.path(path)))
    }
    assert paths == {"cleaned/part-00000.parquet", "dropped/part-clean-00000.parquet"}
    with pytest.raises(CleanError, match=r"no document in .* has the id or URL bad"):
        explain([run], "bad")


@pytest.mark.parametrize("masked", [False, True])
def test_what_rules_struck_on_shows_no_personal_data(document: Make, run_of: RunOf, masked: bool) -> None:
    """Neither in what is published nor here, whatever a rule cut out of the text, and masked or not."""
    line = "Ring 22 33 44 55 eller skriv til kari.nordmann@post.example.no"
    far = " ".join(["svært"] * 13) + " 22 33 44 55 \n"
    text = "\n".join([line, line, line, far, far, f"{LONG}."])
    masking = ({"step": "mask_personal_data"},) if masked else ()
    run, inputs = run_of([[document(text, id="private")]])
    steps = ({"step": "gopher_repetition"}, {"step": "c4_lines", "max_word_length": 50}, *masking)
    clean_corpus(run, Profile("own", (), steps), inputs=inputs)
    (found,) = explain([run], "private")
    assert found.findings and any(HIDDEN in item.part for item in found.findings)
    annotated = [pq.read_table(run.path(path)).to_pylist() for path in run.files("annotations")]
    reasons = [
        (row["value"], row["threshold"], row["part"])
        for path in run.files("dropped")
        for row in pq.read_table(run.path(path)).to_pylist()
    ]
    parts = [item.part for item in found.findings if item.rule != "mask_personal_data"]
    shown = json.dumps([annotated, reasons, found.text, parts, found.changes], ensure_ascii=False)
    assert not any(private in shown for private in ("22 33", "33 44", "44 55", "kari", "nordmann", "post.example"))


def test_what_the_profile_does_not_mask_is_hidden_all_the_same(document: Make, run_of: RunOf) -> None:
    text = "Ring <i>Kari</i> på 22 33 44 55 <i>no</i> eller 99 88 77 66&nbsp;i <b>dag</b>."
    run, inputs = run_of([[document(text, id="private")]])
    clean_corpus(run, Profile("own", (), STEPS), inputs=inputs)
    (found,) = explain([run], "private")
    assert len(found.changes) > 1
    for change in found.changes:
        for field in (change.before, change.removed, change.added, change.after):
            assert not re.search(r"\d", field), change
    assert any(HIDDEN in change.before + change.after for change in found.changes)


def test_the_newest_run_is_asked_first(document: Make, run_of: RunOf, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("runs")
    for number, name in enumerate(("b", "c", "a")):
        Run(str(folder / name)).record()
        os.utime(folder / name / "manifest.json", (number, number))
    (folder / "no-run").mkdir()
    assert [run.name for run in runs_in(str(folder))] == ["a", "c", "b"]
    with pytest.raises(CleanError, match=r"there is no run in .*: name one with --run"):
        runs_in(str(folder / "no-run"))


def test_a_document_is_found_fast_among_many(document: Make, run_of: RunOf) -> None:
    parts = [[document(f"{LONG} {part} {number}") for number in range(1000)] for part in range(8)]
    run, inputs = run_of(parts)
    clean_corpus(run, Profile("own", (), STEPS), inputs=inputs)
    wanted = parts[-1][-1]
    started = time.process_time()
    found: list[Explanation] = [*explain([run], wanted.id), *explain([run], wanted.url)]
    assert time.process_time() - started < 2
    assert [item.id for item in found] == [wanted.id] * 2
    assert [document.id for document in store.read_documents(run.path(inputs[-1]), wanted.id.encode())] == [wanted.id]
