"""What the rules saw, on disk: `annotations/part-*.parquet`, a row a document, whether it stayed or went."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any

import pyarrow as pa

from cleaning.part import largest
from cleaning.step import Annotation, Finding, against
from scrapers import store

FOLDER = "annotations"
COUNTS = ("asked", "against", "first", "only")
FINDING = pa.struct(
    [
        pa.field("rule", pa.string(), nullable=False),
        pa.field("number", pa.float64()),  # a value that is a number
        pa.field("text", pa.string()),  # one that is not
        pa.field("threshold", pa.string(), nullable=False),
        pa.field("kept", pa.bool_(), nullable=False),
        pa.field("part", pa.string(), nullable=False),
        pa.field("start", pa.int64()),
        pa.field("end", pa.int64()),
    ]
)
SCHEMA = pa.schema(
    [pa.field("id", pa.string(), nullable=False), pa.field("findings", pa.list_(FINDING), nullable=False)]
)


def table(annotations: Sequence[Annotation]) -> pa.Table:
    """The annotations as an Arrow table of `SCHEMA`, in their order."""
    found = [finding for annotation in annotations for finding in annotation.findings]
    columns: dict[str, list[Any]] = {
        "rule": [finding.rule for finding in found],
        "number": [None if isinstance(finding.value, str) else float(finding.value) for finding in found],
        "text": [finding.value if isinstance(finding.value, str) else None for finding in found],
        "threshold": [finding.threshold for finding in found],
        "kept": [finding.kept for finding in found],
        "part": [without_surrogates(finding.part) for finding in found],
        "start": [finding.start for finding in found],
        "end": [finding.end for finding in found],
    }
    arrays = [pa.array(columns[field.name], field.type) for field in FINDING]
    ends = list(accumulate((len(annotation.findings) for annotation in annotations), initial=0))
    findings = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.StructArray.from_arrays(arrays, fields=FINDING))
    ids = pa.array([annotation.document.id for annotation in annotations], pa.string())
    return pa.Table.from_arrays([ids, findings], schema=SCHEMA)


def without_surrogates(part: str) -> str:
    """`part`, with a question mark for a lone surrogate, which Arrow does not hold."""
    return part if part.isascii() else part.encode("utf-8", "replace").decode("utf-8")


def read(url: str, identifier: str) -> list[Finding] | None:
    """What the rules saw in the document of that id, in order; None where the file at `url` has no such document."""
    rows = store.find_rows(url, "id", identifier)
    return [finding(found) for row in rows for found in row["findings"]] if rows else None


def finding(row: Mapping[str, Any]) -> Finding:
    """The finding of a row of `FINDING`."""
    values = dict(row)
    number, text = values.pop("number"), values.pop("text")
    return Finding(value=text if number is None else number, **values)


def tally(annotations: Iterable[Annotation]) -> dict[str, dict[str, int]]:
    """What each rule costs, in the order in which they were asked.

    asked: documents it was asked of. against: those it objects to. first: those it is the reason for that they go.
    only: those that nothing else objects to.
    """
    rules: dict[str, Counter[str]] = {}
    for annotation in annotations:
        for rule in {finding.rule: None for finding in annotation.findings}:
            rules.setdefault(rule, Counter())["asked"] += 1
        objections = list(against(annotation))
        for rule in objections:
            rules[rule]["against"] += 1
        if objections:
            rules[objections[0]]["first"] += 1
        if len(objections) == 1:
            rules[objections[0]]["only"] += 1
    return {rule: {name: counts[name] for name in COUNTS} for rule, counts in rules.items()}


def tally_by_source(annotations: Iterable[Annotation]) -> dict[str, dict[str, dict[str, int]]]:
    """What each rule costs each source, by name; those that are not among the `largest` share the name ""."""
    every = list(annotations)
    named = largest(Counter(annotation.document.source for annotation in every))
    sources: dict[str, list[Annotation]] = {}
    for annotation in every:
        name = annotation.document.source
        sources.setdefault(name if name in named else "", []).append(annotation)
    return {name: tally(sources[name]) for name in sorted(sources)}


def added(tallies: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    """The sum of the tallies."""
    total: dict[str, Counter[str]] = {}
    for one in tallies:
        for rule, counts in one.items():
            total.setdefault(rule, Counter()).update(counts)
    return {rule: dict(counts) for rule, counts in total.items()}


def added_by_source(
    tallies: Sequence[Mapping[str, Mapping[str, Mapping[str, int]]]], sizes: Mapping[str, int]
) -> dict[str, dict[str, dict[str, int]]]:
    """The sums of the tallies by source; those that are not among the `largest` by `sizes` share the name "".

    What a source has in a part in which it is not among the largest is counted there too: parts are as bounded.
    """
    named = largest(sizes)
    sources: dict[str, list[Mapping[str, Mapping[str, int]]]] = {}
    for name, one in chain.from_iterable(tally.items() for tally in tallies):
        sources.setdefault(name if name in named else "", []).append(one)
    return {name: added(sources[name]) for name in sorted(sources)}
