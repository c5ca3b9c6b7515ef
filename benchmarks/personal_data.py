"""Measures how much of the personal data in labelled sentences is found, and how much of what is found is none.

    python benchmarks/personal_data.py [--reviews norec-2.1.tar.gz] [--page docs/personal_data.md]

The sentences are those of tests/cleaning/personal_data.jsonl, written for this: `text`, `spans` of start, end and kind,
and `half`: `tuned` for those that the rules were written with, `held_out` for those written after them. A span counts
as found where start, end and kind are right. With `--reviews`, NoReC's archive, what is found in its reviews is counted
by kind. What is found is printed, and with `--page` written to a page, between its two marker comments.
"""

import argparse
import json
import re
import shlex
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pages import publish

from cleaning.personal_data.detector import Span
from cleaning.personal_data.find import find

LABELLED = Path(__file__).parents[1] / "tests/cleaning/personal_data.jsonl"
Finder = Callable[[str], Iterable[Span]]
HALVES = ("tuned", "held_out")
PLAIN = "Jeg leste boka på to kvelder, og den holdt hele veien. Karakter: 5/6, og det for en roman fra 2019! "
PLAIN_CHARACTERS, ROUNDS, TIMES = 2400, 30, 50
WORD = re.compile(r"\w+")


class Sentence(NamedTuple):
    """A labelled sentence."""

    text: str
    spans: frozenset[Span]
    half: str


def sentences() -> list[Sentence]:
    """All labelled sentences."""
    rows = map(json.loads, LABELLED.read_text("utf-8").splitlines())
    return [Sentence(row["text"], frozenset(Span(*span) for span in row["spans"]), row["half"]) for row in rows]


def table(labelled: Sequence[Sentence], finder: Finder = find, only: str | None = None) -> list[list[str]]:
    """A row a kind: labelled, found and right, found and wrong, precision, recall."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for sentence in labelled:
        found = set(finder(sentence.text))
        wanted = {span for span in sentence.spans if only in (None, span.kind)}
        right.update(str(span.kind) for span in found & wanted)
        wrong.update(str(span.kind) for span in found - wanted)
        missed.update(str(span.kind) for span in wanted - found)
    kinds = sorted({*right, *wrong, *missed})
    counts = [(kind, right[kind], wrong[kind], missed[kind]) for kind in kinds]
    if len(kinds) > 1:
        counts.append(("all", right.total(), wrong.total(), missed.total()))
    return [
        [
            kind,
            str(hit + miss),
            str(hit),
            str(extra),
            f"{hit / max(1, hit + extra):.3f}",
            f"{hit / max(1, hit + miss):.3f}",
        ]
        for kind, hit, extra, miss in counts
    ]


HEADER = ["kind", "labelled", "found", "wrong", "precision", "recall"]


def errors(labelled: Sequence[Sentence]) -> list[str]:
    """The sentences in which something was missed, or found wrongly, as items of a list."""
    lines = []
    for sentence in labelled:
        found = set(find(sentence.text))
        for title, spans in (("missed", sentence.spans - found), ("wrong", found - sentence.spans)):
            lines += [f"- {title}, {span.kind}: `{sentence.text}`" for span in sorted(spans)]
    return lines


def by_phonenumbers(text: str) -> list[Span]:
    """The telephone numbers that Google's phonenumbers finds in the text, read as Norwegian."""
    import phonenumbers

    return [Span(match.start, match.end, "phone") for match in phonenumbers.PhoneNumberMatcher(text, "NO")]


def cost() -> float:
    """The time of finding nothing personal in a text over that of finding its words; the best of rounds."""
    text = (PLAIN * (PLAIN_CHARACTERS // len(PLAIN) + 1))[:PLAIN_CHARACTERS]
    best = {}
    for _ in range(ROUNDS):
        for name, work in (("find", find), ("words", WORD.findall)):
            started = time.perf_counter()
            for _ in range(TIMES):
                work(text)
            best[name] = min(best.get(name, float("inf")), time.perf_counter() - started)
    return best["find"] / best["words"]


def counted(archive: Path) -> list[str]:
    """What is found in the reviews of NoReC's archive, as lines of a page."""
    counts, reviews = Counter[str](), 0
    with tarfile.open(archive) as files:
        for member in files:
            if member.name.endswith(".txt") and (file := files.extractfile(member)):
                reviews += 1
                counts.update(str(span.kind) for span in find(file.read().decode("utf-8")))
    rows = [[kind, str(count)] for kind, count in sorted(counts.items())]
    return ["", f"In {reviews:,} reviews of NoReC 2.1 (train and dev):", "", *markdown(["kind", "found"], rows)]


def markdown(header: list[str], rows: list[list[str]]) -> list[str]:
    """The lines of a table."""
    return [f"| {' | '.join(cells)} |" for cells in (header, ["---"] * len(header), *rows)]


def measure(reviews: Path | None) -> str:
    """All that is measured, as Markdown."""
    labelled = sentences()
    lines = [
        f"`python benchmarks/personal_data.py {shlex.join(['--reviews', reviews.name] if reviews else [])}`".replace(
            " `", "`"
        )
    ]
    for half in HALVES:
        part = [sentence for sentence in labelled if sentence.half == half]
        empty = sum(not sentence.spans for sentence in part)
        lines += ["", f"`{half}`: {len(part)} texts, {empty} of them without personal data.", ""]
        lines += [*markdown(HEADER, table(part)), "", *errors(part)]
    try:
        rows = table(labelled, by_phonenumbers, "phone")
    except ImportError:
        print("phonenumbers is not installed, and not compared", file=sys.stderr)
    else:
        lines += ["", "Telephone numbers of both halves as Google's `phonenumbers` finds them, region NO:", ""]
        lines += markdown(HEADER, rows)
    lines += [
        "",
        f"Finding nothing in {PLAIN_CHARACTERS:,} characters takes {cost():.1f} times as long as finding the words.",
    ]
    return "\n".join([*lines, *(counted(reviews) if reviews else [])])


def main() -> None:
    """Measures as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviews", type=Path, metavar="NOREC", help="NoReC's archive, to count what is found in it")
    parser.add_argument("--page", type=Path, help="to be written between its markers")
    options = parser.parse_args()
    publish(lambda: measure(options.reviews), options.page, "Personal data")


if __name__ == "__main__":
    main()
