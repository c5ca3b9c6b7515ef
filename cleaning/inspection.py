"""A sheet of documents for the human eye, drawn from a run, and what the filled sheet says of the whole corpus."""

import hashlib
import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cleaning.errors import CleanError
from cleaning.explain import DROPPED, kept_folders
from cleaning.language import UNDETERMINED
from scrapers import store
from scrapers.manifest import Run
from scrapers.spreadsheet import Sheet, csv_bytes, read_sheet, rows_of, unguarded

FOLDER = "inspection"
SHOWN = 500  # characters of a text, from its beginning and again from its end
Z = 1.959964  # of a 95 % interval
YES, NO = ("1", "x", "ja", "j", "yes", "y", "true", "sann"), ("0", "nei", "n", "no", "false", "usann")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a sheet is of. by: the column whose values are its strata. questions: to be judged. suffix: of its files."""

    name: str
    suffix: str
    by: str
    columns: tuple[str, ...]
    questions: tuple[str, ...]


# Source of the questions: https://github.com/hplt-project/release2_inspection
KEPT = Kind("kept", "", "lang", (), ("porn", "unnatural", "artefacts", "lang_correct"))
GONE = Kind("dropped", "-dropped", "rule", ("stage", "rule", "value", "threshold", "part"), ("rightly_dropped",))


@dataclass(frozen=True)
class SampleSettings:
    """documents: how many. seed: of the draw. dropped: of those that were dropped, by rule; else of those kept."""

    documents: int = 200
    seed: int = 1
    dropped: bool = False

    def __post_init__(self) -> None:
        if self.documents < 1:
            raise ValueError(f"documents is {self.documents}: expected 1 or more")

    @property
    def kind(self) -> Kind:
        """What the sheet is of."""
        return GONE if self.dropped else KEPT


def write_sheet(run: Run, settings: SampleSettings, out: str | None = None) -> str:
    """Writes the sheet to `out`, by default in the run's folder `inspection/`, and returns where it is.

    The same run and settings give the same bytes. Raises CleanError where another sheet is there, which somebody may
    have begun to fill, and where there is no document.
    """
    kind = settings.kind
    url = out or run.path(f"{FOLDER}/sheet{kind.suffix}.csv")
    names = ("id", "source", "lang", *kind.columns, "text", *kind.questions, "note")
    records = [[row.get(name, "") for name in names] for row in sample(run, settings)]
    content = csv_bytes(Sheet(rows_of(names, records)))
    if store.exists(url):
        with store.open_read(url) as stream:
            if stream.read() == content:
                return url
        raise CleanError(f"{url} is another sheet, or has been filled: read it with --read, or name another with --out")
    with store.open_atomic(url) as stream:
        stream.write(content)
    return url


def sample(run: Run, settings: SampleSettings) -> list[dict[str, str]]:
    """The rows of the sheet, those of each stratum in proportion to its size, in an order that does not show strata.

    Raises CleanError where there is no document.
    """
    sizes: Counter[str] = Counter()
    smallest: defaultdict[str, list[Draw]] = defaultdict(list)  # heaps, the largest number of each first
    for identifier, stratum, place in places(run, settings.kind):
        sizes[stratum] += 1
        draw = (-drawn(settings.seed, identifier), *place)
        heap = smallest[stratum]
        if len(heap) < settings.documents:
            heapq.heappush(heap, draw)
        else:
            heapq.heappushpop(heap, draw)
    if not sizes:
        raise CleanError(f"{run.url} has no {settings.kind.name} document to draw from")
    share = allotted(sizes, settings.documents)
    chosen = sorted(draw for stratum in sizes for draw in heapq.nlargest(share[stratum], smallest[stratum]))
    return read_rows(run, [(path, row) for _, path, row in reversed(chosen)])


Draw = tuple[int, str, int]


def places(run: Run, kind: Kind) -> Iterator[tuple[str, str, tuple[str, int]]]:
    """The id and the stratum of each document that the sheet may have, and where it is: the file, and the row in it."""
    for path in tables(run, kind):
        row = 0
        for batch in store.read_batches(run.path(path), ["id", kind.by]):
            for identifier, stratum in zip(batch["id"].to_pylist(), batch[kind.by].to_pylist(), strict=True):
                yield identifier, stratum or UNDETERMINED, (path, row)
                row += 1


def tables(run: Run, kind: Kind) -> list[str]:
    """The files of the run with the documents of the kind: those dropped at any stage, or those the last stage kept."""
    folders = [DROPPED] if kind is GONE else kept_folders(run)[:1]
    return [path for folder in folders for path in run.files(folder)]


def drawn(seed: int, identifier: str) -> int:
    """A number drawn for the document of that id: the same in every run with the seed."""
    return int.from_bytes(hashlib.sha256(f"{seed}\x00{identifier}".encode()).digest()[:8])


def allotted(sizes: Mapping[str, int], documents: int) -> dict[str, int]:
    """How many of the documents are of each stratum: in proportion to its size, the largest remainders rounded up."""
    total = sum(sizes.values())
    wanted = min(documents, total)
    exact = {stratum: wanted * size / total for stratum, size in sizes.items()}
    share = {stratum: math.floor(number) for stratum, number in exact.items()}
    by_remainder = sorted(exact, key=lambda stratum: (share[stratum] - exact[stratum], stratum))
    for stratum in by_remainder[: wanted - sum(share.values())]:
        share[stratum] += 1
    return share


def read_rows(run: Run, wanted: Sequence[tuple[str, int]]) -> list[dict[str, str]]:
    """The rows of the run's files, in their order, as a sheet shows them."""
    found: dict[tuple[str, int], dict[str, str]] = {}
    for path in {path for path, _ in wanted}:
        first, rows = 0, {row for name, row in wanted if name == path}
        for batch in store.read_batches(run.path(path)):
            for row in sorted(row for row in rows if first <= row < first + len(batch)):
                (values,) = batch.slice(row - first, 1).to_pylist()
                found[path, row] = {name: shown(value) for name, value in values.items()}
            first += len(batch)
    return [found[place] for place in wanted]


def shown(value: object) -> str:
    """The value as a cell: of a text its beginning and its end, without what a sheet has no sign for."""
    text = "" if value is None else str(value)
    text = text if len(text) <= 2 * SHOWN else f"{text[:SHOWN]} […] {text[-SHOWN:]}"
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def judge(run: Run, url: str) -> dict[str, Any]:
    """What the filled sheet at `url` says, question by question, of its strata and of all documents they stand for.

    Writes it to `inspection/` of the run too. Of each stratum and of the corpus: `judged`, and the `share` of yes with
    `low` and `high`, a 95 % interval; None where nothing was judged. Raises CleanError where a cell or the sheet is not
    what was drawn.
    """
    with store.open_read(url) as stream:
        header, *rows = read_sheet(stream.read()).rows or [[]]
    kind = GONE if GONE.by in header else KEPT
    if missing := {"id", kind.by, *kind.questions} - set(header):
        raise CleanError(f"{url} has no column {', '.join(sorted(missing))}: it is no sheet of `kvern inspect`")
    cells = [dict(zip(header, map(unguarded, row), strict=True)) for row in rows]
    sizes = Counter(stratum for _, stratum, _ in places(run, kind))
    if unknown := {row[kind.by] or UNDETERMINED for row in cells} - set(sizes):
        raise CleanError(f"{url}: {run.url} has no {kind.name} documents of {kind.by} {', '.join(sorted(unknown))}")
    found = {
        "of": kind.name,
        "by": kind.by,
        "documents": len(cells),
        "questions": [
            {"name": name, **estimates(answers(cells, name, kind.by, url), sizes)} for name in kind.questions
        ],
    }
    store.write_json(run.path(f"{FOLDER}/inspection{kind.suffix}.json"), found)
    return found


def answers(rows: Sequence[Mapping[str, str]], question: str, by: str, url: str) -> dict[str, list[bool | None]]:
    """The answers to a question by stratum, None where there is none. Raises CleanError on what is no answer."""
    found: defaultdict[str, list[bool | None]] = defaultdict(list)
    for number, row in enumerate(rows, 2):  # as a spreadsheet counts, the header among them
        answer = row[question].strip().lower()
        if answer and answer not in (*YES, *NO):
            raise CleanError(
                f"{url}, row {number}, column {question}: {row[question]!r} is neither 1 (yes) nor 0 (no), "
                "nor empty (not judged)"
            )
        found[row[by] or UNDETERMINED].append(None if not answer else answer in YES)
    return dict(found)


def estimates(given: Mapping[str, Sequence[bool | None]], sizes: Mapping[str, int]) -> dict[str, Any]:
    """The share of yes in each stratum, and in the corpus of strata of these sizes, as far as they were judged.

    Of the corpus, strata count by size. Its interval is Wilson's for Kish's effective number of judgements.
    Source: Kish, Survey Sampling, 1965, section 11.7
    """
    strata, known = {}, []
    for stratum, answered in given.items():
        yes, judged = sum(answer is True for answer in answered), sum(answer is not None for answer in answered)
        strata[stratum] = {"size": sizes[stratum], "judged": judged, "yes": yes, **wilson(yes, judged)}
        if judged:
            known.append((sizes[stratum], yes, judged))
    whole, judged = sum(size for size, _, _ in known), sum(number for _, _, number in known)
    share = sum(size / whole * yes / number for size, yes, number in known)
    effective = 1 / sum((size / whole) ** 2 / number for size, _, number in known) if known else 0.0
    corpus = {"size": whole, "judged": judged, **wilson(share * effective, effective)}
    return {"unjudged": sum(map(len, given.values())) - judged, "strata": strata, "corpus": corpus}


def wilson(yes: float, judged: float) -> dict[str, Any]:
    """The share of yes among the judged and its 95 % interval, None where nothing was judged.

    Source: Wilson 1927; Brown, Cai and DasGupta, Interval Estimation for a Binomial Proportion, 2001, equation 4
    """
    if not judged:
        return {"share": None, "low": None, "high": None}
    share, square = yes / judged, Z**2 / judged
    centre = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * math.sqrt(share * (1 - share) / judged + square / (4 * judged))
    return {"share": share, "low": max(0.0, centre - half), "high": min(1.0, centre + half)}
