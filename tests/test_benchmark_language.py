"""The benchmark of the language engines: what it makes of a sample, and the page it writes."""

import csv
import importlib.util
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from cleaning.identifier.model import nordic
from cleaning.language import Language, engine

SCRIPT = Path(__file__).parents[1] / "benchmarks/language.py"
SENTENCES = {
    "nb": [
        "Hvor mange bøker har du lest i år?",
        "Jeg vet ikke hva de gjorde med pengene.",
        "Nå kommer våren til byen.",
    ],
    "nn": ["Kor mange bøker har du lese i år?", "Eg veit ikkje kva dei gjorde med pengane.", "No kjem våren til byen."],
    "sv": [
        "Hur många böcker har du läst i år?",
        "Jag vet inte vad de gjorde med pengarna.",
        "Nu kommer våren till stan.",
    ],
    "en": [
        "How many books have you read this year?",
        "I do not know what they did with it.",
        "Spring has come to town.",
    ],
}
REVIEWS = {
    "000006": "Tittel \nEg veit ikkje kva dei gjorde med pengane i filmen. \n\nHan var ikkje god, sa dei som såg. \n",
    "000227": "Tittel \nFilmen var god, og skuespillerne er flinke. \n\nThe end of the world as we know it. \n",
}


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    """The script as a module."""
    specification = importlib.util.spec_from_file_location("benchmark_language", SCRIPT)
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SCRIPT.parent)  # as where a script is started
        specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sample, a page that a person began, and what the benchmark wrote."""
    folder = tmp_path_factory.mktemp("benchmark")
    rows = [{"text": text, "lang": lang} for lang, texts in SENTENCES.items() for text in texts]
    rows += [row | {"source": "UD_Test"} for row in rows] + [{"text": "Kom hit!", "lang": "sv", "source": "UD_Test"}]
    (folder / "sample.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (folder / "page.md").write_text(
        "# By hand\n\n<!-- benchmark -->\nold\n<!-- /benchmark -->\n\nAlso by hand.\n", "utf-8"
    )
    with tarfile.open(folder / "norec.tar.gz", "w:gz") as archive:
        for number, text in REVIEWS.items():
            member = tarfile.TarInfo(f"norec-2.1/data/dev/{number}.txt")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    files = ["sample.jsonl", "--page", "page.md", "--reviews", "norec.tar.gz", "--disagreements", "differ.tsv"]
    engines = ["--engines", "polyglot,nordic,fasttext:none.bin", "--rounds", "2"]
    subprocess.run([sys.executable, SCRIPT, *files, *engines], cwd=folder, check=True, capture_output=True)
    return folder


def table(page: str, head: str) -> dict[str, list[str]]:
    """The rows of the table whose first cell is `head`, by their first cell; the header under that name."""
    lines = page[page.index(f"| {head}") :].split("\n\n")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return {row[0]: row[1:] for row in rows}


def test_the_page_has_the_results_between_the_markers_and_what_was_written_by_hand(measured: Path) -> None:
    page = (measured / "page.md").read_text("utf-8")
    assert page.startswith("# By hand\n\n<!-- benchmark -->\n") and page.endswith(
        "<!-- /benchmark -->\n\nAlso by hand.\n"
    )
    assert "\nold\n" not in page
    assert "python benchmarks/language.py sample.jsonl" in page
    assert "Left out: fasttext:none.bin: " in page


def test_sets_are_measured_apart_and_a_repeated_text_counts_once(measured: Path) -> None:
    page = (measured / "page.md").read_text("utf-8")
    sets = table(page, "set |")
    assert {name: row[:2] for name, row in sets.items() if row[0].isdigit()} == {
        "UD sentences": ["12", "nb nn sv en"],
        "UD sentences under 15 characters": ["1", "sv"],
    }
    assert sets["set"][2:] == ["polyglot", "nordic", "nordic minus best other"]
    assert table(page, "nordic | nb")["en"] == ["0", "0", "0", "3", "0", "0"]
    assert "**It was trained on texts of the sources of these sets" in page


def test_speed_start_and_memory_are_measured_for_each_engine(measured: Path) -> None:
    needs = table((measured / "page.md").read_text("utf-8"), "engine | sentences/s")
    assert list(needs) == ["engine", "---", "polyglot", "nordic"]
    for name in ("polyglot", "nordic"):
        first, _, _, _, start_s, imported, ready, whole = needs[name]
        assert float(first.replace(",", "")) > 10
        assert 0 < float(start_s) < 60
        assert 10 < float(imported) <= float(ready) <= float(whole)
    assert needs["polyglot"][2:4] == ["1.00", "1.00 (1.00 to 1.00)"]


def test_disagreements_on_reviews_are_listed_with_every_answer(measured: Path) -> None:
    with (measured / "differ.tsv").open(encoding="utf-8", newline="") as file:
        head, *lines = csv.reader(file, delimiter="\t")
    assert head == [
        *("review", "paragraph", "held out", "polyglot", "polyglot score", "nordic", "nordic score", "text"),
    ]
    assert all(line[3] != line[5] and line[0] in REVIEWS and line[-1].startswith("“") for line in lines)
    page = (measured / "page.md").read_text("utf-8")
    assert "2 reviews of [NoReC 2.1]" in page
    assert "Of their 4 paragraphs" in page


def test_a_page_without_markers_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sample.jsonl").write_text('{"text": "Hei", "lang": "nb"}\n', "utf-8")
    (tmp_path / "page.md").write_text("# By hand\n", "utf-8")
    command = [sys.executable, SCRIPT, "sample.jsonl", "--page", "page.md"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 1
    assert "page.md has no lines <!-- benchmark --> and <!-- /benchmark -->" in run.stderr
    assert (tmp_path / "page.md").read_text("utf-8") == "# By hand\n"


def judged(benchmark: ModuleType, rows: Sequence[tuple[str, str]], **answers: Sequence[str]) -> Any:
    """Texts of these labels (the first is their language, all are right), and what engines say of them."""
    texts = [
        benchmark.Text(str(n), labels[0], frozenset(labels), "", 0)
        for n, labels in enumerate(one[0].split("/") for one in rows)
    ]
    return benchmark.Judged(texts, {name: [Language(code, 0.9) for code in codes] for name, codes in answers.items()})


def test_f1_counts_abstentions_and_other_languages_as_misses_only(benchmark: ModuleType) -> None:
    one = judged(benchmark, [("nb",), ("nb",), ("nb",), ("da",)], some=["nb", "und", "kl", "da"])
    assert one.confusion("some").tolist() == [[1, 0, 1, 1], [0, 1, 0, 0], [0] * 4, [0] * 4]
    assert one.f1("some", ["nb"])["value"] == pytest.approx(2 / (3 + 1))
    assert one.f1("some", ["nb", "da"])["value"] == pytest.approx((0.5 + 1) / 2)


def test_either_label_of_a_text_with_two_is_right(benchmark: ModuleType) -> None:
    one = judged(benchmark, [("nb/da",), ("nb/da",), ("nb/da",)], some=["nb", "da", "sv"])
    assert one.confusion("some").tolist() == [[2, 1, 0], [0] * 3, [0] * 3]


def test_the_lead_is_over_the_best_other_engine_on_the_same_texts(benchmark: ModuleType) -> None:
    right = ["nb"] * 40 + ["da"] * 40
    rows = [(code,) for code in right]
    one = judged(benchmark, rows, nordic=right, good=["da", *right[1:]], bad=["und"] * 80, cascade=right)
    assert one.lead(["nb", "da"]) == "+0.013 [+0.000, +0.038] good"
    assert judged(benchmark, rows, nordic=right, same=right).lead(["nb"]) == "+0.000 [+0.000, +0.000] same"


def test_scores_are_held_against_how_often_they_are_right(benchmark: ModuleType) -> None:
    one = judged(benchmark, [("nb",)] * 10, sure=["nb"] * 6 + ["da"] * 2 + ["und"] * 2)
    found = benchmark.reliability(one, "sure")
    assert (found.counts[9], found.abstained, found.right[9]) == (8, 2, 0.75)
    assert found.error == pytest.approx(0.9 - 0.75)


def test_a_review_is_of_one_source_language_and_fold_and_shares_no_sentence(benchmark: ModuleType) -> None:
    def sentence(n: int, source: str = "UD_A", fold: int = 0, lang: str = "nb") -> Any:
        text = f"Dette er setning nummer {n}."
        return benchmark.Text(text, lang, frozenset([lang]), source, fold)

    texts = [sentence(n, fold=n // 7) for n in range(14)]
    texts += [sentence(n, "UD_copy") for n in range(14)]
    texts += [sentence(100 + n, "UD_B", lang="nn" if n < 2 else "sv") for n in range(7)]
    texts += [sentence(200 + n, "tatoeba") for n in range(5)]
    found = benchmark.reviews_of(texts)
    assert [(one.text.split()[4], one.source, one.lang, one.fold) for one in found] == [
        ("0.", "UD_A", "nb", 0),
        ("7.", "UD_A", "nb", 1),
        ("102.", "UD_B", "sv", 0),
    ]
    assert all(one.text.count("setning") == 5 for one in found)


def test_the_fold_of_a_text_is_the_one_it_was_trained_in(benchmark: ModuleType, tmp_path: Path) -> None:
    rows = [{"text": f"Setning nummer {n}.", "lang": "nb", "source": "tatoeba"} for n in range(25)]
    left_out = [{"text": "Orð.", "lang": "fo", "source": "UD_Faroese-OFT-puupankki"}]
    (tmp_path / "lid").mkdir()
    sample = tmp_path / "lid/lid.jsonl"
    sample.write_text("\n".join(map(json.dumps, left_out + rows)), "utf-8")
    subprocess.run(["gzip", "-k", sample], check=True)
    folds = benchmark.folds_of(benchmark.read(sample), tmp_path)
    assert folds == [0, *(n % 5 for n in range(25))]


def test_a_text_is_judged_by_the_model_of_its_fold(benchmark: ModuleType, tmp_path: Path) -> None:
    weights = nordic().weights
    for fold in (1, 3):
        named = tuple(f"{code}-x-{fold}" for code in weights.languages)
        replace(weights, languages=named).save(tmp_path / f"fold-{fold}.npz")
    sentences = [text for texts in SENTENCES.values() for text in texts]
    folds = np.resize([3, 1, 1], len(sentences)).tolist()
    texts = [benchmark.Text(text, "nb", frozenset(), "", fold) for text, fold in zip(sentences, folds, strict=True)]
    expected = [f"{one.code}-x-{fold}" for one, fold in zip(engine("nordic")(sentences), folds, strict=True)]
    assert [one.code for one in benchmark.identified("nordic", texts, tmp_path)] == expected
    assert [one.code for one in benchmark.identified("nordic", texts, None)] == [one.split("-")[0] for one in expected]
