import csv
import io
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaning.clean import clean_corpus
from cleaning.errors import CleanError
from cleaning.inspection import SampleSettings, allotted, estimates, judge, wilson, write_sheet
from cleaning.profile import Profile
from scrapers import store
from scrapers.manifest import Run
from scrapers.record import Document

Make = Callable[..., Document]
RunOf = Callable[[Sequence[Sequence[Document]]], tuple[Run, list[str]]]
LONGER = Profile("own", ("nb",), ({"step": "min_words", "words": 3}, {"step": "empty"}))


@pytest.fixture
def cleaned(document: Make, run_of: RunOf) -> Run:
    """A run with 60 kept documents in nb and 20 in nn, 9 dropped as too short and 3 as empty, in two parts."""
    nb = [document(f"Dette er tekst nummer {number}.", lang="nb") for number in range(60)]
    nn = [document(f"Dette er ein tekst til, {number}.", lang="nn") for number in range(19)]
    long = document("=HYPERLINK(1) " + "starten " * 80 + "midten " * 80 + "slutten " * 80 + "slutt", lang="nn")
    short = [document("To ord.", lang="nb") for _ in range(9)]
    empty = [document("!" * 5) for _ in range(3)]
    profile = Profile("own", ("nb",), ({"step": "empty"}, {"step": "min_words", "words": 3}))
    run, inputs = run_of([[*nb, *short], [*nn, long, *empty]])
    clean_corpus(run, profile, inputs=inputs)
    return run


def rows(url: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Path(url).read_text("utf-8-sig"), newline="")))


@pytest.mark.parametrize(("number", "strata"), [(40, {"nb": 30, "nn": 10}), (8, {"nb": 6, "nn": 2}), (500, None)])
def test_a_sheet_has_languages_in_proportion(cleaned: Run, number: int, strata: dict[str, int] | None) -> None:
    drawn = rows(write_sheet(cleaned, SampleSettings(number)))
    assert Counter(row["lang"] for row in drawn) == (strata or {"nb": 60, "nn": 20})
    assert len({row["id"] for row in drawn}) == len(drawn)
    assert list(drawn[0]) == ["id", "source", "lang", "text", "porn", "unnatural", "artefacts", "lang_correct", "note"]


def test_a_sheet_of_dropped_documents_has_rules_in_proportion_and_says_why(cleaned: Run) -> None:
    drawn = rows(write_sheet(cleaned, SampleSettings(4, dropped=True)))
    assert Counter(row["rule"] for row in drawn) == {"min_words": 3, "empty": 1}
    assert {(row["stage"], row["value"], row["threshold"]) for row in drawn if row["rule"] == "min_words"} == {
        ("clean", "2", ">= 3")
    }
    assert {row["rightly_dropped"] for row in drawn} == {""}


def test_the_draw_is_of_the_seed_alone(cleaned: Run, tmp_path: Path) -> None:
    first, again, other = (
        Path(write_sheet(cleaned, SampleSettings(30, seed), str(tmp_path / f"{number}.csv"))).read_bytes()
        for number, seed in enumerate((1, 1, 2))
    )
    assert first == again != other
    few = rows(write_sheet(cleaned, SampleSettings(8), str(tmp_path / "few.csv")))
    assert {row["id"] for row in few} <= {row["id"] for row in rows(str(tmp_path / "0.csv"))}, "a larger one goes on"


def test_a_text_is_shown_by_its_ends_and_is_no_formula(cleaned: Run) -> None:
    (text,) = [row["text"] for row in rows(write_sheet(cleaned, SampleSettings(80))) if len(row["text"]) > 100]
    assert text.startswith("'=HYPERLINK(1) starten") and text.endswith("slutten slutt")
    assert "midten" not in text and len(text) == len("' […] ") + 1000


def test_a_sheet_somebody_has_begun_to_fill_is_not_overwritten(cleaned: Run, tmp_path: Path) -> None:
    url = write_sheet(cleaned, SampleSettings(8))
    assert write_sheet(cleaned, SampleSettings(8)) == url, "nothing was lost"
    filled = Path(url).read_bytes() + b"\r\n"
    Path(url).write_bytes(filled)
    with pytest.raises(CleanError, match="has been filled: read it with --read, or name another with --out"):
        write_sheet(cleaned, SampleSettings(8))
    assert Path(url).read_bytes() == filled
    assert write_sheet(cleaned, SampleSettings(8), str(tmp_path / "second.csv")) == str(tmp_path / "second.csv")


def test_nothing_can_be_drawn_from_nothing(run_of: RunOf, document: Make) -> None:
    run, inputs = run_of([[document("Fire ord er nok.")]])
    clean_corpus(run, LONGER, inputs=inputs)
    with pytest.raises(CleanError, match="has no dropped document"):
        write_sheet(run, SampleSettings(dropped=True))


def fill(url: str, answer: Callable[[int, dict[str, str]], dict[str, str]], delimiter: str = ",") -> None:
    """Writes into each row of the sheet what `answer` says of it, as a spreadsheet saves it."""
    drawn = rows(url)
    lines = io.StringIO()
    writer = csv.DictWriter(lines, list(drawn[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(row | answer(number, row) for number, row in enumerate(drawn))
    Path(url).write_text(lines.getvalue(), "utf-8-sig")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_filled_sheet_gives_shares_by_language_and_of_the_corpus(cleaned: Run, delimiter: str) -> None:
    url = write_sheet(cleaned, SampleSettings(40))
    yes = iter(["x", "ja", "1", "Yes", "J", "sann", " TRUE "])
    no = {"artefacts": "0", "porn": "nei"}
    fill(url, lambda number, row: no | ({"artefacts": next(yes)} if number % 6 == 0 else {}), delimiter)
    found = judge(cleaned, url)
    assert store.read_json(cleaned.path("inspection/inspection.json")) == found
    porn, unnatural, artefacts, _ = found["questions"]
    assert porn["corpus"] == {"size": 80, "judged": 40} | wilson(0, 40)
    assert artefacts["unjudged"] == 0
    assert sum(row["yes"] for row in artefacts["strata"].values()) == 7
    assert artefacts["corpus"]["share"] == pytest.approx(7 / 40), "the strata are in proportion"
    assert artefacts["corpus"]["low"] == pytest.approx(wilson(7, 40)["low"])
    assert (unnatural["unjudged"], unnatural["corpus"]["judged"], unnatural["corpus"]["share"]) == (40, 0, None)


def test_a_filled_sheet_of_dropped_documents_is_known_by_its_columns(cleaned: Run) -> None:
    url = write_sheet(cleaned, SampleSettings(12, dropped=True))
    fill(url, lambda _, row: {"rightly_dropped": "1" if row["rule"] == "empty" else "0"})
    (question,) = judge(cleaned, url)["questions"]
    assert {rule: counts["share"] for rule, counts in question["strata"].items()} == {"min_words": 0, "empty": 1}
    assert store.exists(cleaned.path("inspection/inspection-dropped.json"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"porn": "kanskje"}, r"row 2, column porn: 'kanskje' is neither 1 \(yes\) nor 0 \(no\)"),
        ({"lang": "fi"}, "has no kept documents of lang fi"),
    ],
)
def test_what_is_no_answer_is_named_with_its_place(cleaned: Run, change: dict[str, str], message: str) -> None:
    url = write_sheet(cleaned, SampleSettings(8))
    fill(url, lambda number, _: change if number == 0 else {})
    with pytest.raises(CleanError, match=message):
        judge(cleaned, url)


@pytest.mark.parametrize("content", [b"", b"id,text\n1,2\n"])
def test_what_is_no_sheet_is_refused(cleaned: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.csv").write_bytes(content)
    with pytest.raises(CleanError, match=r"has no column .*it is no sheet of `kvern inspect`"):
        judge(cleaned, str(tmp_path / "other.csv"))


@pytest.mark.parametrize(
    ("yes", "judged", "low", "high"),
    # Source: Newcombe 1998, Two-sided confidence intervals for the single proportion, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_wilson(yes: int, judged: int, low: float, high: float) -> None:
    found = wilson(yes, judged)
    assert (found["low"], found["high"]) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_a_large_stratum_counts_by_its_size() -> None:
    found = estimates({"nb": [True] * 10, "nn": [False] * 10, "fi": [None]}, {"nb": 900, "nn": 100, "fi": 50})
    assert found["corpus"]["share"] == pytest.approx(0.9)
    assert found["corpus"]["size"] == 1000, "of what was not judged nothing is said"
    alone = wilson(18, 20)
    assert found["corpus"]["high"] - found["corpus"]["low"] > alone["high"] - alone["low"]


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 10_000), min_size=1, max_size=20), st.integers(1, 300))
def test_what_is_allotted_adds_up_and_is_in_proportion(sizes: dict[str, int], documents: int) -> None:
    share = allotted(sizes, documents)
    wanted = min(documents, sum(sizes.values()))
    assert sum(share.values()) == wanted
    assert all(share[name] <= size for name, size in sizes.items())
    assert all(math.floor(wanted * size / sum(sizes.values())) <= share[name] for name, size in sizes.items())


@given(st.dictionaries(st.sampled_from("abc"), st.lists(st.sampled_from([True, False, None]), max_size=9)))
def test_every_interval_holds_its_share(given_: dict[str, Any]) -> None:
    found = estimates(given_, {name: 1 + len(answers) for name, answers in given_.items()})
    for counts in (found["corpus"], *found["strata"].values()):
        if counts["judged"]:
            assert 0 <= counts["low"] <= counts["share"] + 1e-9 <= counts["high"] + 2e-9 <= 1 + 3e-9
        else:
            assert counts["share"] is None
