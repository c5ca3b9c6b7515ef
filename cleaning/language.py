"""Which language a text is in. Engines answer with BCP-47 codes: `nb`, `nn`, `da`, …, `und` where they abstain."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from types import ModuleType

import msgspec

from cleaning import engines
from cleaning.composition import composed
from cleaning.errors import CleanError

UNDETERMINED = "und"
DEFAULT_ENGINE = "nordic"
ENGINES = tuple(info.name for info in pkgutil.iter_modules(engines.__path__))  # a module each, with a function `load`
OPTIONAL = ("fasttext", "heliport", "lingua", "py3langid")  # packages of the extra `engines`

# Soft hyphens, zero-width characters, marks of direction; controls, lone surrogates and noncharacters, on which CLD2
# fails (https://github.com/aboSamoor/polyglot/issues/71). Line feeds and tabs stay.
INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
    + "]"
)
LONGEST = 100_000  # characters, by which a text is judged
LOT = 1_000  # texts, and ten times LONGEST in characters, that an engine is given at once: memory is bounded
LETTER = re.compile(r"[^\W\d_]")
LEAST_ALTERNATIVE = 0.1  # the least probability with which a language is named beside the likeliest
LOADING = Lock()


class Language(msgspec.Struct, frozen=True, gc=False):
    """The language of a text, how sure the engine is (0-1), and the other languages it may be or holds, best first."""

    code: str
    score: float
    alternatives: tuple[str, ...] = ()


Identify = Callable[[Sequence[str]], list[Language]]  # the language of each of many texts, in their order

ABSTAINED = Language(UNDETERMINED, 0.0)


def engine(name: str) -> Identify:
    """The engine of that name, loaded once a process: `polyglot`, `fasttext:PATH.bin`, … It takes any text.

    Raises CleanError where there is none, it is not installed, or its model is missing or broken.
    """
    module, model = find_engine(name)
    with LOADING:
        return loaded(module, model, tuple(Path(path).stat().st_mtime_ns for path in model))


@cache
def loaded(module: ModuleType, model: tuple[str, ...], written: tuple[int, ...]) -> Identify:
    """The engine, which is only asked about texts with a letter, shown without what is invisible.

    written: when its model was, as another may take its place under the same name.
    """
    identify: Identify = module.load(*model)

    def careful(texts: Sequence[str]) -> list[Language]:
        found = [ABSTAINED] * len(texts)
        for lot in lots(texts):
            for place, language in zip(lot, identify(list(lot.values())), strict=True):
                found[place] = language
        return found

    return careful


def lots(texts: Sequence[str]) -> Iterator[dict[int, str]]:
    """The texts that have a letter, as engines are shown them, by their places; not too many at once."""
    lot: dict[int, str] = {}
    characters = 0
    for place, text in enumerate(texts):
        shown = readable(text[:LONGEST])
        if LETTER.search(shown):
            lot[place] = shown
            characters += len(shown)
        if len(lot) >= LOT or characters >= 10 * LONGEST:
            yield lot
            lot, characters = {}, 0
    yield lot


def readable(text: str) -> str:
    """The text in NFC, controls as blanks, without lone surrogates and other invisible characters."""
    # A tenth of the time of a search, where there are line feeds and no other controls.
    plain = text.isprintable() or text.replace("\n", " ").isprintable()
    visible = text if plain else INVISIBLE.sub(lambda sign: " " if sign[0] < "\xa0" else "", text)
    return composed(visible)


def find_engine(name: str) -> tuple[ModuleType, tuple[str, ...]]:
    """The module of the engine of that name, and the path of its model if it takes one; nothing is loaded yet.

    Raises CleanError where there is none, it is not installed, or its model is missing.
    """
    kind, _, model = name.partition(":")
    if kind not in ENGINES:
        from scrapers.source import did_you_mean

        raise CleanError(f"there is no language engine {kind!r}{did_you_mean(kind, list(ENGINES))}")
    try:
        module = importlib.import_module(f"cleaning.engines.{kind}")
    except ImportError as error:
        missing = (error.name or "").split(".")[0]
        cure = "pip install 'kvern[engines]'" if missing in OPTIONAL else "see the README, 'System packages'"
        raise CleanError(f"language engine {kind} cannot be loaded: {error}; {cure}") from error
    wanted = ":PATH" if inspect.signature(module.load).parameters else ""
    if bool(model) != bool(wanted):
        raise CleanError(f"language engine {name!r}: expected {kind + wanted!r}")
    if not model:
        return module, ()
    from scrapers import store  # here, as it brings pyarrow, which takes as long to start as an engine

    try:
        path = store.local_path(model)
    except store.StoreError as error:
        raise CleanError(f"language engine {name!r}: {error}") from error
    if path is None or not path.is_file():
        raise CleanError(f"language engine {name!r}: there is no file {path or model} on this machine")
    return module, (str(path),)


def check_engine(name: str) -> None:
    """Raises CleanError where the engine cannot be used, its model is broken among them, before a run begins."""
    module, model = find_engine(name)
    for path in model:
        module.check(path)


def fingerprint_of(name: str) -> list[str]:
    """What changes when code, data, model or packages of the engine of that name do. Raises as `find_engine`."""
    from scrapers import store
    from scrapers.fingerprint import code_of

    module, model = find_engine(name)
    return [code_of(module), *map(version, module.PACKAGES), *map(store.sha256, model)]


def likeliest(found: Iterable[tuple[str, float]]) -> Language:
    """The language of these codes and probabilities, best first; alternatives are those that have at least a tenth."""
    (code, score), *others = found
    rest = (other for other, share in others if share >= LEAST_ALTERNATIVE and other not in (code, UNDETERMINED))
    return Language(code, round(min(score, 1.0), 4), tuple(dict.fromkeys(rest)))
