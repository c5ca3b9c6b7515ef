"""Tatoeba: the detailed sentences of two languages, and the free ones of one."""

import bz2
from dataclasses import replace

from scrapers.sources.tatoeba import HOST, tatoeba

from ..conftest import Answer
from ..replica import Replica


def detailed(code: str, texts: list[str], first: int = 1000) -> bytes:
    """A table of sentences with who wrote them and when."""
    rows = (
        f"{first + n}\t{code}\t{text}\ten_bruker\t2026-0{1 + n % 9}-17 12:39:00\t\\N\n" for n, text in enumerate(texts)
    )
    return bz2.compress("".join(rows).encode())


def free(code: str, texts: list[str]) -> bytes:
    """A table of sentences under CC0."""
    rows = (f"{1000 + n}\t{code}\t{text}\t2026-01-17 12:39:00\n" for n, text in enumerate(texts))
    return bz2.compress("".join(rows).encode())


BOKMAAL = detailed("nob", [f'Jeg har {n} bøker, og "ingen" av dem er lest.' for n in range(80)])
NYNORSK = detailed("nno", [f"Eg har {n} bøker, og ingen av dei er lesne." for n in range(40)], first=2000)
FREE = free("nob", [f"Det er {n} grader ute." for n in range(5)])


def address(code: str, table: str = "sentences_detailed") -> str:
    """Where a table lies."""
    return f"{HOST}/{code}/{code}_{table}.tsv.bz2"


REPLICAS = [
    Replica(
        source=tatoeba,
        answers={address("nob"): Answer(BOKMAAL), address("nno"): Answer(NYNORSK)},
        data=address("nob"),
        kept=120,
    ),
    Replica(
        source=replace(tatoeba, codes=("nob",), table="sentences_CC0"),
        answers={address("nob", "sentences_CC0"): Answer(FREE)},
        data=address("nob", "sentences_CC0"),
        kept=5,
    ),
]
