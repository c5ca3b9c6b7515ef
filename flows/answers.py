"""What commands print of documents, rules and judgements: aligned lines, on which nothing foreign acts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cleaning.changes import Change
from cleaning.explain import Explanation
from cleaning.step import Finding

WIDEST = 60  # characters of a cell
HEAD = 200  # characters of a text
MOST = 20  # findings of a rule


def printable(text: str, most: int | None = None) -> str:
    """`text` on one line, cut at `most` characters, a space for what a terminal would act on or not show."""
    one_line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: most and 2 * most]).split())
    return one_line if most is None or len(one_line) <= most else f"{one_line[: most - 1]}…"


def aligned(rows: Sequence[Sequence[str]], numbers: Iterable[int] = ()) -> list[str]:
    """The rows as lines with every cell as wide as its column; `numbers`: the columns that stand to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = set(numbers)
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def explanation_lines(found: Explanation) -> Iterator[str]:
    """What became of a document, for a person to read: as collected, by the rules, what was changed, where it went."""
    facts = [["document", f"{found.id} in {found.run}"], ["source", found.source], ["url", found.url]]
    facts += [["language", found.lang or "not identified"]]
    facts += [["text", f"{printable(found.text, HEAD) or '(none)'} ({found.length:,} characters)"]]
    yield from aligned([[name, printable(value)] for name, value in facts])
    if found.findings is None:
        yield "no rule was asked: the run has no annotations of it"
    else:
        yield from ["", *finding_lines(found.findings)]
    if found.changes:
        yield from ["", "changed, [-taken out-] {+put in+}", *map(change_line, found.changes)]
    yield from ["", *map(printable, fate_lines(found))]


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """What the rules saw, a line a finding; of a rule with more than `MOST`, the first, and their number."""
    rows, seen = [["rule", "value", "asked", "verdict", "part"]], Counter[str]()
    for item in findings:
        seen[item.rule] += 1
        if seen[item.rule] <= MOST:
            rows.append([item.rule, item.shown(), item.threshold, "keep" if item.kept else "AGAINST", item.part])
    yield from aligned([[printable(cell, WIDEST) for cell in row] for row in rows])
    for rule, count in seen.items():
        if count > MOST:
            yield f"{printable(rule, WIDEST)}: {count:,} findings, of which the first {MOST} are shown"


def change_line(change: Change) -> str:
    """A change with the words around it, marked as `wdiff` does. Source: https://www.gnu.org/software/wdiff/"""
    removed = f"[-{printable(change.removed)}-]" if change.removed else ""
    added = f"{{+{printable(change.added)}+}}" if change.added else ""
    return " ".join(filter(None, ["  …", printable(change.before), removed, added, printable(change.after), "…"]))


def fate_lines(found: Explanation) -> Iterator[str]:
    """Where a document went."""
    if found.dropped:
        part = f", at {printable(found.dropped['part'], WIDEST)!r}" if found.dropped["part"] else ""
        yield (
            f"dropped by {found.dropped['stage']}, rule {found.dropped['rule']}: "
            f"{found.dropped['value']}, asked {found.dropped['threshold']}{part}"
        )
    if found.duplicate:
        row = found.duplicate
        similarity = "the same id" if row["jaccard"] is None else f"Jaccard {row['jaccard']:.4f}"
        yield f"repeats {row['kept_id']}: {similarity}; cluster {row['cluster']} of {row['cluster_size']} documents"
    if found.split:
        yield f"split {found.split}, label {found.label or 'none'}"
    yield f"in {found.path}"


def rule_lines(rules: Mapping[str, Mapping[str, int]], received: int) -> list[str]:
    """What each rule would cost, a line a rule; the share is of those that it is the first to drop."""
    rows = [["rule", "asked", "against", "alone", "first", "share"]]
    for rule, counts in rules.items():
        share = counts["first"] / received if received else 0.0
        rows.append([rule, *(f"{counts[name]:,}" for name in ("asked", "against", "only", "first")), f"{share:.2%}"])
    return aligned(rows, range(1, 6))


def inspection_lines(found: Mapping[str, Any]) -> list[str]:
    """What a filled sheet says, a line a question and a stratum: how many were judged, how many yes, the interval."""
    rows = [["question", found["by"], "judged", "yes", "share", "95 % interval"]]
    for question in found["questions"]:
        for name, counts in (*question["strata"].items(), ("corpus", question["corpus"])):
            share = "–" if counts["share"] is None else f"{counts['share']:.1%}"
            interval = "–" if counts["share"] is None else f"{counts['low']:.1%} to {counts['high']:.1%}"
            yes = "" if name == "corpus" else f"{counts['yes']:,}"
            rows.append([question["name"], printable(name, WIDEST), f"{counts['judged']:,}", yes, share, interval])
    return aligned(rows, range(2, 6))
