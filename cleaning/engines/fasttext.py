"""Any fastText model for languages that the user has: GlotLID, OpenLID, lid.176, …"""

import mmap
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fasttext

from cleaning.codes import bcp47
from cleaning.errors import CleanError
from cleaning.language import ABSTAINED, Identify, Language, likeliest

PACKAGES = ("fasttext-predict",)  # whose versions are part of the answer
PREFIX = "__label__"
CANDIDATES = 10  # no more than ten can have a tenth each
WIKIPEDIA = {"als": "gsw"}  # in lid.176, whose labels are names of Wikipedias; `als_Latn` is Albanian

MAGIC, SUPERVISED = 793712314, 3


def load(path: str) -> Identify:
    """The fastText model in the file `path`, whose labels are codes: `__label__nob_Latn`, `__label__no`.

    The score is the model's probability. A text goes to the model as it is, with spaces for line feeds.
    Raises CleanError as `check`. Source: https://fasttext.cc/docs/en/language-identification.html
    """
    check(path)
    model = fasttext.load_model(path)

    def identify(texts: Sequence[str]) -> list[Language]:
        return [language_of(*model.predict(text.replace("\n", " "), k=CANDIDATES)) for text in texts]

    return identify


def language_of(labels: Sequence[str], chances: Sequence[float]) -> Language:
    """The likeliest language; none where the model knows nothing in the text."""
    return likeliest(zip(map(code_of, labels), chances, strict=True)) if labels else ABSTAINED


def code_of(label: str) -> str:
    """The label as BCP-47, `und` where it names no language."""
    code = label.removeprefix(PREFIX)
    return WIKIPEDIA.get(code) or bcp47(code)


def check(path: str) -> None:
    """Raises CleanError where the file is not a whole fastText model that labels text.

    fastText itself dies on half a file, or never comes back.
    """
    with Path(path).open("rb") as file:
        if file.read(4) != struct.pack("<i", MAGIC):
            raise CleanError(f"{path} is not a fastText model, a .bin or .ftz: its first bytes are others")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            try:
                kind = Layout(content).walk()
            except EOFError as error:
                raise CleanError(f"{path} is cut off after {len(content):,} bytes: download it again") from error
    if kind != SUPERVISED:
        raise CleanError(f"{path} is a fastText model of word vectors: expected one that labels text")


class Layout:
    """Where the parts of a fastText model end. Source: `loadModel` in https://github.com/facebookresearch/fastText"""

    def __init__(self, content: mmap.mmap) -> None:
        self.content = content
        self.place = 8  # after magic and version

    def walk(self) -> int:
        """The kind of the model, when all its parts were passed. Raises EOFError where the file ends before they do."""
        kind: int = self.read("12id")[7]
        size, _, _, _, pruned = self.read("iiiqq")
        for _ in range(size):  # a word or label, its count, which of the two it is
            self.place = self.after_zero() + 8 + 1
        self.place += 8 * max(pruned, 0)
        (quantised,) = self.read("?")
        self.matrix(quantised)
        (output_too,) = self.read("?")
        self.matrix(quantised and output_too)
        self.read("")
        return kind

    def read(self, layout: str) -> tuple[Any, ...]:
        """The values there, and goes past them. Raises EOFError."""
        begin, self.place = self.place, self.place + struct.calcsize(f"<{layout}")
        if not 0 <= begin <= self.place <= len(self.content):
            raise EOFError
        return struct.unpack_from(f"<{layout}", self.content, begin)

    def after_zero(self) -> int:
        """The place after the next zero byte. Raises EOFError."""
        found = self.content.find(b"\0", self.place)
        if found < 0:
            raise EOFError
        return found + 1

    def matrix(self, quantised: bool) -> None:
        """Goes past a matrix of floats, or one quantised by product."""
        if not quantised:
            rows, columns = self.read("qq")
            self.place += 4 * rows * columns
            return
        norms, rows, _, codes = self.read("?qqi")
        self.place += codes
        self.centroids()
        if norms:
            self.place += rows
            self.centroids()

    def centroids(self) -> None:
        """Goes past the 256 centroids of a product quantiser."""
        dimensions, *_ = self.read("4i")
        self.place += 4 * 256 * dimensions
