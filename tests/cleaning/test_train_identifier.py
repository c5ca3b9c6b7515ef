import bz2
import gzip
import io
import json
import random
import subprocess
import sys
import tarfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from cleaning.identifier.family import FamilyError, Row, fold_of, labelled, load_family, made_up, read_rows
from cleaning.identifier.model import Identifier
from cleaning.identifier.train import main

# Three languages that a test can write: galician, portuguese and asturian words, and some that all of them have.
WORDS = {
    "gl": "unha non eu onte xa fixo galego moi cando coa polo lúa nena home mesmo ducia rúa xente dixen cidade noite",
    "pt": "uma não eu ontem já fez português muito quando com pelo lua menina homem mesmo dúzia rua gente disse cidade",
    "ast": "una nun yo ayeri yá fizo asturianu mui cuando cola pel lluna nena mesmu docena cai xente dixi ciudá nueche",
}
SHARED = "casa de a que o se vida todo libro gato"
FAMILY = """
languages = ["gl", "pt", "ast"]

[[texts]]
files = "ud/gl*.conllu"
language = "gl"

[[texts]]
files = "ud/pt*.conllu.gz"
language = "pt"

[[texts]]
files = "*-sentences.txt"
language = "ast"

[[texts]]
files = "tatoeba.tsv.bz2"
weights = { "tatoeba*" = 0.5 }

[[word_lists]]
files = "pt.txt"
language = "pt"
texts = 50
"""


def sentences(language: str, count: int, seed: int) -> list[str]:
    dice = random.Random(f"{language} {seed}")
    own, shared = WORDS[language].split(), SHARED.split()
    return [" ".join(dice.choice(own if dice.random() < 0.7 else shared) for _ in range(8)) + "." for _ in range(count)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    conllu = {
        language: "".join(f"# sent_id = {n}\n# text = {text}\n1\t_\t_\n\n" for n, text in enumerate(texts))
        for language, texts in ((language, sentences(language, 150, 1)) for language in ("gl", "pt"))
    }
    (tmp_path / "ud").mkdir()
    (tmp_path / "ud/gl_ctg-ud-train.conllu").write_text(conllu["gl"], "utf-8")
    (tmp_path / "ud/pt_gsd-ud-train.conllu.gz").write_bytes(gzip.compress(conllu["pt"].encode()))
    leipzig = "".join(f"{number}\t{text}\n" for number, text in enumerate(sentences("ast", 150, 1), 1))
    (tmp_path / "ast_wikipedia_2021_10K-sentences.txt").write_text(leipzig, "utf-8")
    codes = {"glg": "gl", "por": "pt", "ast": "ast"}
    tatoeba = [f"{n}\t{code}\t{text}\n" for code, its in codes.items() for n, text in enumerate(sentences(its, 60, 2))]
    (tmp_path / "tatoeba.tsv.bz2").write_bytes(bz2.compress(("".join(tatoeba) + "9\tfin\tEi ole.\n").encode()))
    (tmp_path / "pt.txt").write_text(
        "".join(f"{word} {9 + n}\n" for n, word in enumerate(WORDS["pt"].split())), "utf-8"
    )
    (tmp_path / "family.toml").write_text(FAMILY, "utf-8")
    return tmp_path


def command(data: Path, out: str, *more: str) -> subprocess.CompletedProcess[str]:
    arguments = [str(data / "family.toml"), "--data", str(data), "--out", str(data / out), *more]
    return subprocess.run(
        [sys.executable, "-m", "cleaning.identifier.train", *arguments], capture_output=True, text=True, check=False
    )


def test_one_command_makes_an_identifier_of_another_family(data: Path) -> None:
    done = command(data, "iberian.npz", "--folds", str(data / "folds"))
    assert done.returncode == 0, done.stderr
    identifier = Identifier.load(data / "iberian.npz")
    assert identifier.languages == ("gl", "pt", "ast")
    for language in WORDS:
        found = identifier.identify(sentences(language, 100, 3))
        assert sum(item.code == language for item in found) >= 97
    assert sorted(path.name for path in (data / "folds").iterdir()) == [f"fold-{number}.npz" for number in range(5)]
    assert command(data, "again.npz").returncode == 0
    assert (data / "again.npz").read_bytes() == (data / "iberian.npz").read_bytes()


def test_it_learns_from_documents_without_a_label(data: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for number in range(60):
            # "cidadão" stands in no labelled text; only in documents that are Asturian by all their other words.
            text = "\n".join(f"cidadão {sentence}" for sentence in sentences("ast", 20, 10 + number)).encode()
            member = tarfile.TarInfo(f"docs/{number:06d}.txt")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    (data / "docs.tar.gz").write_bytes(packed.getvalue())
    more = '[unlabelled]\nfiles = "docs.tar.gz"\nlanguages = { ast = 400 }\n'
    assert command(data, "without.npz").returncode == 0
    (data / "family.toml").write_text(FAMILY + more, "utf-8")
    done = command(data, "with.npz")
    assert done.returncode == 0, done.stderr
    assert "400 sentences of documents: {'ast': 400}" in done.stderr
    scores = [Identifier.load(data / name).probabilities(["cidadão"])[0, 2] for name in ("without.npz", "with.npz")]
    assert scores[0] < 0.5 < scores[1]  # what it looks like, and what was learned


def test_the_texts_of_a_family_are_read_in_every_format(data: Path) -> None:
    (data / "more.jsonl").write_text(json.dumps({"text": "non sei", "lang": "gl"}) + "\n\n", "utf-8")
    rows = labelled(load_family(data / "family.toml"), data)
    assert [row.text for row in rows if row.source == "gl_ctg-ud-train.conllu"] == sentences("gl", 150, 1)
    by_source = {row.source: row.weight for row in rows}
    assert by_source["tatoeba.tsv.bz2"] == 0.5
    assert by_source["ast_wikipedia_2021_10K-sentences.txt"] == 1.0
    assert {row.lang for row in rows} == {"gl", "pt", "ast"}
    extra = made_up(load_family(data / "family.toml"), data, 1)
    assert len(extra) == 50
    assert all(set(row.text.split()) <= set(WORDS["pt"].split()) and 1 <= len(row.text.split()) <= 8 for row in extra)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("more.jsonl", b'{"text": "a", "lang": "gl"}\n{"text": 1}\n', r"more\.jsonl, line 2: .*Expected `str`"),
        ("more.tsv", b"1\tglg\n", r"more\.tsv, line 1"),
        ("more-sentences.txt", b"no tab\n", r"more-sentences\.txt, line 1"),
        ("more.txt", b"good\n\xff\xfe\n", r"more\.txt cannot be read beyond line 2"),
        ("more.txt.gz", gzip.compress(b"good\n" * 99)[:-9], r"more\.txt\.gz cannot be read beyond line"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FamilyError, match=message):
        list(read_rows(tmp_path / name, "gl"))


def test_a_broken_word_list_is_named_with_its_line(data: Path) -> None:
    (data / "pt.txt").write_text("uma 7\nNew York\n", "utf-8")
    with pytest.raises(FamilyError, match=r"pt\.txt, line 2: expected a word and its count"):
        made_up(load_family(data / "family.toml"), data, 1)


def test_words_of_other_languages_are_made_into_texts(tmp_path: Path) -> None:
    pytest.importorskip("simplemma", reason="the extra `identifier` is not installed")
    pytest.importorskip("wordfreq", reason="the extra `identifier` is not installed")
    family = """
    languages = ["nb", "nn"]
    texts = []
    forms = { languages = { nb = 30, nn = 20 }, weight = 0.5 }
    others = { wordfreq = ["fr"], simplemma = ["et"], texts = 10, noise = 5, weight = 0.1 }
    """
    (tmp_path / "family.toml").write_text(family, "utf-8")
    rows = made_up(load_family(tmp_path / "family.toml"), tmp_path, 1)
    assert Counter((row.lang, row.source) for row in rows) == {
        ("nb", "simplemma"): 30,
        ("nn", "simplemma"): 20,
        ("other", "simplemma"): 10,
        ("other", "wordfreq"): 10,
        ("other", "noise"): 5,
    }
    assert {row.weight for row in rows if row.lang != "other"} == {
        0.5,
        0.25,
    }  # shared by those that have it


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (("languages =", "language ="), "unknown field `language`"),
        (("[[texts]]\nfiles", "[[texts]]\nfile"), "unknown field `file`"),
        (('files = "ud/gl*', 'files = "du/gl*'), "there is no file du/gl"),
        (('language = "ast"', 'language = "as"'), "as: not among the languages"),
        (('languages = ["gl",', 'languages = ["eu", "gl",'), "no text is in eu"),
        (("[[word_lists]]", "[expected]\ngallego = 3\n\n[[word_lists]]"), "gallego: not among the languages"),
        (("texts = 50", 'texts = "many"'), "Expected `int`, got `str`"),
    ],
)
def test_a_mistake_in_a_family_is_one_message(
    data: Path, changed: tuple[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "family.toml").write_text(FAMILY.replace(*changed, 1), "utf-8")
    arguments = [str(data / "family.toml"), "--data", str(data), "--out", str(data / "none.npz")]
    monkeypatch.setattr(sys, "argv", ["train", *arguments])
    with pytest.raises(SystemExit, match=message):
        main()
    assert not (data / "none.npz").exists()


def test_repeats_and_translations_stay_in_one_fold() -> None:
    rows = [Row(f"tekst {n}", lang, "parallel") for lang in ("nb", "nn") for n in range(100)]
    rows += [Row("Tekst  7!", "nb", "elsewhere"), Row("another", "nb", "elsewhere")]
    folds = fold_of(rows)
    assert folds[:100].tolist() == folds[100:200].tolist()
    assert folds[200] == folds[7]
    assert set(folds.tolist()) == {0, 1, 2, 3, 4}
    changes = sum(a != b for a, b in pairwise(folds[:100].tolist()))
    assert changes == 24  # blocks of neighbours
