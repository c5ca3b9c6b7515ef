import json
import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cleaning import duplicate_map
from cleaning.dedup import DedupSettings, dedup_corpus
from cleaning.duplicate_map import MAP, read_map
from cleaning.errors import CleanError
from cleaning.ranking import closed
from scrapers.manifest import Run
from scrapers.record import Document
from scrapers.source import sources

Make = Callable[..., Document]
RunOf = Callable[[Sequence[Sequence[Document]]], tuple[Run, list[str]]]
BOOK = "Dette er en anmeldelse av en bok som handler om livet ved kysten og om havet der ute."
CAFE = "Maten på kafeen var god, men vi ventet lenge og ingen spurte om vi ville ha mer kaffe."


def mapped(run: Run) -> list[dict[str, Any]]:
    """The rows of the map of duplicates."""
    return pq.read_table(run.path(MAP)).to_pylist()


def test_equal_texts_stay_once_whatever_their_case_and_punctuation(
    document: Make, run_of: RunOf, kept: Any, dropped: Any
) -> None:
    copies = [document(BOOK, id="b"), document(BOOK.upper() + "!!!", id="c"), document("  " + BOOK, id="a")]
    run, inputs = run_of([copies[:2], [document(CAFE, id="d"), copies[2]]])
    stage = dedup_corpus(run, DedupSettings(threshold=1), inputs=inputs)
    assert [d.id for d in kept(run)] == ["c", "d"]  # the longest; the others are as they were
    assert stage.dropped == {"exact_duplicate": 2}
    assert [(r["id"], r["stage"], r["rule"], r["value"], r["threshold"]) for r in dropped(run)] == [
        ("b", "dedup", "exact_duplicate", "1.0000 with c", "< 1"),
        ("a", "dedup", "exact_duplicate", "1.0000 with c", "< 1"),
    ]
    assert mapped(run) == [
        {"row": 0, "id": "b", "kept_id": "c", "cluster": "a", "cluster_size": 3, "jaccard": 1.0, "exact": True},
        {"row": 3, "id": "a", "kept_id": "c", "cluster": "a", "cluster_size": 3, "jaccard": 1.0, "exact": True},
    ]


def test_near_duplicates_go_below_threshold_one_only(document: Make, run_of: RunOf, kept: Any, dropped: Any) -> None:
    raw = [document(BOOK), document(BOOK + " Les den."), document(CAFE)]
    run, inputs = run_of([raw])
    assert dedup_corpus(run, DedupSettings(threshold=1), inputs=inputs).kept == 3
    assert mapped(run) == []
    assert dedup_corpus(run, DedupSettings(), inputs=inputs).kept == 2
    (row,) = dropped(run)
    assert (row["id"], row["rule"], row["threshold"]) == (raw[0].id, "near_duplicate", "< 0.8")
    value, kept_id = row["value"].split(" with ")
    assert (kept_id, 0.8 <= float(value) < 1) == (raw[1].id, True)
    assert [d.id for d in kept(run)] == [raw[1].id, raw[2].id]


def test_texts_of_the_same_shingles_that_differ_are_near_duplicates(
    document: Make, run_of: RunOf, kept: Any, dropped: Any
) -> None:
    raw = [document("ha " * 80, id="a"), document("ha " * 50, id="b"), document("Ha " * 80 + "!", id="c")]
    run, inputs = run_of([raw])
    dedup_corpus(run, DedupSettings(), inputs=inputs)
    assert [(r["id"], r["rule"], r["value"]) for r in dropped(run)] == [
        ("a", "exact_duplicate", "1.0000 with c"),
        ("b", "near_duplicate", "1.0000 with c"),
    ]
    assert [(r["id"], r["jaccard"], r["exact"]) for r in mapped(run)] == [("a", 1.0, True), ("b", 1.0, False)]
    run, inputs = run_of([raw])
    dedup_corpus(run, DedupSettings(threshold=1), inputs=inputs)
    assert [d.id for d in kept(run)] == ["b", "c"]


def test_preferred_sources_then_rated_then_longer_documents_stay(document: Make, run_of: RunOf, kept: Any) -> None:
    texts = (BOOK, BOOK + "!", BOOK + "!!", BOOK + "!!!")
    columns = ({"source": "test-set"}, {"source": "other"}, {"rating": 0.5}, {})
    ranked = [document(text, **values) for text, values in zip(texts, columns, strict=True)]
    settings = DedupSettings(prefer=("test-set", "other"))
    for count in (4, 3, 2):
        run, inputs = run_of([ranked[-count:][::-1]])
        dedup_corpus(run, settings, inputs=inputs)
        assert [d.id for d in kept(run)] == [ranked[-count].id]


RANKS: list[tuple[dict[str, Any], dict[str, Any]]] = [  # of two equal texts, the first stays
    ({"source": "test-set"}, {"licence": "CC0-1.0"}),
    ({"licence": "CC0-1.0"}, {"licence": "MIT", "rating": 1.0}),
    ({"licence": "LicenseRef-PD-US"}, {"licence": "Apache-2.0"}),
    ({"licence": "MIT"}, {"licence": "CC-BY-4.0"}),
    ({"licence": "NLOD-2.0"}, {"licence": "CC-BY-SA-4.0"}),
    ({"licence": "CC-BY-SA-4.0"}, {"licence": "CC-BY-NC-4.0"}),
    ({"licence": "CC-BY-NC-SA-4.0"}, {"licence": "CC-BY-NC-ND-4.0"}),
    ({"licence": "CC-BY-ND-4.0"}, {"licence": "unknown", "rating": 1.0}),
    ({"rating": 0.0}, {"text": BOOK + "!!"}),
    ({"text": BOOK + "!!"}, {"published": date(1999, 1, 1)}),
    ({"published": date(2020, 5, 1)}, {"published": date(2020, 6, 1)}),
    ({"published": date(2025, 12, 31)}, {"collected_at": datetime(2026, 1, 1, tzinfo=UTC)}),
    ({"collected_at": datetime(2026, 1, 1, tzinfo=UTC)}, {"collected_at": datetime(2026, 1, 2, tzinfo=UTC)}),
    ({"id": "a"}, {"id": "b"}),
]


@pytest.mark.parametrize(("better", "worse"), RANKS)
def test_of_two_equal_texts_the_better_one_stays(
    document: Make, run_of: RunOf, kept: Any, better: dict[str, Any], worse: dict[str, Any]
) -> None:
    default = {"text": BOOK, "licence": "unknown"}
    pair = [document(**default | worse), document(**default | better)]
    for documents in (pair, pair[::-1]):
        run, inputs = run_of([documents])
        dedup_corpus(run, DedupSettings(prefer=("test-set",)), inputs=inputs)
        assert kept(run) == [pair[1]]


def test_every_licence_of_a_source_has_its_place() -> None:
    licences = {source.licence for source in sources().values()} - {"unknown"}
    assert len(licences) > 5
    assert {licence for licence in licences if closed(licence) == closed("unknown")} == set()


LONG = " ".join(f"ord{number}" for number in range(60))
HELD_OUT = [BOOK, LONG, "Kort og bra"]
TAINTED = {
    "equal": BOOK.upper(),
    "near": BOOK.replace("der ute", "her ute"),
    "holds it": f"Først sto det noe annet her, om en annen sak enn den. {LONG} {CAFE}",
    "is a part of it": " ".join(LONG.split()[5:45]),
    "equal and short": "kort, og bra!",
}
CLEAN = {
    "holds a short one": f"Kort og bra, og så noe mer som ikke er det samme i det hele tatt. {CAFE}",
    "has words of it": " ".join(LONG.split()[::2]),
    "shares a sentence": f"{' '.join(LONG.split()[:20])} {CAFE} {CAFE} {CAFE.upper()}",
    "another": CAFE,
}


@pytest.fixture
def held_out(tmp_path: Path) -> str:
    """A file of held-out documents."""
    path = tmp_path / "held-out.jsonl"
    path.write_text("".join(json.dumps({"id": f"h{n}", "text": text}) + "\n" for n, text in enumerate(HELD_OUT)))
    return str(path)


@pytest.mark.parametrize("threshold", [0.8, 1])
def test_what_says_the_same_as_a_held_out_document_is_dropped(
    document: Make, run_of: RunOf, kept: Any, dropped: Any, held_out: str, threshold: float
) -> None:
    raw = [document(text, id=name) for name, text in (TAINTED | CLEAN).items()]
    run, inputs = run_of([raw[:3], raw[3:]])
    stage = dedup_corpus(run, DedupSettings(threshold=threshold, against=(held_out,)), inputs=inputs)
    expected = set(TAINTED) - ({"near"} if threshold == 1 else set())
    assert {row["id"] for row in dropped(run)} == expected
    assert stage.dropped == {"contaminated": len(expected)}
    assert stage.detail["held_out"] == len(HELD_OUT)
    values = {row["id"]: row["value"] for row in dropped(run)}
    assert values["equal"] == "1.0000 with h0" and values["equal and short"] == "1.0000 with h2"
    assert values["holds it"] == values["is a part of it"] == "1.0000 with h1"
    assert {row["threshold"] for row in dropped(run)} == {f"< {threshold:g}, < 0.8 contained"}
    assert mapped(run) == []


def test_a_contaminated_document_takes_no_other_with_it(
    document: Make, run_of: RunOf, kept: Any, dropped: Any, held_out: str
) -> None:
    holds = document(f"{LONG} {CAFE}", id="holds", licence="CC0-1.0")
    similar = document(f"{' '.join(LONG.split()[:45])} {CAFE}", id="similar", licence="unknown")
    run, inputs = run_of([[holds, similar]])
    dedup_corpus(run, DedupSettings(threshold=0.6), inputs=inputs)
    assert [d.id for d in kept(run)] == ["holds"]
    run, inputs = run_of([[holds, similar]])
    dedup_corpus(run, DedupSettings(threshold=0.6, against=(held_out,)), inputs=inputs)
    assert [d.id for d in kept(run)] == ["similar"]


def test_other_held_out_documents_make_the_stage_run_again(document: Make, run_of: RunOf, held_out: str) -> None:
    run, inputs = run_of([[document(CAFE), document(BOOK)]])
    settings = DedupSettings(against=(held_out[:-6] + "*",))
    assert dedup_corpus(run, settings, inputs=inputs).kept == 1
    first = run.stages["dedup"].fingerprint
    assert dedup_corpus(run, settings, inputs=inputs).fingerprint == first
    Path(held_out).write_text(json.dumps({"text": CAFE}) + "\n")
    assert dedup_corpus(run, settings, inputs=inputs).fingerprint != first
    assert run.stages["dedup"].dropped == {"contaminated": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "there is none"), ("", "no"), ('{"txt": "a"}\n', "text"), ('{"text": "a"}\n{"text": 5}\n', "row 2")],
)
def test_held_out_documents_that_cannot_be_read_are_an_error(
    document: Make, run_of: RunOf, tmp_path: Path, content: str | None, said: str
) -> None:
    path = tmp_path / "held.jsonl"
    if content is not None:
        path.write_text(content)
    run, inputs = run_of([[document(CAFE)]])
    with pytest.raises(CleanError, match=f"held.*{said}"):
        dedup_corpus(run, DedupSettings(against=(str(path),)), inputs=inputs)
    assert not run.files("kept")


def test_the_rows_of_a_part_are_read_from_the_map_alone(
    document: Make, run_of: RunOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicate_map, "ROWS_A_GROUP", 3)
    run, inputs = run_of([[document(BOOK) for _ in range(21)]])
    dedup_corpus(run, DedupSettings(), inputs=inputs)
    everything = list(read_map(run.path(MAP)))
    assert len(everything) == 20
    for first, last in ((0, 21), (4, 9), (9, 9), (20, 40), (100, 200)):
        assert list(read_map(run.path(MAP), first, last)) == [d for d in everything if first <= d.row < last]


def test_more_text_than_a_task_holds_is_compared_in_several(
    document: Make, run_of: RunOf, contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = corpus(document)
    found = []
    for size in (duplicate_map.TASK_BYTES, 1000, 1):
        monkeypatch.setattr(duplicate_map, "TASK_BYTES", size)
        run, inputs = run_of([documents[:50], documents[50:]])
        dedup_corpus(run, DedupSettings(), inputs=inputs)
        found.append(contents(run))
    assert found[0] == found[1] == found[2]


def test_no_copy_of_a_dropped_text_stays(document: Make, run_of: RunOf, kept: Any) -> None:
    """Equal texts share one fate: the copy of a near-duplicate is as near, and the best of three copies is the one."""
    better = document(BOOK + " Les den.", rating=0.5)
    run, inputs = run_of([[document(BOOK), document(BOOK), better]])
    dedup_corpus(run, DedupSettings(), inputs=inputs)
    assert [d.id for d in kept(run)] == [better.id]
    copies = [document(BOOK), document(BOOK, rating=0.1), document(BOOK), document(BOOK + " Les den nå da.")]
    run, inputs = run_of([copies])
    dedup_corpus(run, DedupSettings(threshold=0.7), inputs=inputs)
    assert [d.id for d in kept(run)] == [copies[1].id]


def test_of_two_documents_with_one_id_one_stays(document: Make, run_of: RunOf, kept: Any, dropped: Any) -> None:
    raw = [[document(BOOK, id="x"), document(CAFE, id="y")], [document(BOOK, id="x"), document(CAFE + " Nå.", id="y")]]
    run, inputs = run_of(raw)
    stage = dedup_corpus(run, DedupSettings(threshold=1), inputs=inputs)
    assert [(d.id, d.text) for d in kept(run)] == [("x", BOOK), ("y", CAFE + " Nå.")]
    assert stage.dropped == {"repeated": 2}
    assert [(r["id"], r["text"], r["value"], r["threshold"]) for r in dropped(run)] == [
        ("y", CAFE, "y", "once"),
        ("x", BOOK, "x", "once"),
    ]
    assert [(row["jaccard"], row["exact"]) for row in mapped(run)] == [(None, None), (None, None)]


def test_the_old_text_of_an_id_takes_no_other_document_with_it(document: Make, run_of: RunOf, kept: Any) -> None:
    raw = [document(CAFE + " Lengre enn den andre.", id="x"), document(BOOK, id="x"), document(BOOK, id="y")]
    run, inputs = run_of([raw])
    dedup_corpus(run, DedupSettings(), inputs=inputs)
    assert [(d.id, d.text) for d in kept(run)] == [("x", raw[0].text), ("y", BOOK)]


def corpus(document: Make) -> list[Document]:
    """Documents of which many repeat others, exactly or nearly."""
    chance = random.Random(5)
    words = [f"ord{number}" for number in range(300)]
    texts = [[chance.choice(words) for _ in range(chance.choice([6, 20, 60]))] for _ in range(40)]
    found = []
    for number in range(160):
        text = list(chance.choice(texts))
        if chance.random() < 0.6:
            text[chance.randrange(len(text))] = chance.choice(words)
        rating = chance.choice([None, 0.5])
        found.append(document(" ".join(text), id=f"{number:04x}", source=chance.choice("abc"), rating=rating))
    return found


def test_how_documents_lie_in_parts_decides_nothing(document: Make, run_of: RunOf, kept: Any, contents: Any) -> None:
    documents = corpus(document)
    chance = random.Random(9)
    found = []
    for size in (160, 7, 50, 1):
        parts = [documents[start : start + size] for start in range(0, len(documents), size)]
        run, inputs = run_of(parts)
        stage = dedup_corpus(run, DedupSettings(prefer=("c",)), inputs=inputs)
        assert stage.received == 160 and stage.kept + sum(stage.dropped.values()) == 160
        rows = sorted((r["id"], r["kept_id"], r["cluster"], r["cluster_size"], r["jaccard"]) for r in mapped(run))
        found.append((sorted(d.id for d in kept(run)), rows))
        chance.shuffle(documents)
    assert 20 < len(found[0][0]) < 140
    assert all(other == found[0] for other in found[1:])
    ids = set(found[0][0])
    for identifier, kept_id, *_, similarity in found[0][1]:
        assert kept_id in ids and identifier not in ids and similarity >= 0.8


def test_the_order_of_work_changes_no_byte(document: Make, run_of: RunOf, contents: Any) -> None:
    documents = corpus(document)
    parts = [documents[start : start + 30] for start in range(0, 160, 30)]
    found = []
    for mapper in (map, lambda function, items: [function(item) for item in reversed(list(items))][::-1]):
        run, inputs = run_of(parts)
        dedup_corpus(run, DedupSettings(), inputs=inputs, mapper=mapper)
        found.append(contents(run))
    assert found[0] == found[1]


@pytest.mark.parametrize("stop_after", [0, 2, 4, 6, 7])
def test_interrupted_it_resumes_to_the_same_bytes(
    document: Make, run_of: RunOf, contents: Any, stop_after: int
) -> None:
    documents = corpus(document)
    parts = [documents[start : start + 40] for start in range(0, 160, 40)]
    undisturbed, inputs = run_of(parts)
    dedup_corpus(undisturbed, DedupSettings(), inputs=inputs)
    run, _ = run_of(parts)
    left = iter(range(stop_after))

    def broken(function: Callable[[Any], Any], items: Any) -> Any:
        for item in items:
            if next(left, None) is None:
                raise KeyboardInterrupt
            yield function(item)

    with pytest.raises(KeyboardInterrupt):
        dedup_corpus(run, DedupSettings(), inputs=inputs, mapper=broken)
    assert not run.files("kept")
    dedup_corpus(run, DedupSettings(), inputs=inputs)
    assert contents(run) == contents(undisturbed)


def test_texts_with_nothing_in_them_are_one(document: Make, run_of: RunOf, kept: Any) -> None:
    run, inputs = run_of([[document(""), document(" "), document("👍"), document("👎"), document("5")], []])
    dedup_corpus(run, DedupSettings(), inputs=inputs)
    assert [d.text for d in kept(run)] == [" ", "👍", "👎", "5"]


def test_broken_unicode_is_no_trouble(document: Make, run_of: RunOf, kept: Any) -> None:
    run, inputs = run_of([[document("bra \ud83d bok", title="\udc00t"), document("bra  bok")]])
    assert dedup_corpus(run, DedupSettings(), inputs=inputs).kept == 1


@pytest.mark.parametrize("parts", [[], [[]], [[], []]])
def test_nothing_in_is_nothing_out(run_of: RunOf, parts: list[list[Document]]) -> None:
    run, inputs = run_of(parts)
    stage = dedup_corpus(run, DedupSettings(), inputs=inputs)
    assert (stage.received, stage.kept, dict(stage.dropped)) == (0, 0, {})
    assert mapped(run) == []


@pytest.mark.parametrize("threshold", [0.49, 1.01, -1])
def test_a_threshold_that_cannot_be_met_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match=r"dedup.threshold is .*: expected 0.5 to 1"):
        DedupSettings(threshold=threshold)
