import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cleaning import annotations, language
from cleaning import clean as clean_module
from cleaning.clean import CleanSettings, clean_corpus
from cleaning.dedup import DedupSettings, dedup_corpus
from cleaning.errors import CleanError
from cleaning.language import Identify
from cleaning.part import MOST_SOURCES, Part
from cleaning.profile import Profile, load_profile
from cleaning.step import Step, annotate, bind
from cleaning.steps import language as steps_language
from scrapers import store
from scrapers.manifest import Run, Stage
from scrapers.record import DROPPED_SCHEMA, SCHEMA, Document
from tests.cleaning.fasttext_model import write_model

Make = Callable[..., Document]
RunOf = Callable[[Sequence[Sequence[Document]]], tuple[Run, list[str]]]
CHILD = Path(__file__).with_name("interrupted_cleaning.py")
NORWEGIAN = load_profile("no", "polyglot")
TEXTS = [
    "Jeg har lest mange bøker av denne forfatteren, og vet ikke om noen som er bedre.",
    "<p>Eg veit ikkje kva eg skal seie om boka, men ho er &aring;pen og god.</p>",
    "I have read many books by this author, but this one is the best of them.",
    "Vi kjøpte stÃ¸vsugeren forrige uke. Ring 22 33 44 55 eller skriv til meg@epost.example.",
    "Bra!",
    "👍",
    "",
]


def corpus(document: Make, parts: int, size: int) -> list[list[Document]]:
    """Parts of documents good and bad."""
    chance = random.Random(1)
    verdicts = ("open", "unknown", "unknown", "no-train")
    return [
        [document(chance.choice(TEXTS), reserved=chance.choice(verdicts)) for _ in range(size)] for _ in range(parts)
    ]


def test_a_document_walks_through_all_steps(document: Make, run_of: RunOf, kept: Any, dropped: Any) -> None:
    raw = [document(text, title="<b>Tittel</b>") for text in TEXTS]
    run, inputs = run_of([[*raw, document(TEXTS[0], reserved="no-train")]])
    stage = clean_corpus(run, NORWEGIAN, inputs=inputs)
    assert [(d.id, d.text, d.lang) for d in kept(run, "cleaned")] == [
        (raw[0].id, TEXTS[0], "nb"),
        (raw[1].id, "Eg veit ikkje kva eg skal seie om boka, men ho er åpen og god.", "nn"),
        (raw[3].id, "Vi kjøpte støvsugeren forrige uke. Ring [PHONE] eller skriv til [EMAIL].", "nb"),
    ]
    assert {d.title for d in kept(run, "cleaned")} == {"Tittel"}
    assert [(row["text"], row["rule"], row["value"], row["threshold"]) for row in dropped(run)] == [
        (TEXTS[2], "language", "en 0.98", "nb or nn >= 0"),
        ("Bra!", "min_words", "1", ">= 2"),
        ("👍", "empty", "1 characters, no letter", "1 letter or digit"),
        ("", "empty", "0 characters, no letter", "1 letter or digit"),
        (TEXTS[0], "reserved", "no-train", "open or unknown"),
    ]
    assert stage.dropped == {"language": 1, "min_words": 1, "empty": 2, "reserved": 1}
    for path, schema in (("cleaned/part-00000.parquet", SCHEMA), ("dropped/part-clean-00000.parquet", DROPPED_SCHEMA)):
        found = pq.read_schema(run.path(path))
        assert (found.names, found.metadata) == (schema.names, schema.metadata)
        assert [field.nullable for field in found] == [field.nullable for field in schema]


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80) | st.sampled_from(TEXTS)
FOREIGN = st.fixed_dictionaries(
    {"text": ANY_TEXT, "title": st.none() | ANY_TEXT, "reserved": st.sampled_from(["open", "no-train", "unknown"])},
    optional={"group": ANY_TEXT, "url": ANY_TEXT, "lang": st.none()},
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(FOREIGN, max_size=5), max_size=3))
def test_every_document_is_kept_or_dropped_with_a_reason(
    document: Make, run_of: RunOf, kept: Any, dropped: Any, parts: list[list[dict[str, Any]]]
) -> None:
    raw = [[document(**columns) for columns in part] for part in parts]
    run, inputs = run_of(raw)
    stage = clean_corpus(run, NORWEGIAN, inputs=inputs)
    rows = dropped(run)
    ids = Counter([*(d.id for d in kept(run, "cleaned")), *(row["id"] for row in rows)])
    assert ids == Counter(d.id for part in raw for d in part)
    assert stage.received == sum(map(len, raw)) == stage.kept + len(rows)
    assert all(row["stage"] == "clean" and row["rule"] and row["value"] and row["threshold"] for row in rows)
    assert stage.dropped == Counter(row["rule"] for row in rows)


def adds_up(stage: Stage, documents: Sequence[Document]) -> bool:
    """Whether the waterfall of a stage has each source of the documents, and adds up to what the stage says."""
    rows = stage.detail["waterfall"]
    received = Counter(document.source for document in documents)
    dropped: Counter[str] = Counter()
    for row in rows:
        dropped.update(row["dropped"])
    return (
        len({(row["source"], row["lang"]) for row in rows}) == len(rows)
        and all(row["in"] == row["kept"] + sum(row["dropped"].values()) for row in rows)
        and {name: sum(row["in"] for row in rows if row["source"] == name) for name in received} == received
        and sum(row["kept"] for row in rows) == stage.kept
        and dropped == stage.dropped
    )


def test_the_waterfall_by_source_and_language_adds_up(document: Make, run_of: RunOf, kept: Any) -> None:
    chance = random.Random(2)
    raw = [[document(chance.choice(TEXTS), source=chance.choice("abc")) for _ in range(20)] for _ in range(3)]
    run, inputs = run_of(raw)
    cleaned = clean_corpus(run, NORWEGIAN, inputs=inputs)
    assert adds_up(cleaned, [item for part in raw for item in part])
    assert {row["lang"] for row in cleaned.detail["waterfall"]} >= {"nb", "nn", "en"}
    rules = cleaned.detail["rules"]
    assert {rule: counts["first"] for rule, counts in rules.items() if counts["first"]} == cleaned.dropped
    by_source = cleaned.detail["rules_by_source"]
    assert {rule: sum(one[rule]["against"] for one in by_source.values() if rule in one) for rule in rules} == {
        rule: counts["against"] for rule, counts in rules.items()
    }
    documents = kept(run, "cleaned")
    unique = dedup_corpus(run, DedupSettings(), inputs=run.files("cleaned"))
    assert unique.dropped and adds_up(unique, documents)


def test_the_counts_of_rules_have_as_many_sources_as_the_waterfall(document: Make, run_of: RunOf) -> None:
    parts = [[document("ord", source=f"{part}-{number}") for number in range(MOST_SOURCES)] for part in range(3)]
    large = [[document("ord", source=name) for name in "ab" for _ in range(2)] for _ in range(3)]
    run, inputs = run_of([[*one, *two] for one, two in zip(parts, large, strict=True)])
    stage = clean_corpus(run, Profile("own", (), ({"step": "empty"},)), inputs=inputs)
    by_source = stage.detail["rules_by_source"]
    assert len(by_source) == MOST_SOURCES + 1
    assert {row["source"] for row in stage.detail["waterfall"]} == set(by_source)
    assert (by_source["a"]["empty"]["asked"], by_source["b"]["empty"]["asked"]) == (6, 6)
    assert sum(one["empty"]["asked"] for one in by_source.values()) == stage.received
    for path in Path(run.url).glob("work/*/part-*.json"):
        assert len(json.loads(path.read_text())["sources"]) <= MOST_SOURCES + 1


def test_a_part_tells_only_so_many_sources_apart(document: Make) -> None:
    names = [f"{number}" for number in range(2 * MOST_SOURCES)] * 2 + ["most"] * 3
    tally = annotations.tally_by_source(
        annotate([document("ord", source=name) for name in names], bind([{"step": "empty"}]))
    )
    assert len(tally) == MOST_SOURCES + 1 and tally["most"]["empty"]["asked"] == 3
    assert tally[""]["empty"]["asked"] == len(names) - 3 - 2 * (MOST_SOURCES - 1)


@pytest.mark.parametrize(
    ("broken", "max_bad", "fails"), [(2, 0.01, False), (3, 0.01, True), (1, 0, True), (0, 0, False)]
)
def test_a_stage_in_which_too_many_documents_break_a_step_fails(
    document: Make,
    run_of: RunOf,
    dropped: Any,
    monkeypatch: pytest.MonkeyPatch,
    broken: int,
    max_bad: float,
    fails: bool,
) -> None:
    def breaks(given: Document) -> Document:
        return given if given.text != "brudd" else replace(given, nonsense=True)

    monkeypatch.setattr(Profile, "steps", lambda self: (Step("breaks", breaks),))
    run, inputs = run_of([[document("brudd") for _ in range(broken)], [document() for _ in range(200 - broken)]])
    profile, settings = Profile("own", (), ()), CleanSettings(max_bad)
    if fails:
        said = rf"{broken} of 200 documents, .* broke a cleaning step: .* allows {max_bad:.2%}"
        with pytest.raises(CleanError, match=said):
            clean_corpus(run, profile, settings, inputs=inputs)
        settings = CleanSettings(1)  # with which the run goes on, as all but the limit is the same
    stage = clean_corpus(run, profile, settings, inputs=inputs)
    assert (stage.kept, stage.dropped) == (200 - broken, {"failed": broken} if broken else {})
    assert [(row["rule"], row["value"]) for row in dropped(run)] == [("failed", "breaks: TypeError")] * broken


def backwards(function: Callable[[Any], Any], parts: Iterable[Any]) -> list[Any]:
    """`map`, with the last part done first."""
    return [function(part) for part in reversed(list(parts))][::-1]


def test_no_mapper_changes_a_byte(document: Make, run_of: RunOf, contents: Any) -> None:
    raw = corpus(document, 5, 20)
    found = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes, ThreadPoolExecutor(4) as threads:
        for mapper in (map, backwards, processes.map, threads.map):
            run, inputs = run_of(raw)
            clean_corpus(run, NORWEGIAN, inputs=inputs, mapper=mapper)
            found.append(contents(run))
    assert len(found[0]) >= 15
    assert all(other == found[0] for other in found[1:])


def test_parts_done_before_an_interruption_are_not_done_again(document: Make, run_of: RunOf, contents: Any) -> None:
    raw = corpus(document, 4, 10)
    undisturbed, inputs = run_of(raw)
    clean_corpus(undisturbed, NORWEGIAN, inputs=inputs)
    run, _ = run_of(raw)

    def broken(function: Callable[[Any], Any], parts: Iterable[Part]) -> list[Any]:
        if getattr(function, "func", None) is not clean_module.clean_part:
            return list(map(function, parts))
        done = [function(part) for part in list(parts)[:2]]
        raise KeyboardInterrupt(len(done))

    with pytest.raises(KeyboardInterrupt):
        clean_corpus(run, NORWEGIAN, inputs=inputs, mapper=broken)
    assert not run.files("cleaned")
    (workspace,) = (Path(run.url) / "work").iterdir()
    before = {path.name: path.stat().st_ino for path in (workspace / "cleaned").iterdir()}
    assert len(before) == 2
    clean_corpus(run, NORWEGIAN, inputs=inputs)
    after = {path.name: path.stat().st_ino for path in (Path(run.url) / "cleaned").iterdir()}
    assert len(after) == 4
    assert before.items() <= after.items()
    assert contents(run) == contents(undisturbed)


def test_killed_at_any_moment_it_resumes_to_the_same_bytes(document: Make, run_of: RunOf, contents: Any) -> None:
    raw = corpus(document, 50, 60)
    undisturbed, inputs = run_of(raw)
    clean_corpus(undisturbed, NORWEGIAN, inputs=inputs)
    run, _ = run_of(raw)
    chance = random.Random(7)
    kills = 0
    for goal in (0, 10, 35):
        child = subprocess.Popen([sys.executable, str(CHILD), run.url])
        while child.poll() is None and len(list(Path(run.url).glob("work/*/part-*.json"))) < goal:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.02))
        child.kill()
        kills += child.wait() == -signal.SIGKILL
    assert kills >= 2, "it was done before it was killed"
    subprocess.run([sys.executable, str(CHILD), run.url], check=True)
    assert contents(run) == contents(undisturbed)


def test_other_steps_parameters_inputs_or_code_are_done_anew(
    document: Make, run_of: RunOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, inputs = run_of([[document("en to tre")]])
    profile = Profile("own", ("nb",), ({"step": "min_words", "words": 3},))
    first = clean_corpus(run, profile, inputs=inputs)
    assert clean_corpus(run, profile, inputs=inputs) is first
    assert not run.files("work")
    stricter = Profile("own", ("nb",), ({"step": "min_words", "words": 4},))
    assert clean_corpus(run, stricter, inputs=inputs).kept == 0
    assert run.files("dropped") == ["dropped/part-clean-00000.parquet"]
    assert clean_corpus(run, profile, inputs=inputs).kept == 1
    assert not run.files("dropped"), "what the stage published before is gone"
    store.write_documents(run.path(inputs[0]), [document("en")])
    second = clean_corpus(run, profile, inputs=inputs)
    assert second.kept == 0
    monkeypatch.setattr(clean_module, "code_of", lambda step: "changed")
    assert clean_corpus(run, profile, inputs=inputs).fingerprint != second.fingerprint


def test_another_engine_or_another_model_of_it_is_done_anew(document: Make, run_of: RunOf, tmp_path: Path) -> None:
    pytest.importorskip("fasttext", reason="fasttext-predict is not installed: pip install 'kvern[engines]'")
    run, inputs = run_of([[document("Jeg vet ikke hva dette er.")]])
    first = clean_corpus(run, NORWEGIAN, inputs=inputs)
    assert clean_corpus(run, load_profile("no", "polyglot"), inputs=inputs) is first
    assert clean_corpus(run, load_profile("no", "py3langid"), inputs=inputs).fingerprint != first.fingerprint
    model = write_model(tmp_path / "lid.bin", {"ikke": ["__label__nob_Latn"], "ikkje": ["__label__nno_Latn"]})
    own = load_profile("no", f"fasttext:{model}")
    third = clean_corpus(run, own, inputs=inputs)
    assert third.kept == 1
    assert clean_corpus(run, own, inputs=inputs) is third
    write_model(model, {"ikke": ["__label__dan_Latn"], "ikkje": ["__label__nno_Latn"]})
    assert clean_corpus(run, own, inputs=inputs).kept == 0


def test_a_part_is_identified_in_one_call_with_what_other_rules_drop(
    document: Make, run_of: RunOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Sequence[str]] = []

    def engine(name: str) -> Identify:
        return lambda texts: asked.append(texts) or language.engine(name)(texts)

    monkeypatch.setattr(steps_language, "load", engine)
    run, inputs = run_of([[document(text) for text in TEXTS], [document(TEXTS[0]), document("Bra!")]])
    clean_corpus(run, NORWEGIAN, inputs=inputs)
    assert [len(texts) for texts in asked] == [len(TEXTS), 2]
    assert {"Bra!", "👍", ""} <= {text for texts in asked for text in texts}


def test_nothing_in_is_nothing_out(document: Make, run_of: RunOf, kept: Any) -> None:
    run, inputs = run_of([[], [document()], []])
    assert clean_corpus(run, NORWEGIAN, inputs=inputs).received == 1
    assert len(run.files("cleaned")) == 3
    run, _ = run_of([])
    stage = clean_corpus(run, NORWEGIAN, inputs=[])
    assert (stage.received, stage.kept, stage.outputs) == (0, 0, ())
