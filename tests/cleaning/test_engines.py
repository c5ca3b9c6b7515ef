"""Every language engine answers any text with BCP-47, and says what it is unsure of."""

import importlib
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

from cleaning.engines.cascade import cascade
from cleaning.errors import CleanError
from cleaning.language import (
    ENGINES,
    UNDETERMINED,
    Identify,
    Language,
    check_engine,
    engine,
    find_engine,
    fingerprint_of,
)
from tests.cleaning.fasttext_model import write_model

CHILD = Path(__file__).with_name("identifying.py")
NEEDS = {"lingua": "lingua", "heliport": "heliport", "py3langid": "py3langid", "fasttext": "fasttext"}
BCP47 = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")

PLAIN = {
    "nb": "Jeg har lest mange bøker av denne forfatteren, og vet ikke om noen som er bedre enn dem.",
    "nn": "Eg har lese mange bøker av denne forfattaren, men eg veit ikkje om noka som er betre.",
    "da": "Jeg har læst mange bøger af denne forfatter, men den her er nok den bedste indtil videre.",
    "sv": "Jag har läst många böcker av den här författaren, men den här är den bästa hittills.",
    "en": "I have read many books by this author, but this one is the best of them so far.",
    "fi": "Olen lukenut monta tämän kirjailijan kirjaa, mutta tämä on niistä toistaiseksi paras.",
}
EITHER = "Alle mennesker er født frie og"  # bokmål and Danish alike
EMPTY = ["", " \n", "\u200b", "\x00", "12345 ...", "👍👍🏽", "\ud800", "\ufdd0\uffff"]
ODD = [
    "bok", "a\x00b\nc\r\nd", "\ud800 \udfff bok", "ᚠᚢᚦᚨᚱᚲ ᚠᚢᚦᚨᚱᚲ", "这是一本很好的书，我非常喜欢它，谢谢大家。",
    "שלום לכולם, זה טקסט בעברית על ספר טוב מאוד", "Ово је веома добра књига и ја је волим", "x" * 5000, "ikke\n" * 500,
]  # fmt: skip
CHANCE = random.Random(3)
RANDOM = ["".join(chr(CHANCE.randrange(0x110000)) for _ in range(CHANCE.randrange(40))) for _ in range(200)]
TEXTS = [*PLAIN.values(), EITHER, *EMPTY, *ODD, *RANDOM]

Answers = dict[str, Language]


def answers(name: str) -> Answers:
    """What an engine says of all the texts, in a process of its own: some hold a gigabyte until they end."""
    command = [sys.executable, str(CHILD), name]
    done = subprocess.run(command, input=json.dumps(TEXTS), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    found = [Language(code, score, tuple(others)) for code, score, others in json.loads(done.stdout)]
    return dict(zip(TEXTS, found, strict=True))


@pytest.fixture(scope="module", params=["polyglot", "lingua", "heliport", "py3langid", "nordic", "cascade"])
def answered(request: pytest.FixtureRequest) -> tuple[str, Answers]:
    """An engine, and what it says of all the texts."""
    if find_spec(NEEDS.get(request.param, "cleaning")) is None:
        pytest.skip(f"{request.param} is not installed: pip install 'kvern[engines]'")
    return request.param, answers(request.param)


def test_languages_are_told_apart_with_their_codes(answered: tuple[str, Answers]) -> None:
    _, found = answered
    assert {found[text].code for text in PLAIN.values()} == set(PLAIN)
    assert all(found[text].code == code and found[text].score > 0.5 for code, text in PLAIN.items())


def test_any_text_has_a_language_or_none(answered: tuple[str, Answers]) -> None:
    _, found = answered
    assert len(found) == len(set(TEXTS))
    for item in found.values():
        codes = (item.code, *item.alternatives)
        assert 0 <= item.score <= 1
        assert all(BCP47.fullmatch(code) for code in codes), codes
        assert not {"no", "iw", "zxx", "mul"} & set(codes)
        assert len(set(codes)) == len(codes)
        assert UNDETERMINED not in item.alternatives


def test_an_engine_abstains_where_there_is_nothing_to_go_by(answered: tuple[str, Answers]) -> None:
    _, found = answered
    assert {found[text] for text in EMPTY} == {Language(UNDETERMINED, 0.0)}


def test_a_text_that_is_two_languages_names_both(answered: tuple[str, Answers]) -> None:
    name, found = answered
    if name == "polyglot":
        pytest.skip("CLD2 names the languages that it finds in a text, not those that it may be")
    assert {found[EITHER].code, *found[EITHER].alternatives} >= {"nb", "da"}


WORDS = {
    "ikke": ["__label__nob_Latn", "__label__dan_Latn"],
    "jeg": ["__label__nob_Latn", "__label__dan_Latn"],
    "bok": ["__label__nob_Latn"],
    "boka": ["__label__nob_Latn", "__label__nno_Latn"],
    "ikkje": ["__label__nno_Latn"],
    "knjiga": ["__label__srp_Latn"],
    "књига": ["__label__srp_Cyrl"],
    "书": ["__label__cmn_Hani"],
    "123": ["__label__zxx_Zxxx"],
    "libër": ["__label__als_Latn"],
}
WIKIPEDIAS = {"ikke": ["__label__no"], "ikkje": ["__label__nn"], "Büecher": ["__label__als"], "boek": ["__label__nl"]}


@pytest.fixture
def model(tmp_path: Path) -> Callable[..., Identify]:
    """A function that writes a fastText model of these words, under a name of its own, and gives the engine of it."""
    pytest.importorskip("fasttext", reason="fasttext-predict is not installed: pip install 'kvern[engines]'")
    paths = (tmp_path / f"lid-{number}.bin" for number in count())
    return lambda *given, **options: engine(f"fasttext:{write_model(next(paths), *given, **options)}")


@pytest.mark.parametrize("quantised", [False, True])
def test_a_fasttext_model_of_ones_own_names_languages_in_bcp47(model: Callable[..., Identify], quantised: bool) -> None:
    texts = [
        "bok bok",
        "ikkje",
        "knjiga",
        "књига",
        "书",
        "libër",
        "123 123 bok 123 123 123",
        "ukjend",
        "",
        "ikkje\nikkje\x00",
    ]
    found = model(WORDS, quantised=quantised)(texts)
    assert [item.code for item in found] == ["nb", "nn", "sr-Latn", "sr", "zh", "sq", "und", "und", "und", "nn"]
    assert [item.score > 0.9 for item in found] == [True] * 7 + [False] * 2 + [True]
    assert all(item.alternatives == () for item in found)


def test_a_fasttext_model_names_what_else_it_finds_probable(model: Callable[..., Identify]) -> None:
    identify = model(WORDS)
    level, clear = identify(["jeg ikke", "jeg ikke bok bok bok bok"])
    assert {level.code, *level.alternatives} == {"nb", "da"}
    assert level.score == pytest.approx(0.5, abs=0.02)
    assert clear.code == "nb" and clear.score > 0.9 and clear.alternatives == ()


def test_labels_named_like_wikipedias_are_languages_too(model: Callable[..., Identify]) -> None:
    found = model(WIKIPEDIAS)(["ikke", "ikkje", "Büecher", "boek"])
    assert [item.code for item in found] == ["nb", "nn", "gsw", "nl"]


@pytest.mark.parametrize("quantised", [False, True])
def test_half_a_fasttext_model_is_refused_before_it_is_loaded(tmp_path: Path, quantised: bool) -> None:
    pytest.importorskip("fasttext", reason="fasttext-predict is not installed")
    path = write_model(tmp_path / "lid.bin", WORDS, quantised=quantised)
    whole = path.read_bytes()
    check_engine(f"fasttext:{path}")
    for length in (*range(0, 400, 7), len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(CleanError, match=r"is cut off after|is not a fastText model"):
            check_engine(f"fasttext:{path}")


def test_a_fasttext_model_of_word_vectors_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("fasttext", reason="fasttext-predict is not installed")
    path = write_model(tmp_path / "lid.bin", WORDS, supervised=False)
    with pytest.raises(CleanError, match="is a fastText model of word vectors"):
        check_engine(f"fasttext:{path}")


def test_another_model_under_the_same_name_is_loaded_and_has_another_fingerprint(tmp_path: Path) -> None:
    pytest.importorskip("fasttext", reason="fasttext-predict is not installed")
    name = f"fasttext:{write_model(tmp_path / 'lid.bin', WORDS)}"
    before = fingerprint_of(name)
    assert fingerprint_of(name) == before
    assert engine(name) is engine(name)
    assert engine(name)(["boka boek"])[0].code in ("nb", "nn")
    write_model(tmp_path / "lid.bin", WIKIPEDIAS)
    assert fingerprint_of(name) != before
    assert engine(name)(["boka boek"])[0].code == "nl"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("polyglott", r"'polyglott'; did you mean 'polyglot'\?"),
        ("fasttex:lid.bin", r"'fasttex'; did you mean 'fasttext'\?"),
        ("polyglot:lid.bin", "'polyglot:lid.bin': expected 'polyglot'"),
        ("fasttext", "'fasttext': expected 'fasttext:PATH'"),
        ("fasttext:nowhere.bin", r"there is no file .*nowhere\.bin"),
        ("fasttext:s3x://lid.bin", "s3x"),
        ("", "no language engine ''"),
    ],
)
def test_what_is_no_engine_is_refused_before_anything_is_loaded(name: str, message: str) -> None:
    if name.startswith("fasttext"):
        pytest.importorskip("fasttext", reason="fasttext-predict is not installed")
    with pytest.raises(CleanError, match=message):
        find_engine(name)


@pytest.mark.parametrize("name", sorted(NEEDS))
def test_a_missing_package_is_named_with_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in {NEEDS[name], *(module for module in sys.modules if module.startswith(f"{NEEDS[name]}."))}:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, f"cleaning.engines.{name}", raising=False)
    with pytest.raises(CleanError, match=r"cannot be loaded: .*; pip install 'kvern\[engines\]'"):
        find_engine(name)


def test_every_engine_says_what_its_score_is() -> None:
    installed = [name for name in ENGINES if find_spec(NEEDS.get(name, "cleaning"))]
    assert {"polyglot", "nordic", "cascade"} <= set(installed)
    assert all("score" in importlib.import_module(f"cleaning.engines.{name}").load.__doc__ for name in installed)


def fixed(found: dict[str, Language]) -> Identify:
    """An engine that knows these texts and no other."""
    return lambda texts: [found[text] for text in texts]


@pytest.mark.parametrize(
    ("near", "far", "expected"),
    [
        (Language("nb", 0.9, ("da",)), None, Language("nb", 0.9, ("da",))),
        (Language("und", 0.0), Language("fr", 0.98), Language("fr", 0.98)),
        (Language("und", 0.0), Language("fr", 0.49), Language("und", 0.0)),
        (Language("und", 0.0), Language("nb", 0.98), Language("und", 0.0)),
        (Language("und", 0.3), Language("und", 0.98), Language("und", 0.3)),
        (Language("nb", 0.4), Language("sl", 0.9, ("hr",)), Language("sl", 0.9, ("hr",))),
        (Language("nb", 0.4), Language("sl", 0.45), Language("nb", 0.4)),
        (Language("nb", 0.4), Language("da", 0.99), Language("nb", 0.4)),
        (Language("nb", 0.5), None, Language("nb", 0.5)),
    ],
)
def test_a_cascade_decides_among_neighbours_and_asks_of_far_languages_only_where_it_must(
    near: Language, far: Language | None, expected: Language
) -> None:
    neighbours = ("nb", "nn", "da", "sv")
    sure = Language("sv", 1.0)
    first = fixed({"a": sure, "b": near, "c": sure})
    second = fixed({"b": far} if far else {})  # fails where it is asked about another
    assert cascade(first, second, neighbours)(["a", "b", "c"]) == [sure, expected, sure]
