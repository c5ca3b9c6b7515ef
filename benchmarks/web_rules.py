"""Compares the rules of Gopher, C4 and FineWeb with those of datatrove: documents a second, and the same verdicts.

    python benchmarks/web_rules.py norec-2.1.tar.gz --peer-python PEER/bin/python [--page docs/web_rules.md]

The peer is a Python with `pip install 'datatrove[processing]==0.10.*' spacy ftfy nltk`, in a process of its own. Both
get the same reviews on the same core, by turns, a lot at a time; what is measured is processor time. Ours are the steps
of `benchmarks/web_rules.toml`, in the frame in which a corpus is cleaned.
"""

import argparse
import json
import os
import platform
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import numpy as np
from pages import publish

from cleaning.profile import load_profile
from cleaning.step import clean
from scrapers.corpus import OpenFile
from scrapers.record import Document, Dropped
from scrapers.sources.norec import norec

HERE = Path(__file__).parent
PROFILE, PEER = HERE / "web_rules.toml", HERE / "web_rules_peer.py"
SEED = 1
SHOWN = 20  # differences
VERSIONS = """
import json, platform
from importlib.metadata import version
print(json.dumps([platform.python_version()] + [f"{name} {version(name)}" for name in ("datatrove", "spacy", "ftfy")]))
"""
# The rules that stand for a reason of datatrove's, which names some otherwise, and tells some apart that are one here.
SAME = {
    "dup_para_frac": "gopher_duplicate_paragraphs",
    "dup_para_char_frac": "gopher_duplicate_paragraph_characters",
    "dup_line_frac": "gopher_duplicate_lines",
    "dup_line_char_frac": "gopher_duplicate_line_characters",
    "top_2_gram": "gopher_top_2_gram",
    "top_3_gram": "gopher_top_3_gram",
    "top_4_gram": "gopher_top_4_gram",
    **{f"duplicated_{n}_n_grams": f"gopher_duplicate_{n}_grams" for n in range(5, 11)},
    "gopher_short_doc": "gopher_words",
    "gopher_long_doc": "gopher_words",
    "gopher_below_avg_threshold": "gopher_word_length",
    "gopher_above_avg_threshold": "gopher_word_length",
    "gopher_too_many_hashes": "gopher_symbols",
    "gopher_too_many_ellipsis": "gopher_symbols",
    "gopher_too_many_bullets": "gopher_bullets",
    "gopher_too_many_end_ellipsis": "gopher_ellipses",
    "gopher_below_alpha_threshold": "gopher_alphabetic",
    "gopher_enough_stop_words": "gopher_stop_words",
    "lorem_ipsum": "c4_phrases",
    "curly_bracket": "c4_phrases",
    "too_few_sentences": "c4_sentences",
    "line_punct_ratio": "fineweb_line_ends",
    "short_line_ratio": "fineweb_short_lines",
    "char_dup_ratio": "fineweb_duplicate_line_characters",
    "list_ratio": "fineweb_line_breaks",
}


@dataclass
class Answers:
    """What one of the two said: of each document why it goes, or nothing, and how long each lot took.

    details: what was measured and asked, of those that go.
    """

    reasons: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    details: dict[int, str] = field(default_factory=dict)


def reviews_in(archive: Path, number: int) -> list[Document]:
    """So many reviews of NoReC's archive, drawn by the seed."""
    with archive.open("rb") as stream:
        found = norec.read(OpenFile(norec.url, archive.name, stream, "open"))
        documents = [item for item in found if isinstance(item, Document)]
    drawn = np.random.default_rng(SEED).choice(len(documents), min(number, len(documents)), replace=False)
    return [documents[n] for n in drawn]


def compare(documents: Sequence[Document], peer_python: Path, lot: int) -> tuple[Answers, Answers]:
    """What ours and the peer's rules said of the documents, asked by turns, each `lot` documents at a time."""
    profile = load_profile(str(PROFILE))
    steps = profile.steps()
    stop_words = next(entry["stop_words"] for entry in profile.entries if "stop_words" in entry)
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [str(peer_python), str(PEER)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as child:
        sent, received = cast(IO[str], child.stdin), cast(IO[str], child.stdout)
        print(json.dumps(stop_words), file=sent, flush=True)

        def ask_peer(part: Sequence[Document], answers: Answers) -> None:
            print(json.dumps([document.text for document in part]), file=sent, flush=True)
            line = received.readline()
            if not line:
                raise SystemExit("the peer ended, its error stands above; it needs datatrove, see --help")
            answer = json.loads(line)
            answers.reasons += answer["reasons"]
            answers.seconds.append(answer["seconds"])

        def ask_ours(part: Sequence[Document], answers: Answers) -> None:
            start = time.process_time()
            results = clean(part, steps)
            answers.seconds.append(time.process_time() - start)
            for result in results:
                if isinstance(result, Dropped):
                    answers.details[len(answers.reasons)] = f"{result.value}, asked {result.threshold}"
                answers.reasons.append(result.rule if isinstance(result, Dropped) else "")

        ours, theirs = Answers(), Answers()
        for ask in (ask_ours, ask_peer):  # tables are built and models loaded with the first documents
            ask(documents[:10], Answers())
        for number, start in enumerate(range(0, len(documents), lot)):
            turns = [(ask_ours, ours), (ask_peer, theirs)]
            for ask, answers in turns if number % 2 else reversed(turns):
                ask(documents[start : start + lot], answers)
    return ours, theirs


def measure(options: argparse.Namespace) -> str:
    """What the page says."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # the child is on this core too: they take turns
    documents = reviews_in(options.archive, options.documents)
    ours, theirs = compare(documents, options.peer_python, options.lot)
    size = sum(len(document.text.encode()) for document in documents)
    same = [bool(a) == bool(b) for a, b in zip(ours.reasons, theirs.reasons, strict=True)]
    rates = [len(documents) / sum(answers.seconds) for answers in (ours, theirs)]
    ratios = sorted(b / a for a, b in zip(ours.seconds, theirs.seconds, strict=True))
    python, *versions = json.loads(subprocess.check_output([options.peer_python, "-c", VERSIONS], text=True))
    head = ["", "documents/s", "ms a document", "kept"]
    rows = [
        [name, f"{rate:,.0f}", f"{1000 / rate:.3f}", f"{answers.reasons.count(''):,}"]
        for name, rate, answers in (("kvern", rates[0], ours), ("datatrove", rates[1], theirs))
    ]
    return f"""Written by `benchmarks/web_rules.py`; every figure is what the run measured. Do not edit by hand.

    python benchmarks/web_rules.py {options.archive.name} --peer-python PEER/bin/python --documents {options.documents}

{len(documents):,} reviews of [NoReC 2.1](https://github.com/ltgoslo/norec) (CC BY-NC 4.0), {size / 1e6:.1f} MB, one
core, processor time; both by turns, {options.lot:,} documents at a time. {", ".join(versions)}, Python {python};
kvern on Python {platform.python_version()}.

{table([head, *rows])}

**{rates[0] / rates[1]:.1f} times** the documents a second of datatrove (the {len(ratios)} lots: {ratios[0]:.1f} to
{ratios[-1]:.1f} times). **The same verdict on {share_of(same)}** of the documents.

## Rule by rule

Documents that datatrove drops, by its reason, and what the first rule to object is here.

{table(by_rule(ours, theirs))}

## The differences

{table(differences(documents, ours, theirs))}
"""


def table(rows: Sequence[Sequence[str]]) -> str:
    """The rows as a Markdown table; the first is its header."""
    head, *body = rows
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body))


def share_of(same: Sequence[bool]) -> str:
    """How many are so, as a percentage with two decimals that are never rounded up to all."""
    return f"{sum(same) * 10_000 // len(same) / 100:.2f} % ({len(same) - sum(same)} of {len(same):,} differ)"


def by_rule(ours: Answers, theirs: Answers) -> list[list[str]]:
    """Of each reason of datatrove's how many documents, how many of them go here, and how many by the same rule."""
    pairs = Counter(zip(theirs.reasons, ours.reasons, strict=True))
    rows = [["datatrove", "here", "documents", "dropped here", "by the same rule"]]
    for reason, count in Counter(filter(None, theirs.reasons)).most_common():
        dropped = count - pairs[reason, ""]
        rows.append([reason, SAME[reason], f"{count:,}", f"{dropped:,}", f"{pairs[reason, SAME[reason]]:,}"])
    for (reason, rule), count in pairs.most_common():
        if rule and not reason:
            rows.append(["none", rule, "0", f"{count:,}", ""])
    return rows


def differences(documents: Sequence[Document], ours: Answers, theirs: Answers) -> list[list[str]]:
    """The first documents on which the two differ: by what rule, and what was measured here."""
    rows = [["review", "datatrove", "here", "measured here"]]
    for number, (rule, reason) in enumerate(zip(ours.reasons, theirs.reasons, strict=True)):
        if bool(rule) != bool(reason) and len(rows) <= SHOWN:
            key = Path(documents[number].url).stem
            rows.append([key, reason or "kept", rule or "kept", ours.details.get(number, "")])
    return rows


def main() -> None:
    """Measures as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path, help="NoReC's, .tar.gz")
    parser.add_argument("--peer-python", type=Path, required=True, help="a Python that has datatrove")
    parser.add_argument("--documents", type=int, default=8000)
    parser.add_argument("--lot", type=int, default=500, help="documents that one gets before it is the other's turn")
    parser.add_argument("--page", type=Path, help="to be written between its markers")
    options = parser.parse_args()
    publish(lambda: measure(options), options.page, "Rules of the web")


if __name__ == "__main__":
    main()
