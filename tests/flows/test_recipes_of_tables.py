"""The recipes of tables read the layout that each table has, and every label is one of the recipe's task."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from cleaning.clean import clean_corpus
from cleaning.part import read_part
from flows.recipe import load_recipe
from scrapers.collect import collect
from scrapers.manifest import Run
from scrapers.source import Mirrors
from tests.flows.conftest import ROOT
from training.task import find_task

HINDI = ["किताब बहुत अच्छी है", " बैटरी खराब निकली ", "ठीक है, mast phone"]
FOUR = [f"{fake}-{hate}" for fake in ("Fake", "NonFake") for hate in ("Hate", "NonHate")]
# Recipe: name of the file, what is in it, language, the labels and texts that come of it.
TABLES = {
    "sms-spam": (
        "spam.csv",
        'label,text\r\n0,"Ok lar, see u &lt;#&gt; ""soon"""\r\n1,WINNER!! Claim your £900\r\n0,"two\nlines"\r\n',
        "en",
        [("ham", 'Ok lar, see u <#> "soon"'), ("spam", "WINNER!! Claim your £900"), ("ham", "two\nlines")],
    ),
    "arabizi": (
        "Train.csv",
        "text,label\r\nwahdek big boss,1\r\nak slouma,0\r\nfachel enta w houwa,-1\r\n",
        "aeb-Latn",
        [("positive", "wahdek big boss"), ("neutral", "ak slouma"), ("negative", "fachel enta w houwa")],
    ),
    "tunizi": (
        "TUNIZI-Dataset.txt",
        '%1;merci beaucoup\n-1;la la; wallah la\n"1;Bonne chance pour tous"',
        "aeb-Latn",
        [("positive", "merci beaucoup"), ("negative", "la la; wallah la"), ("positive", "Bonne chance pour tous")],
    ),
    "fake-hate": (
        "fake_hate.csv",
        "Label,Tweet\r\n" + "".join(f'{label},"[\'yeh\', \'kya\', ""it\'s""]"\r\n' for label in FOUR),
        "hi-Latn",
        [(label, "yeh kya it's") for label in FOUR],
    ),
}


def cleaned(name: str, path: Path, folder: Path) -> list[tuple[str | None, str, str | None]]:
    """Label, text and language of what is left of the table at `path` when recipe `name` has cleaned it."""
    recipe, _ = load_recipe(str(ROOT / f"recipes/{name}.toml"), {f"collect.{name}.path": str(path)})
    run = Run(str(folder / "run"))
    for source, configured in recipe.sources().items():
        assert collect(run, source, configured, mirrors=Mirrors()) is not None
    clean_corpus(run, recipe.profile(), inputs=run.files("raw"))
    documents = [document for part in run.files("cleaned") for document in read_part(run.path(part))]
    assert recipe.train
    task = find_task(recipe.train.task)
    assert {task.index_of(document.row()) for document in documents} == set(range(len(task.labels)))
    return [(document.label, document.text, document.lang) for document in documents]


@pytest.mark.parametrize("name", TABLES)
def test_a_recipe_reads_its_table(name: str, tmp_path: Path) -> None:
    file, table, language, expected = TABLES[name]
    (tmp_path / file).write_bytes(table.encode())
    assert cleaned(name, tmp_path / file, tmp_path) == [(label, text, language) for label, text in expected]


def test_the_workbooks_of_hindi_complaints_are_read_and_their_second_sheets_are_not(tmp_path: Path) -> None:
    for split in ("train", "dev"):
        book = Workbook()
        book.active.append(["Category", "Label", "Reviews"])
        second = book.create_sheet("fasttext")
        for number, text in enumerate(HINDI):
            book.active.append(["Food " if number else "Book", number % 2, text])
            second.append(["__label__", number % 2, text])
        book.save(tmp_path / f"amazon-youtube-hindi-complaints-data_{split}_set.xlsx")
    found = cleaned("hindi-complaints", tmp_path / "*_set.xlsx", tmp_path)
    once = [("no-complaint", HINDI[0], "hi"), ("complaint", HINDI[1].strip(), "hi"), ("no-complaint", HINDI[2], "hi")]
    assert found == once * 2


def test_what_is_neutral_has_no_polarity() -> None:
    task = find_task("polarity")
    assert [task.index_of({"id": "a", "label": label}) for label in ("negative", "positive", "neutral", None)] == [
        0,
        1,
        None,
        None,
    ]
