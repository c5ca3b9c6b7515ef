"""The shape of a language's data: aspects with graded words and clauses, sentence frames, slots."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Grade = Literal["good", "fair", "bad"]
Level = Literal[0, 1, 2, 3, 4]


def items(text: str) -> tuple[str, ...]:
    """The parts of `text` between semicolons and line breaks, trimmed, without empty ones."""
    return tuple(part.strip() for line in text.splitlines() for part in line.split(";") if part.strip())


def lines(text: str) -> tuple[str, ...]:
    """The lines of `text`, trimmed, without empty ones."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in three word orders: `main` ("maten var ikke god"), `sub` ("[at] maten ikke var god") and `inv`
    ("[likevel] var maten ikke god"); in English all three are alike."""

    main: str
    sub: str
    inv: str


@dataclass(frozen=True)
class Aspect:
    """What reviewers say of one aspect of a thing.

    subjects: definite nouns, `:n` neuter, `:p` plural. good, fair, bad: adjectives, see `Language.inflect`; `!` before
    one that takes "utterly" but no "very", `=` before one that takes neither and no denial. praise, shrug, blame:
    clauses as `subject|verb|adverb|rest`, one a line.
    """

    subjects: str
    good: str
    fair: str
    bad: str
    praise: str
    shrug: str
    blame: str

    def adjectives(self, grade: Grade) -> str:
        return {"good": self.good, "fair": self.fair, "bad": self.bad}[grade]

    def clauses(self, grade: Grade) -> str:
        return {"good": self.praise, "fair": self.shrug, "bad": self.blame}[grade]


@dataclass(frozen=True)
class Topic:
    """What a section is about: its aspects and its own sentences.

    copulas: "is/are" or, with what may stand in its place, "er~virker"; repeated for weight. thing: definite noun,
    pronoun, indefinite noun phrase. verdicts, titles: per level from worst to best. stories: sentences that carry no
    opinion, with the slot `time` from times. others: how another thing is named, with `{other}`.
    """

    copulas: str
    thing: str
    aspects: tuple[Aspect, ...]
    verdicts: tuple[str, str, str, str, str]
    titles: tuple[str, str, str, str, str]
    stories: str
    others: str
    times: str


@dataclass(frozen=True)
class Language:
    """All that the grammar needs to know of one language.

    code: BCP 47. plural: ending of a regular plural adjective. verb_second: whether the finite verb comes second, which
    turns the subject behind it. frames: sentence frames by kind, with `{a.main}`, `{b.inv}` and so on.
    """

    code: str
    plural: str
    verb_second: bool
    topics: Mapping[str, Topic]
    general: Mapping[Grade, str]
    very: Mapping[Grade, str]
    utterly: str
    negations: Mapping[Grade, str]
    turns: str
    hedges: Mapping[Grade, str]
    frames: Mapping[str, str]
    verdicts: tuple[str, str, str, str, str]
    titles: tuple[str, str, str, str, str]
    expected: tuple[str, str, str, str, str]
    irony: str
    slang: tuple[str, str, str, str, str]
    slots: Mapping[str, str]
    typos: Mapping[str, str]

    def inflect(self, adjective: str, gender: str) -> str:
        """`adjective` in the form of `gender`: "" common, "n" neuter, "p" plural.

        "god/godt/gode" names the three forms, "fin+" adds t and the plural ending, "dårlig*" only the latter; a bare
        word has one form.
        """
        word = adjective.lstrip("!=")
        if "/" in word:
            return word.split("/")[("", "n", "p").index(gender)]
        stem = word.rstrip("+*")
        if gender == "p" and stem != word:
            return stem + self.plural
        return stem + "t" if gender == "n" and word.endswith("+") else stem

    def clause(self, spec: str) -> Clause:
        """The clause of `subject|verb|adverb|rest`; adverb and rest may be empty."""
        subject, verb, adverb, rest = (part.strip() for part in spec.split("|"))
        main = _join(subject, verb, adverb, rest)
        if not self.verb_second:
            return Clause(main, main, main)
        return Clause(main, _join(subject, adverb, verb, rest), _join(verb, subject, adverb, rest))


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)
