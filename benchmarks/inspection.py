"""Measures what the profiles keep and drop: of documents that people judged, of reviews, and of short texts.

    python benchmarks/inspection.py JUDGED.jsonl.gz [--norec norec-2.1.tar.gz] [--short SAMPLE.jsonl.gz]
        [--page docs/inspection.md]

A line of JUDGED is a JSON object: `text`, `hplt_lang` (nob_Latn, …), and `porn`, `unnatural` and `lang_correct`, shares
of judges or empty; of a long text its first and its last characters, a line of dots between them. It is bad where half
of its judges called it porn, unnatural, or not of that language. A line of SAMPLE has `text`, `lang` and `source`.
What is found is printed, and with `--page` written to a page, between its two marker comments; what a person wrote
around them stays.
"""

import argparse
import gzip
import json
import random
import shlex
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from pages import publish

from cleaning.inspection import wilson
from cleaning.profile import load_profile
from cleaning.step import Annotation, Step, annotate, bind
from scrapers.corpus import OpenFile
from scrapers.record import Document
from scrapers.sources.norec import norec

GAP = "\n..........\n"
OVERLAP = 20  # characters at least that the end of a short text repeats of its beginning
FORMS = {"nob": "bokmål", "nno": "nynorsk"}
CODES = {"nob": "nb", "nno": "nn"}
SEED = 1
BATCH = 1000
ROUNDS = 4
LEAST_TEXTS = 100
HALF = 0.5
QUESTIONS = {"porn": 0, "unnatural": 0, "lang_correct": 1}  # and what an empty answer means
TIMED_CHARACTERS = (2000, 2800)
WEB = ("gopher_quality", "gopher_repetition", "c4_quality", "fineweb_quality")


class Judged(NamedTuple):
    """A document and what people said of it. half: A, on which thresholds were chosen, or B."""

    text: str
    language: str
    bad: bool
    half: str


def read_judged(path: Path) -> list[Judged]:
    """The judged documents, each as one text, halved by the seed within its language and verdict."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = sorted(map(json.loads, stream), key=lambda row: row["id"])
    random.Random(SEED).shuffle(rows)  # noqa: S311
    seen: Counter[tuple[str, bool]] = Counter()
    found = []
    for row in rows:
        language, bad = row["hplt_lang"][:3], is_bad(row)
        seen[language, bad] += 1
        found.append(Judged(joined(row["text"]), language, bad, "AB"[seen[language, bad] % 2]))
    return found


def is_bad(row: Mapping[str, str]) -> bool:
    """Whether half of the judges called the document porn, unnatural, or not of its language."""
    porn, unnatural, correct = (float(row[key] or empty) for key, empty in QUESTIONS.items())
    return porn >= HALF or unnatural >= HALF or correct < HALF


def joined(text: str) -> str:
    """Beginning and end as one text, what both have once."""
    begin, _, end = text.partition(GAP)
    for size in range(min(len(begin), len(end)), OVERLAP, -1):
        if begin.endswith(end[:size]):
            return begin + end[size:]
    return f"{begin} {end}".strip()


def annotated(texts: Sequence[str], steps: Sequence[Step]) -> Iterator[Annotation]:
    """What the steps find in each text."""
    for at in range(0, len(texts), BATCH):
        batch = [as_document(text, number) for number, text in enumerate(texts[at : at + BATCH], at)]
        yield from annotate(batch, steps)


def as_document(text: str, number: int) -> Document:
    """A document of that text."""
    collected = datetime(2026, 1, 1, tzinfo=UTC)
    return Document(id=str(number), source="", url="", licence="", collected_at=collected, text=text)


def objections(texts: Sequence[str], steps: Sequence[Step]) -> list[list[str]]:
    """The rules that object to each text, in the order of the steps."""
    return [[item.rule for item in one.findings if not item.kept] for one in annotated(texts, steps)]


def ways() -> dict[str, Callable[[str], tuple[Step, ...]]]:
    """What is compared, by name: the steps for documents of a language."""
    no, first = load_profile("no"), [{"step": "identify"}, {"step": "language"}]
    published = load_profile(str(Path(__file__).with_name("web_rules.toml")))
    stop_words = next(entry["stop_words"] for entry in published.entries if entry["step"] == "gopher_quality")
    web = [{"step": name} for name in WEB]
    fair = [
        {"step": "gopher_quality", "stop_words": stop_words},
        *web[1:3],
        {"step": "fineweb_quality", "min_line_ends": 0.0},
    ]
    return {
        "`language` alone": lambda language: bind(first),
        "`language`, Gopher, C4 and FineWeb as published": lambda language: bind([*first, *web]),
        "the same, Norwegian stop words, line ends not asked": lambda language: bind([*first, *fair]),
        "profile `no`": lambda language: no.steps(),
        "profile `no`, the other form not kept": lambda language: no.changed(
            "language", keep=[CODES[language]]
        ).steps(),
    }


def cell(part: int, whole: int) -> str:
    """A share with its 95 % interval."""
    found = wilson(part, whole)
    if found["share"] is None:
        return "none"
    return f"{part}/{whole} = {found['share']:.1%} ({found['low']:.1%} to {found['high']:.1%})"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def shares(judged: Sequence[Judged], dropped: Sequence[bool]) -> list[str]:
    """Two cells: what of the fine is kept, what of the bad is dropped."""
    pairs = list(zip(judged, dropped, strict=True))
    fine, bad = [gone for one, gone in pairs if not one.bad], [gone for one, gone in pairs if one.bad]
    return [cell(len(fine) - sum(fine), len(fine)), cell(sum(bad), len(bad))]


def compared(judged: Sequence[Judged]) -> str:
    """Every way on the Norwegian documents, and the profile on each half."""
    rows = []
    for form, name in FORMS.items():
        ours = [one for one in judged if one.language == form]
        for way, steps in ways().items():
            dropped = list(map(bool, objections([one.text for one in ours], steps(form))))
            rows.append([name, way, "all", *shares(ours, dropped)])
            if way.startswith("profile"):
                for half in "AB":
                    there = [number for number, one in enumerate(ours) if one.half == half]
                    rows.append([name, way, half, *shares([ours[n] for n in there], [dropped[n] for n in there])])
    return table(["", "", "half", "of the fine, kept", "of the bad, dropped"], rows)


def by_rule(judged: Sequence[Judged], reviews: Sequence[str]) -> str:
    """The rules of the profile that object to anything: to how many fine, bad, and reviews, others or not."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    ours = [one for one in judged if one.language in FORMS]
    steps = load_profile("no").steps()
    for one, rules in zip(ours, objections([one.text for one in ours], steps), strict=True):
        for rule in set(rules):
            counts[rule][f"{FORMS[one.language]} {'bad' if one.bad else 'fine'}"] += 1
    gone = 0
    for rules in objections(reviews, steps):
        gone += bool(rules)
        for rule in set(rules):
            counts[rule]["reviews"] += 1
    columns = [f"{form} {verdict}" for form in FORMS.values() for verdict in ("fine", "bad")] + ["reviews"]
    rows = [[f"`{rule}`", *(found[column] for column in columns)] for rule, found in counts.items()]
    text = table(["rule", *columns], rows)
    return (
        f"{text}\n\nOf {len(reviews):,} reviews of NoReC {gone:,} are dropped: {cell(gone, len(reviews))}."
        if reviews
        else text
    )


def web_on_reviews(reviews: Sequence[str]) -> str:
    """What the published rules keep of the reviews."""
    rows = []
    for name in WEB:
        dropped = sum(map(bool, objections(reviews, bind([{"step": name}]))))
        rows.append([f"`{name}`", cell(len(reviews) - dropped, len(reviews))])
    return table(["as published", "of the reviews, kept"], rows)


def elsewhere(judged: Sequence[Judged]) -> str:
    """The profile `any`, and `no` without what asks for Norwegian, on the documents in other languages."""
    general = bind([entry for entry in load_profile("no").entries if not asks_for_norwegian(entry)])
    rows = []
    for language in sorted({one.language for one in judged} - set(FORMS)):
        found = [one for one in judged if one.language == language]
        for name, steps in (("profile `any`", load_profile("any").steps()), ("`no`, rules of no language", general)):
            dropped = list(map(bool, objections([one.text for one in found], steps)))
            rows.append([language, name, *shares(found, dropped)])
    return table(["", "", "of the fine, kept", "of the bad, dropped"], rows)


def asks_for_norwegian(entry: Mapping[str, Any]) -> bool:
    """Whether the step finds fault with a text for not being Norwegian."""
    return entry["step"] in ("language", "other_languages", "function_words") or "stop_words" in entry


def short_texts(path: Path, at_most: int) -> str:
    """The profile on short texts by source: what is kept, what goes for its language, what for another reason."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        found = [row for row in map(json.loads, stream) if row["lang"] in ("nb", "nn", "da", "sv")]
    key = itemgetter("lang", "source")
    rows = []
    for (lang, source), group in groupby(sorted(found, key=key), key):
        texts = drawn([row["text"] for row in group], at_most)
        if len(texts) < LEAST_TEXTS:
            continue
        rules = objections(texts, load_profile("no").steps())
        web = objections(texts, bind([{"step": name} for name in WEB]))
        other = sum(bool(set(found) - {"language"}) for found in rules)
        gone = sum(map(bool, rules))
        rows.append(
            [
                lang,
                source,
                len(texts),
                f"{1 - gone / len(texts):.1%}",
                f"{other / len(texts):.2%}",
                f"{1 - sum(map(bool, web)) / len(texts):.1%}",
            ]
        )
    return table(
        ["", "source", "texts", "`no` keeps", "dropped by another rule than `language`", "the web's rules keep"], rows
    )


def costs(reviews: Sequence[str]) -> str:
    """What each step of the profile takes of the whole time of a review of about 2,400 characters."""
    low, high = TIMED_CHARACTERS
    texts = [text for text in reviews if low <= len(text) <= high][:200]
    entries = load_profile("no").entries
    spent: defaultdict[str, float] = defaultdict(float)
    for number in range(ROUNDS):
        for at in range(len(entries) + 1)[:: -1 if number % 2 else 1]:
            start = time.process_time()
            list(annotated(texts, bind(entries[:at])))
            spent[str(at)] += time.process_time() - start
    whole = spent[str(len(entries))]
    rows = [
        [f"`{entry.get('about', entry['step'])}`", f"{max(0.0, spent[str(at + 1)] - spent[str(at)]) / whole:.1%}"]
        for at, entry in enumerate(entries)
    ]
    milliseconds = 1000 * whole / ROUNDS / max(1, len(texts))
    return f"All steps: {milliseconds:.2f} ms a review of {low:,} to {high:,} characters.\n\n" + table(
        ["step", "share"], rows
    )


def reviews_in(archive: Path, at_most: int) -> list[str]:
    """Reviews of NoReC's archive, drawn by the seed."""
    with archive.open("rb") as stream:
        documents = norec.read(OpenFile(norec.url, archive.name, stream, "open"))
        found = [one.text for one in documents if isinstance(one, Document)]
    return drawn(found, at_most)


def drawn(texts: Sequence[str], at_most: int) -> list[str]:
    """So many of the texts, by the seed."""
    return random.Random(SEED).sample(texts, min(at_most, len(texts)))  # noqa: S311


def measure(options: argparse.Namespace) -> str:
    """All that is found, as it stands on the page."""
    judged = read_judged(options.judged)
    reviews = reviews_in(options.norec, options.reviews) if options.norec else []
    given = [Path(word).name if "/" in word else word for word in sys.argv[1:]]
    parts: list[Any] = [
        f"Printed by `python benchmarks/inspection.py {shlex.join(given)}`. Shares with their 95 % intervals (Wilson).",
        "## Documents that people judged",
        compared(judged),
        "## Rule by rule",
        by_rule(judged, reviews),
        "## Other languages",
        elsewhere(judged),
    ]
    if reviews:
        parts += ["## Reviews", web_on_reviews(reviews), "## Time", costs(reviews)]
    if options.short:
        parts += ["## Short texts", short_texts(options.short, options.texts)]
    return "\n\n".join(parts)


def main() -> None:
    """Measures, prints, and writes the page."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("judged", type=Path, metavar="JUDGED.jsonl.gz")
    parser.add_argument("--norec", type=Path, metavar="NOREC", help="NoReC's archive")
    parser.add_argument("--short", type=Path, metavar="SAMPLE.jsonl.gz", help="short texts with lang and source")
    parser.add_argument("--reviews", type=int, default=5000, help="of NoReC at most")
    parser.add_argument("--texts", type=int, default=500, help="of a source and language at most")
    parser.add_argument("--page", type=Path, help="to be written between its markers")
    options = parser.parse_args()
    publish(lambda: measure(options), options.page, "What is kept and what is dropped")


if __name__ == "__main__":
    main()
