"""Measures the language engines on a sample: how often each is right, how sure, how fast, how large.

    python benchmarks/language.py SAMPLE.jsonl.gz [--engines polyglot,lingua] [--page docs/language.md]
        [--folds DIR --data DATA] [--reviews norec-2.1.tar.gz --disagreements FILE.tsv]

A line of the sample is a JSON object: `text`, `lang` (BCP-47), and `source`, by which texts are put into sets. All
engines answer for the same texts in the same run. What is found is printed, and with `--page` written to a page,
between its two marker comments; what a person wrote around them stays.

`nordic` was trained on texts like these. `python -m cleaning.identifier.train … --data DATA --folds DIR` leaves models
in DIR that were trained without a fifth of the texts each; with `--data DATA --folds DIR` here, every text of the
sample is judged by the one that has not seen it.
"""

import argparse
import csv
import heapq
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pages import publish

from cleaning.engines.cascade import cascade
from cleaning.errors import CleanError
from cleaning.identifier import family
from cleaning.identifier.family import FamilyError, Row, fold_of, held_out, labelled, load_family, normal, read_rows
from cleaning.identifier.model import Identifier
from cleaning.language import ENGINES as KNOWN
from cleaning.language import UNDETERMINED, Identify, Language, engine, readable
from scrapers.corpus import OpenFile
from scrapers.record import Document
from scrapers.sources.norec import norec
from training import metrics

ENGINES = ("polyglot", "nordic", "cascade", "lingua", "heliport", "py3langid")
OURS = ("nordic", "cascade")
BASELINE = "polyglot"
FAMILY = Path(family.__file__).with_name("nordic.toml")
PACKAGES = {
    "polyglot": ("polyglot", "pycld2"),
    "lingua": ("lingua-language-detector",),
    "fasttext": ("fasttext-predict",),
    "nordic": ("kvern",),
    "cascade": ("kvern",),
}

NEAR = ("nb", "nn", "da", "sv")
ORDER = (*NEAR, "fo", "is", "en", "de", "fi", "nl")
OTHER = "other"
OWN = "the sample"  # the source of rows that name none
SHORT = 15
BANDS = (0, SHORT, 40, 80, 160)  # characters
SENTENCES_A_REVIEW = 5

SEED = 1
RESAMPLES = 1000
CONFIDENCE = 0.95
BATCH = 1000
LONGEST_ROUND_S = 5.0
REVIEWS = 2000
SHOWN_CHARACTERS = 300


# What a fresh process needs, with nothing else loaded: prints seconds, then MiB three times.
START = """
import json, pathlib, resource, sys, time
def held_mib():
    status = pathlib.Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return int(next(line for line in status.open() if line.startswith("VmHWM")).split()[1]) / 2**10
start = time.perf_counter()
from cleaning.language import engine
imported = held_mib()
identify = engine(sys.argv[1])
identify(["Hva er klokka?"])
ready_s, ready = time.perf_counter() - start, held_mib()
texts = json.loads(pathlib.Path(sys.argv[2]).read_bytes()) if sys.argv[2:] else []
for at in range(0, len(texts), 1000):
    identify(texts[at : at + 1000])
print(json.dumps([ready_s, imported, ready, held_mib()]))
"""


@dataclass(frozen=True)
class Source:
    """What is known of a source of texts: the set it belongs to, its licence, what it is good for.

    ordered: its texts are consecutive sentences. silver: its labels are another engine's, langid.py's.
    """

    set_name: str
    licence: str = "not known here"
    ordered: bool = False
    silver: bool = False


UD, UD_SHORT, WHOLE = "UD sentences", f"UD sentences under {SHORT} characters", "whole reviews"
SOURCES: Mapping[str, Source] = {
    "UD_": Source(UD, "CC BY-SA 4.0, LinES CC BY-NC-SA 4.0", ordered=True),
    "idt": Source(UD, ordered=True),
    "fdt": Source(UD, ordered=True),
    "nb_nn_parallel": Source("parallel nb/nn", "MIT (NorBench)"),
    "nordicdsl_wiki_lower": Source("wiki, lower-cased", "CC BY-SA 3.0 (NordicDSL)"),
    "lcc": Source("web", "unclear"),
    "lingua_leipzig": Source("web", "Apache-2.0 (Leipzig corpora, by way of lingua)"),
    "angry_tweets": Source("tweets", "unclear"),
    "twitter_sent": Source("tweets", "unclear"),
    "tatoeba": Source("Tatoeba", "CC BY 2.0 FR"),
    "common_voice": Source("Common Voice", "CC0-1.0"),
    "ud_lia_spoken": Source("speech, transcribed", "CC BY-SA 4.0", ordered=True),
    "absabank_imm": Source("forum", "unclear", ordered=True),
    "europarl": Source("Europarl", "unclear"),
    "parliament": Source("parliament (silver)", "not known here", silver=True),
    "talk_of_norway": Source("parliament (silver)", "NLOD", silver=True),
}
SETS = tuple(dict.fromkeys([UD, UD_SHORT, WHOLE, *(known.set_name for known in SOURCES.values())]))
SILVER = {known.set_name for known in SOURCES.values() if known.silver}


def about(source: str) -> Source:
    """What is known of a source; one that is not known is a set of its own."""
    return SOURCES.get("UD_" if source.startswith("UD_") else source, Source(source))


def rank(set_name: str) -> int:
    """Where a set comes on the page, and whether it keeps a text that several have: lower first, unknown sets last."""
    return (*SETS, set_name).index(set_name)


class Text(NamedTuple):
    """A text to judge. labels: all that the sample has for it, of which `lang` is one. fold: the one it is in."""

    text: str
    lang: str
    labels: frozenset[str]
    source: str
    fold: int


@dataclass(frozen=True)
class Judged:
    """The texts of a set, and what each engine said of them."""

    texts: Sequence[Text]
    found: Mapping[str, Sequence[Language]]

    @cached_property
    def languages(self) -> list[str]:
        """The languages of the texts, the near ones first."""
        return sorted({text.lang for text in self.texts}, key=lambda code: ((*ORDER, code).index(code), code))

    @cached_property
    def codes(self) -> list[str]:
        """What a row or a column of a confusion matrix stands for."""
        return [*self.languages, OTHER, UNDETERMINED]

    @cached_property
    def gold(self) -> metrics.Counts:
        """The language of each text, as a place in `codes`."""
        places = {code: n for n, code in enumerate(self.codes)}
        return np.array([places[text.lang] for text in self.texts])

    def answers(self, name: str) -> metrics.Counts:
        """What an engine said of each text, as a place in `codes`; any label that a text has is its language."""
        places = {code: n for n, code in enumerate(self.codes)}
        said = (
            text.lang if language.code in text.labels else language.code
            for text, language in zip(self.texts, self.found[name], strict=True)
        )
        return np.array([places.get(code, places[OTHER]) for code in said])

    def confusion(self, name: str) -> metrics.Counts:
        """How often each language met each answer: (k, k)."""
        return metrics.confusion_matrix(self.gold, self.answers(name), len(self.codes))

    def f1(self, name: str, languages: Sequence[str]) -> metrics.Interval:
        """The macro-F1 of an engine over some languages, and its interval."""
        confusion = self.confusion(name)
        drawn = metrics.resample(confusion, RESAMPLES, SEED)
        return metrics.score_with_interval(macro_f1(self._places(languages)), confusion, drawn, CONFIDENCE)

    def best_other(self, languages: Sequence[str]) -> str | None:
        """The engine that is not ours with the highest macro-F1 over some languages; None where there is none."""
        score = macro_f1(self._places(languages))
        others = (name for name in self.found if name not in OURS)
        return max(others, key=lambda name: float(score(self.confusion(name))), default=None)

    def lead(self, languages: Sequence[str]) -> str:
        """By how much nordic is better than the best other engine, on resamples of the same texts."""
        best = self.best_other(languages)
        if best is None or "nordic" not in self.found:
            return ""
        difference = metrics.paired_difference(
            macro_f1(self._places(languages)),
            self.gold,
            self.answers("nordic"),
            self.answers(best),
            len(self.codes),
            resamples=RESAMPLES,
            confidence=CONFIDENCE,
            seed=SEED,
        )
        return f"{show(difference, '+.3f')} {label(best)}"

    def where(self, chosen: Sequence[int]) -> "Judged":
        """Some of the texts, by number."""
        found = {name: [answers[n] for n in chosen] for name, answers in self.found.items()}
        return Judged([self.texts[n] for n in chosen], found)

    def _places(self, languages: Sequence[str]) -> list[int]:
        return [self.codes.index(code) for code in languages]


def macro_f1(chosen: Sequence[int]) -> metrics.Score:
    """The mean F1 of the chosen classes; one that a resample has neither drawn nor answered does not count."""

    def score(confusion: metrics.Counts) -> metrics.Floats:
        values = metrics.f1(confusion)[..., list(chosen)]
        there = ~np.isnan(values)
        return metrics.ratio(np.where(there, values, 0.0).sum(-1), there.sum(-1), np.nan)

    return score


def pooled(sets: Sequence[Judged]) -> Judged:
    """The texts of several sets as one."""
    found = {name: [one for judged in sets for one in judged.found[name]] for name in sets[0].found}
    return Judged([text for judged in sets for text in judged.texts], found)


# ---------------------------------------------------------------------------------------------------- the sample


def read(path: Path) -> list[Row]:
    """The rows of a sample. Raises SystemExit where a line is not one."""
    try:
        rows = list(read_rows(path))
    except FamilyError as error:
        raise SystemExit(str(error)) from error
    if not rows:
        raise SystemExit(f"{path.name} has no texts")
    return rows


def texts_of(rows: Sequence[Row], folds: Sequence[int]) -> list[Text]:
    """A text for each row, with all labels that its wording has anywhere in the sample."""
    labels: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        labels[row.text].add(row.lang)
    pairs = zip(rows, folds, strict=True)
    return [Text(row.text, row.lang, frozenset(labels[row.text]), row.source or OWN, fold) for row, fold in pairs]


def sets_of(texts: Sequence[Text], at_most: int) -> dict[str, list[Text]]:
    """The texts by set, each wording once, in the first set that has it.

    at_most: of a set; the UD sentences are taken whole.
    """
    sets: dict[str, list[Text]] = defaultdict(list)
    seen: set[str] = set()
    for text in sorted(texts, key=lambda text: rank(about(text.source).set_name)):
        if text.text not in seen:
            seen.add(text.text)
            name = about(text.source).set_name
            sets[UD_SHORT if name == UD and len(text.text) < SHORT else name].append(text)
    if whole := reviews_of(texts):
        sets[WHOLE] = whole
    return {name: sets[name] if name == UD else sample(sets[name], at_most) for name in sorted(sets, key=rank)}


def sample(texts: list[Text], at_most: int) -> list[Text]:
    """So many of the texts, drawn by the seed, in their order; all of them where they are fewer."""
    if len(texts) <= at_most:
        return texts
    drawn = np.random.default_rng(SEED).choice(len(texts), at_most, replace=False)
    return [texts[n] for n in sorted(drawn)]


def reviews_of(texts: Sequence[Text]) -> list[Text]:
    """Five consecutive sentences at a time of a source that keeps their order, joined; no sentence is in two.

    They are of one language and one fold, so that the model that judges a review has not seen a sentence of it. Of
    sources that repeat each other only one gives a review.
    """
    by_source: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        if about(text.source).ordered:
            by_source[text.source].append(text)
    reviews: list[Text] = []
    used: set[str] = set()
    for sentences in by_source.values():
        at = 0
        while at + SENTENCES_A_REVIEW <= len(sentences):
            five = sentences[at : at + SENTENCES_A_REVIEW]
            telling = {one.text for one in five if len(one.text) >= SHORT}
            if len({(one.lang, one.fold) for one in five}) > 1 or telling & used:
                at += 1
                continue
            used |= telling
            joined = " ".join(one.text for one in five)
            reviews.append(five[0]._replace(text=joined, labels=frozenset([five[0].lang])))
            at += SENTENCES_A_REVIEW
    return reviews


# --------------------------------------------------------------------------------------------------- the engines


def installed(names: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Which engines can be had, and why the others cannot. Raises SystemExit where none can."""
    there, missing = [], {}
    for name in names:
        if name.partition(":")[0] not in KNOWN:
            raise SystemExit(f"there is no language engine {name!r}; there are {', '.join(KNOWN)}")
        try:
            engine(name)
            there.append(name)
        except CleanError as error:
            missing[label(name)] = str(error)
    if not there:
        raise SystemExit("no engine is there: " + "; ".join(missing.values()))
    return there, missing


def label(name: str) -> str:
    """An engine's name on the page: of a model file only its name."""
    kind, _, path = name.partition(":")
    return f"{kind}:{Path(path).name}" if path else kind


def identified(name: str, texts: Sequence[Text], folds: Path | None) -> list[Language]:
    """What an engine says of each text; ours by the model that was trained without the fold of the text."""
    if folds is None or name not in OURS:
        return answers_of(engine(name), [text.text for text in texts])
    by_fold: dict[int, list[int]] = defaultdict(list)
    for n, text in enumerate(texts):
        by_fold[text.fold].append(n)
    found: dict[int, Language] = {}
    for fold, numbers in by_fold.items():
        answers = answers_of(unseeing(name, folds, fold), [texts[n].text for n in numbers])
        found |= zip(numbers, answers, strict=True)
    return [found[n] for n in range(len(texts))]


@cache
def unseeing(name: str, folds: Path, fold: int) -> Identify:
    """One of our engines, with the model that was trained without a fold."""
    identifier = Identifier.load(folds / f"fold-{fold}.npz")

    def near(texts: Sequence[str]) -> list[Language]:
        return identifier.identify(list(map(readable, texts)))

    return near if name == "nordic" else cascade(near, engine("polyglot"), identifier.languages)


def answers_of(identify: Identify, texts: Sequence[str]) -> list[Language]:
    """What an engine says of each text."""
    return [language for batch in batches(texts) for language in identify(batch)]


def batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts, a thousand at a time."""
    return (texts[at : at + BATCH] for at in range(0, len(texts), BATCH))


def folds_of(rows: Sequence[Row], data: Path | None) -> list[int]:
    """The fold that each text was in when nordic was trained on what lies below `data`; 0 where it was in none."""
    if data is None:
        return [0] * len(rows)
    learned = labelled(load_family(FAMILY), data)
    fold = dict(zip((normal(row.text) for row in learned), map(int, fold_of(learned)), strict=True))
    return [fold.get(normal(row.text), 0) for row in rows]


# --------------------------------------------------------------------------------------- speed, start-up, memory


@dataclass(frozen=True)
class Need:
    """What an engine needs. rates: sentences a second of processor time, round by round."""

    rates: list[float]
    ready_s: float
    imported_mib: float
    ready_mib: float
    all_mib: float


def needs(names: Sequence[str], texts: Sequence[str], rounds: int) -> dict[str, Need]:
    """What each engine needs for the texts: one core, an engine after the other, each in a process of its own."""
    shuffled = [texts[n] for n in np.random.default_rng(SEED).permutation(len(texts))]
    with TemporaryDirectory() as folder:
        path = Path(folder, "texts.json")
        path.write_text(json.dumps(shuffled), "ascii")
        rates = rates_of(names, path, rounds)
        return {name: Need(rates[name], *starts(name, path, rounds)) for name in names}


def starts(name: str, texts: Path, count: int) -> tuple[float, float, float, float]:
    """Seconds from import to the first answer (median of some starts); MiB after import, first answer, all texts."""
    runs = [fresh(START, name) for _ in range(count - 1)] + [fresh(START, name, str(texts))]
    seconds = [json.loads(run)[0] for run in runs]
    return (statistics.median(seconds), *json.loads(runs[-1])[1:])


def fresh(code: str, *arguments: str) -> str:
    """What a new interpreter prints that runs the code."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def bare_start_s(count: int) -> float:
    """How long an interpreter takes to start and end."""
    seconds = []
    for _ in range(count):
        start = time.perf_counter()
        fresh("pass")
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def rates_of(names: Sequence[str], texts: Path, rounds: int) -> dict[str, list[float]]:
    """Sentences a second of each engine in each round, in turn; every second round goes backwards."""
    rates: dict[str, list[float]] = {name: [] for name in names}
    with ExitStack() as stack:
        children = {name: stack.enter_context(waiting(name, texts)) for name in names}
        for number in range(rounds):
            for name in reversed(names) if number % 2 else names:
                print("again", file=children[name].stdin, flush=True)
                rates[name].append(float(next(iter(children[name].stdout or ()))))
                say(f"round {number + 1}: {label(name)} {rates[name][-1]:,.0f} sentences/s")
        for child in children.values():
            child.communicate()
    return rates


def waiting(name: str, texts: Path) -> subprocess.Popen[str]:
    """A process that does a round for every line it gets, in one thread."""
    one_thread = {f"{kind}_NUM_THREADS": "1" for kind in ("OMP", "OPENBLAS", "MKL", "RAYON")}
    command = [sys.executable, __file__, "--rate", name, str(texts)]
    environment = os.environ | one_thread
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def rate(name: str, path: Path) -> None:
    """Prints the engine's speed on the texts for every line of standard input. The first round has not seen them."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    texts = json.loads(path.read_bytes())
    identify = engine(name)
    identify(["Hva er klokka?"])
    for _ in sys.stdin:
        start, done = time.process_time(), 0
        for batch in batches(texts):
            identify(batch)
            done += len(batch)
            if time.process_time() - start > LONGEST_ROUND_S:
                break
        print(done / (time.process_time() - start), flush=True)


# ------------------------------------------------------------------------------------------------------- reviews


class Passage(NamedTuple):
    """A review of NoReC, or a paragraph of one. place: of the paragraph, from 1; 0 is the whole review."""

    review: str
    place: int
    text: str


def reviews_in(archive: Path) -> list[Passage]:
    """Reviews of NoReC's archive: those held out of the training of nordic, then others by the seed."""
    with archive.open("rb") as stream:
        documents = norec.read(OpenFile(norec.url, archive.name, stream, "open"))
        reviews = (Passage(Path(one.url).stem, 0, one.text) for one in documents if isinstance(one, Document))
        return heapq.nsmallest(REVIEWS, reviews, key=lambda one: (not held_out(one.review), draw(one)))


def paragraphs_of(reviews: Sequence[Passage]) -> list[Passage]:
    """The paragraphs of reviews that are not short, in an order drawn by the seed."""
    found = [
        Passage(review.review, place, text)
        for review in reviews
        for place, text in enumerate(review.text.split("\n\n"), 1)
        if len(text) >= SHORT
    ]
    return sorted(found, key=draw)


def draw(passage: Passage) -> int:
    """A number by which passages are in random order."""
    return zlib.crc32(f"{SEED} {passage.review} {passage.place}".encode())


@dataclass(frozen=True)
class Said:
    """What each engine says of some passages."""

    passages: Sequence[Passage]
    found: Mapping[str, Sequence[Language]]

    @cached_property
    def disagreed(self) -> list[int]:
        """The passages that not all engines give the same language."""
        return [n for n in range(len(self.passages)) if len({ones[n].code for ones in self.found.values()}) > 1]

    def tables(self) -> str:
        """How often each engine says each language, and how often two engines differ."""
        shown = (*ORDER, UNDETERMINED)
        counts = {
            name: Counter(one.code if one.code in shown else OTHER for one in ones) for name, ones in self.found.items()
        }
        rows = [["language", *map(label, counts)]]
        for code, _ in sum(counts.values(), Counter[str]()).most_common():
            rows.append([code, *(f"{count[code]:,}" for count in counts.values())])
        differ = [["answers that differ", *map(label, counts)]]
        for name, ones in self.found.items():
            pairs = (zip(ones, others, strict=True) for others in self.found.values())
            differ.append([label(name), *(f"{sum(a.code != b.code for a, b in both):,}" for both in pairs)])
        return f"{table(rows)}\n\n{table(differ)}"

    def cells(self) -> Iterator[list[str]]:
        """A line for each passage that engines disagree on: where it is, what each says, how sure, the first words."""
        for n in self.disagreed:
            passage = self.passages[n]
            said = [cell for ones in self.found.values() for cell in (ones[n].code, f"{ones[n].score:.3f}")]
            words = " ".join(passage.text.split())[:SHOWN_CHARACTERS]
            place = str(passage.place or "whole")
            yield [passage.review, place, "yes" if held_out(passage.review) else "no", *said, f"“{words}”"]


def write_disagreements(said: Sequence[Said], path: Path) -> None:
    """Writes what engines disagree on as a table. The words are in quotation marks, so that none is a formula."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        answers = [cell for name in said[0].found for cell in (label(name), f"{label(name)} score")]
        writer.writerow(["review", "paragraph", "held out", *answers, "text"])
        writer.writerows(line for one in said for line in one.cells())


def review_section(archive: Path, names: Sequence[str], target: Path | None) -> str:
    """The languages of reviews of NoReC and of their paragraphs, by engine, and how often engines disagree."""
    reviews = reviews_in(archive)
    said = []
    for passages in (reviews, paragraphs_of(reviews)):
        say(f"{len(passages):,} passages of reviews")
        found = {name: answers_of(engine(name), [one.text for one in passages]) for name in names}
        said.append(Said(passages, found))
    if target:
        write_disagreements(said, target)
    whole, paragraphs = said
    unseen = sum(held_out(review.review) for review in reviews)
    return f"""## Reviews of NoReC

{len(reviews):,} reviews of [NoReC 2.1](https://github.com/ltgoslo/norec) (CC BY-NC 4.0), the text without the title. It
has no labels to score against. nordic was trained on sentences of other reviews; {unseen:,} of these were held out of
its training, the other {len(reviews) - unseen:,} may have been in it. The engines disagree on {len(whole.disagreed):,}.

{whole.tables()}

Of their {len(paragraphs.passages):,} paragraphs of at least {SHORT} characters, the engines disagree on
{len(paragraphs.disagreed):,}.

{paragraphs.tables()}"""


# ------------------------------------------------------------------------------------------------------ the page


def table(rows: list[list[str]]) -> str:
    """The rows as a Markdown table; the first is its header."""
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def show(score: metrics.Interval, form: str = ".3f") -> str:
    """A score and its interval: "0.612 [0.583, 0.640]"; a dash where there is none."""
    value, low, high = score["value"], score["low"], score["high"]
    if value is None or low is None or high is None:
        return "–"
    return f"{value:{form}} [{low:{form}}, {high:{form}}]"


def f1_table(judged: Judged, groups: Mapping[str, Sequence[str]]) -> str:
    """The macro-F1 of each engine over each group of languages."""
    rows = [["engine", *groups]]
    for name in judged.found:
        rows.append([label(name), *(show(judged.f1(name, languages)) for languages in groups.values())])
    return table(rows)


def each(languages: Sequence[str]) -> dict[str, list[str]]:
    """Every language as a group of its own."""
    return {language: [language] for language in languages}


def sentence_section(name: str, judged: Judged) -> str:
    """The main set: the near languages, then all."""
    near = [code for code in judged.languages if code in NEAR]
    far = [code for code in judged.languages if code not in NEAR]
    parts = [f"## {name}: {len(judged.texts):,}"]
    if near and far:
        parts += [f1_table(judged, {f"macro-F1 {'/'.join(near)}": near} | each(near))]
    parts += [f1_table(judged, {f"macro-F1 of {len(judged.languages)}": judged.languages} | each(far or near))]
    leads = {"/".join(near): near, f"all {len(judged.languages)}": judged.languages} if near and far else {}
    said = [f"{languages} {judged.lead(codes)}" for languages, codes in leads.items() if judged.lead(codes)]
    if said:
        parts += ["nordic minus the best other engine: " + "; ".join(said) + "."]
    return "\n\n".join(parts)


def set_section(sets: Mapping[str, Judged]) -> str:
    """Every set: macro-F1 over its languages, and the F1 of each."""
    names = list(next(iter(sets.values())).found)
    rows = [["set", "texts", "languages", *map(label, names), "nordic minus best other"]]
    for title, judged in sets.items():
        scores = (show(judged.f1(name, judged.languages)) for name in names)
        lead = judged.lead(judged.languages)
        rows.append([title, f"{len(judged.texts):,}", " ".join(judged.languages), *scores, lead])
    parts = ["## All sets", "Macro-F1 over the languages of the set.", table(rows)]
    for title, judged in sets.items():
        if len(judged.languages) > 1 and title != UD:
            parts += [f"F1, {title}:", f1_table(judged, each(judged.languages))]
    return "\n\n".join(parts)


def length_section(everything: Judged) -> str:
    """Macro-F1 by the length of the text."""
    lengths = np.array([len(text.text) for text in everything.texts])
    rows = [["characters", "texts", *map(label, everything.found)]]
    for low, high in zip(BANDS, (*BANDS[1:], 10**9), strict=True):
        chosen = np.flatnonzero((lengths >= low) & (lengths < high))
        if len(chosen):
            band = everything.where(chosen.tolist())
            scores = (show(band.f1(name, band.languages)) for name in band.found)
            rows.append([f"{low}–{high - 1}" if high < 10**9 else f"{low} or more", f"{len(chosen):,}", *scores])
    return f"## By length\n\nMacro-F1 over all languages, all sets with gold labels as one.\n\n{table(rows)}"


def confusion_section(name: str, judged: Judged) -> str:
    """What each engine takes each language for."""
    parts = ["## What is taken for what", f"{name}; a row is a language, a column an answer."]
    for one in judged.found:
        rows = [[label(one), *judged.codes]]
        for code, counts in zip(judged.languages, judged.confusion(one), strict=False):
            rows.append([code, *(f"{count:,}" for count in counts)])
        parts.append(table(rows))
    return "\n\n".join(parts)


class Reliability(NamedTuple):
    """Of the texts an engine answered for, by tenth of the score: how many, mean score, share that is right."""

    counts: NDArray[np.int64]
    means: metrics.Floats
    right: metrics.Floats
    abstained: int

    @property
    def error(self) -> float:
        """The expected calibration error. Source: Naeini et al. 2015; Guo et al. 2017, section 2."""
        gaps = np.abs(np.nan_to_num(self.means - self.right))
        return float((gaps * self.counts).sum() / max(self.counts.sum(), 1))

    @property
    def share_right(self) -> float:
        """Of all answers."""
        return float((np.nan_to_num(self.right) * self.counts).sum() / max(self.counts.sum(), 1))


def reliability(judged: Judged, name: str) -> Reliability:
    """How far the scores of an engine say how often it is right."""
    pairs = list(zip(judged.texts, judged.found[name], strict=True))
    answered = [(one.score, one.code in text.labels) for text, one in pairs if one.code != UNDETERMINED]
    scores, right = np.array(answered, dtype=np.float64).reshape(-1, 2).T
    tenth = np.clip(scores * 10, 0, 9).astype(np.int64)
    counts = np.bincount(tenth, minlength=10)
    means, shares = (metrics.ratio(np.bincount(tenth, values, 10), counts, np.nan) for values in (scores, right))
    return Reliability(counts, means, shares, len(pairs) - len(answered))


def reliability_section(everything: Judged) -> str:
    """How far scores can be trusted."""
    found = {name: reliability(everything, name) for name in everything.found}
    rows = [["engine", "answered", "abstained", "right, of answered", "expected calibration error"]]
    for name, one in found.items():
        figures = [f"{one.counts.sum():,}", f"{one.abstained:,}", f"{one.share_right:.4f}", f"{one.error:.4f}"]
        rows.append([label(name), *figures])
    parts = ["## How far a score can be trusted", "All sets with gold labels as one.", table(rows)]
    for name in set(OURS[:1]) & set(found):
        one = found[name]
        tenths = [[f"score of {name}", "texts", "mean score", "share right"]]
        for n in np.flatnonzero(one.counts):
            tenths.append(
                [f"{n / 10:.1f}–{n / 10 + 0.1:.1f}", f"{one.counts[n]:,}", f"{one.means[n]:.3f}", f"{one.right[n]:.3f}"]
            )
        parts.append(table(tenths))
    return "\n\n".join(parts)


def need_section(found: Mapping[str, Need], texts: int, bare_s: float) -> str:
    """Speed, start-up and memory."""
    head = ["engine", "sentences/s, first round", "later rounds", "times polyglot, first", "later"]
    rows = [[*head, "start-up s", "MiB after import", "first answer", "all sentences"]]
    base = found.get(BASELINE)
    for name, need in found.items():
        ratios = [a / b for a, b in zip(need.rates, base.rates, strict=True)] if base else []
        cells = [f"{need.rates[0]:,.0f}", spread(need.rates[1:], ",.0f"), *(f"{one:.2f}" for one in ratios[:1])]
        cells += [] if ratios else ["–"]
        memory = (f"{one:.0f}" for one in (need.imported_mib, need.ready_mib, need.all_mib))
        rows.append([label(name), *cells, spread(ratios[1:], ".2f"), f"{need.ready_s:.2f}", *memory])
    rounds = len(next(iter(found.values())).rates)
    return f"""## Speed, start-up, memory

{texts:,} sentences, in batches of {BATCH:,}, on one core, per second of processor time. Each engine has a process of
its own; they take turns for {rounds} rounds. In the first round an engine has not seen the sentences; of later rounds
the median, least and most. A round ends after {LONGEST_ROUND_S:.0f} s. Start-up is from the import of
`cleaning.language` to the first answer, without the start of Python itself ({bare_s:.2f} s). Memory is the most that
the process held.

{table(rows)}"""


def spread(values: list[float], form: str) -> str:
    """The median, and between what the values lie; a dash where there are none."""
    if not values:
        return "–"
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def sample_section(path: Path, rows: Sequence[Row], sets: Mapping[str, Judged]) -> str:
    """Where the texts came from."""
    lines = [["set", "source", "licence", "texts judged"]]
    for title, judged in sets.items():
        counts: Counter[tuple[str, str]] = Counter()
        for text in judged.texts:
            counts["UD treebanks" if text.source.startswith("UD_") else text.source, about(text.source).licence] += 1
        lines += [[title, source, licence, f"{count:,}"] for (source, licence), count in counts.items()]
    two = sum(len(text.labels) > 1 for judged in sets.values() for text in judged.texts)
    return f"""## The sample

`{path.name}`, {len(rows):,} rows. A text that is there several times counts once, in the first set of this table that
has it. {two:,} of the texts judged have two labels; either is right. UD sentences have at least {SHORT} characters,
other sets texts of any length. The labels of silver sets are those of langid.py, the ancestor of py3langid: they
measure likeness to it, and are left out where sets are taken together. A whole review is {SENTENCES_A_REVIEW}
consecutive sentences of one source that keeps their order.

{table(lines)}"""


def versions(names: Sequence[str]) -> str:
    """The engines and the versions of what they are made of."""
    said = []
    for name in names:
        kind = name.partition(":")[0]
        packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES.get(kind, (kind,)))
        said.append(f"{label(name)} ({packages})")
    return ", ".join(said)


def honesty(folds: Path | None, names: Sequence[str], sets: Mapping[str, Judged]) -> str:
    """What our engines had seen of the texts."""
    if not set(OURS) & set(names):
        return ""
    if folds is not None:
        return """nordic, and with it cascade, was trained on texts of these sources. Every text is judged here by one
of five models, the one that was trained without the fold that the text is in. Two things they share: some twenty
numbers of calibration, fitted on what the five say of these texts, and sentences of reviews that were labelled by a
first model of all folds. Speed, start-up, memory and NoReC are measured with the model that is installed, trained on
all folds."""
    seen = ", ".join(title for title in sets if title in SETS)
    return "nordic, and with it cascade, is the model that is installed." + (
        f"""
**It was trained on texts of the sources of these sets, so that its figures on them say nothing about new texts:**
{seen}."""
        if seen
        else ""
    )


def say(line: str) -> None:
    """Says how far the run is."""
    print(line, file=sys.stderr, flush=True)


def judged_sets(sets: Mapping[str, list[Text]], names: Sequence[str], folds: Path | None) -> dict[str, Judged]:
    """What every engine says of every text."""
    judged = {}
    for title, texts in sets.items():
        found = {}
        for name in names:
            start = time.monotonic()
            found[name] = identified(name, texts, folds)
            say(f"{title}: {label(name)}, {len(texts):,} texts, {time.monotonic() - start:.1f} s")
        judged[title] = Judged(texts, found)
    return judged


def measure(options: argparse.Namespace) -> str:
    """The text of the page."""
    start = time.monotonic()
    names, missing = installed(options.engines.split(","))
    rows = read(options.sample)
    texts = texts_of(rows, folds_of(rows, options.data))
    sets = judged_sets(sets_of(texts, options.rows), names, options.folds)
    gold = [judged for title, judged in sets.items() if title not in SILVER | {WHOLE}]
    everything = pooled(gold or list(sets.values()))
    title, main_set = (UD, sets[UD]) if UD in sets else ("All texts", everything)
    sentences = [text.text for name in (UD, UD_SHORT) if name in sets for text in sets[name].texts]
    sentences = sentences or [text.text for text in main_set.texts]
    sections = [
        sentence_section(title, main_set),
        set_section(sets),
        length_section(everything),
        confusion_section(title, main_set),
        reliability_section(everything),
        need_section(needs(names, sentences, options.rounds), len(sentences), bare_start_s(options.rounds)),
    ]
    if options.reviews:
        sections.append(review_section(options.reviews, names, options.disagreements))
    sections.append(sample_section(options.sample, rows, sets))
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    head = [
        "Written by `benchmarks/language.py`; every figure is what the run measured. Do not edit by hand.",
        f"    {command(options)}",
        f"{versions(names)}. {machine}; the run took {time.monotonic() - start:,.0f} s.",
        *(f"Left out: {name}: {reason}." for name, reason in missing.items()),
        honesty(options.folds, names, sets),
        f"""F1 counts every answer: `und` and other languages are misses; a language that an engine does not know has 0.
Brackets are {CONFIDENCE:.0%} bootstrap intervals over {RESAMPLES:,} resamples of the texts.""",
    ]
    return "\n\n".join([*filter(None, head), *sections])


def command(options: argparse.Namespace) -> str:
    """The command that was run, with files by their names."""
    parts = ["python", "benchmarks/language.py", options.sample.name]
    parts += ["--engines", ",".join(map(label, options.engines.split(",")))]
    for name in ("folds", "data", "reviews", "disagreements"):
        if getattr(options, name):
            parts += [f"--{name}", getattr(options, name).name]
    return shlex.join([*parts, "--rows", str(options.rows)])


def main() -> None:
    """Measures as the command line says."""
    if sys.argv[1:2] == ["--rate"]:
        rate(sys.argv[2], Path(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sample", type=Path, help="JSON lines, .gz or not")
    parser.add_argument("--engines", default=",".join(ENGINES), help="by name, with commas; fasttext:PATH is one too")
    parser.add_argument("--folds", type=Path, metavar="DIR", help="models that were trained without one fold each")
    parser.add_argument("--data", type=Path, metavar="DIR", help="what they were trained on, as their training had it")
    parser.add_argument("--rows", type=int, default=6000, help="of a set at most; UD sentences are taken whole")
    parser.add_argument("--rounds", type=int, default=5, help="of the measurement of speed, and starts")
    parser.add_argument("--reviews", type=Path, metavar="NOREC", help="NoReC's archive, for reviews without labels")
    parser.add_argument("--disagreements", type=Path, metavar="TSV", help="where reviews go that engines disagree on")
    parser.add_argument("--page", type=Path, help="to be written between its markers")
    options = parser.parse_args()
    if (options.folds is None) != (options.data is None):
        parser.error(
            "--folds needs --data, the folder that `python -m cleaning.identifier.train` was given, and vice versa"
        )
    publish(lambda: measure(options), options.page, "Language identification")


if __name__ == "__main__":
    main()
