"""Texts of reviews: a language's clauses in frames, so that what a reviewer means hangs on the words around a word."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from scrapers.demo_site.bokmaal import LANGUAGE as BOKMAAL
from scrapers.demo_site.chance import Chance
from scrapers.demo_site.danish import LANGUAGE as DANISH
from scrapers.demo_site.english import LANGUAGE as ENGLISH
from scrapers.demo_site.lexicon import Aspect, Clause, Grade, Language, Topic, items, lines
from scrapers.demo_site.nynorsk import LANGUAGE as NYNORSK
from scrapers.demo_site.swedish import LANGUAGE as SWEDISH

LANGUAGES: Final[Mapping[str, Language]] = {
    language.code: language for language in (BOKMAAL, NYNORSK, ENGLISH, DANISH, SWEDISH)
}

GRADES: Final[tuple[Grade, ...]] = ("good", "fair", "bad")
OPPOSITE: Final[Mapping[Grade, Grade]] = {"good": "bad", "bad": "good", "fair": "fair"}

# Chosen with SENTENCES so that TF-IDF with logistic regression scores about 0.7 macro-F1 on three bands.
MOODS: Final = ((0.10, 0.13, 0.77), (0.23, 0.20, 0.57), (0.36, 0.30, 0.34), (0.62, 0.20, 0.18), (0.82, 0.10, 0.08))
SENTENCES: Final = {1: 13, 2: 15, 3: 18, 4: 18, 5: 13, 6: 9, 8: 8, 11: 4, 15: 2}
LEAST_WORDS: Final = 5
MOST_WORDS: Final = 175
VERDICTS: Final = 0.5


@cache
def _split(text: str) -> tuple[str, ...]:
    return items(text)


@cache
def _lines(text: str) -> tuple[str, ...]:
    return lines(text)


def capitalised(text: str) -> str:
    """`text` with its first character in upper case and no space before a comma."""
    return (text[:1].upper() + text[1:]).replace(" ,", ",")


class Slots(dict[str, object]):
    """What the fields of a frame stand for; an unknown name is drawn from the language's slots, `x2` unlike `x`."""

    def __init__(self, chance: Chance, language: Language, topic: Topic, fixed: Mapping[str, object]) -> None:
        super().__init__(fixed)
        self._chance, self._language, self._topic = chance, language, topic

    def __missing__(self, name: str) -> object:
        slot = name.rstrip("2")
        choices = _split(self._topic.times if slot == "time" else self._language.slots[slot])
        self[name] = self._chance.pick([choice for choice in choices if choice != self.get(slot)])
        return self[name]


class Voice:
    """One reviewer with an opinion of every aspect, for a text that gives its thing `level`, 0 to 4.

    others: names of things to compare with.
    """

    def __init__(self, chance: Chance, language: Language, section: str, others: tuple[str, ...], level: int) -> None:
        self._chance, self._language, self._others, self._level = chance, language, others, level
        self._topic = language.topics[section]
        self._copula, _, self._seems = chance.pick(_split(self._topic.copulas)).partition("~")
        self._aspects = chance.shuffle(self._topic.aspects)
        self._opinions = {id(aspect): chance.weigh(GRADES, MOODS[level]) for aspect in self._aspects}
        if level != 2:
            self._opinions[id(chance.pick(self._aspects[:2]))] = "good" if level > 2 else "bad"
        self._next = 0
        self._used: set[str] = set()

    def text(self) -> str:
        """5 to about 180 words in one to three paragraphs."""
        chance = self._chance
        self._used.clear()
        count = chance.weigh(tuple(SENTENCES), tuple(SENTENCES.values()))
        if count == 1:
            return self._short()
        sentences: list[str] = []
        for write in self._plan(count):
            sentence = write()
            if sentence not in sentences and sum(len(s.split()) for s in sentences) < MOST_WORDS - 20:
                sentences.append(sentence)
        return _paragraphs(sentences, 3 if count > 8 else 2 if count > 4 and chance.happens(0.6) else 1)

    def title(self) -> str:
        """A heading; empty where the section has none, and now and then elsewhere."""
        own = _split(self._topic.titles[self._level])
        if not own or self._chance.happens(0.1):
            return ""
        if self._chance.happens(0.25):
            return capitalised(self._described(*self._opinion()).main)
        return self._chance.pick(own + _split(self._language.titles[self._level]))

    def exclamation(self) -> str:
        return self._chance.pick(_split(self._language.slang[self._level]))

    def _short(self) -> str:
        chance = self._chance
        sentence = self._sentence() if chance.happens(0.7) else self._verdict()
        if chance.happens(0.25):
            sentence = f"{sentence} {self.exclamation()}"
        while len(sentence.split()) < LEAST_WORDS:
            sentence = f"{sentence} {self._verdict()}"
        return sentence

    def _plan(self, count: int) -> list[Callable[[], str]]:
        chance, language, level = self._chance, self._language, self._level
        plan: list[Callable[[], str]] = [self._sentence] * count
        if chance.happens(0.45):
            plan[0] = self._story
        if count > 3 and chance.happens(0.35):
            plan[1 + chance.below(count - 2)] = self._story
        if chance.happens(0.15):
            plan[chance.below(2)] = lambda: chance.pick(_lines(language.expected[level].replace("; ", "\n")))
        if level < 2 and chance.happens(0.15):
            plan[-1 - chance.below(2)] = lambda: chance.pick(_lines(language.irony))
        elif chance.happens(VERDICTS):
            plan[-1] = self._verdict
        if chance.happens(0.06):
            plan.append(self.exclamation)
        return plan

    def _frame(self, kind: str, **fixed: object) -> str:
        return self._fill(self._chance.pick(_lines(self._language.frames[kind])), **fixed)

    def _fill(self, frame: str, **fixed: object) -> str:
        thing, it, a_thing = _split(self._topic.thing)
        slots = Slots(
            self._chance, self._language, self._topic, {"thing": thing, "it": it, "a_thing": a_thing, **fixed}
        )
        return capitalised(frame.format_map(slots))

    def _story(self) -> str:
        return self._fill(self._chance.pick(_lines(self._topic.stories)))

    def _verdict(self) -> str:
        """A summary of the level, now and then of the one beside it: people round up, and down."""
        near = min(4, max(0, self._level + self._chance.weigh((-1, 0, 1), (0.12, 0.76, 0.12))))
        own = self._chance.happens(0.5)
        return self._fill(self._chance.pick(_split((self._topic if own else self._language).verdicts[near])))

    def _sentence(self) -> str:
        kinds = (self._plain, self._view, self._lead, self._pair, self._contrast, self._flip, self._other, self._regret)
        return self._chance.weigh(kinds, (0.24, 0.10, 0.10, 0.08, 0.30, 0.08, 0.07, 0.03))()

    def _plain(self) -> str:
        return self._frame("plain", a=self._clause(*self._opinion()))

    def _view(self) -> str:
        return self._frame("opinion", a=self._described(*self._opinion()))

    def _lead(self) -> str:
        aspect, grade = self._opinion()
        clause = self._described(aspect, grade) if grade == "fair" else self._clause(aspect, grade, hedges=False)
        return self._frame(grade, a=clause)

    def _pair(self) -> str:
        one, grade = self._opinion()
        two = self._sharing(grade, beside=one)
        return self._frame("pair", a=self._clause(one, grade), b=self._clause(two, grade)) if two else self._plain()

    def _contrast(self) -> str:
        """One thing granted, another weighed against it, mostly so that the weightier one agrees with the level."""
        level, chance = self._level, self._chance
        decides: Grade = "good" if chance.happens((0.06, 0.12, 0.5, 0.88, 0.94)[level]) else "bad"
        granted, weighty = self._sharing(OPPOSITE[decides]), self._sharing(decides)
        if not granted or not weighty:
            return self._pair()
        kind = ("up" if decides == "good" else "down") if chance.happens(0.25) else "contrast"
        return self._frame(kind, a=self._clause(granted, OPPOSITE[decides]), b=self._clause(weighty, decides))

    def _flip(self) -> str:
        aspect, grade = self._opinion()
        if grade == "fair":
            return self._view()
        kind = "wish" if grade == "bad" and self._chance.happens(0.3) else "flip"
        return self._frame(kind, a=self._described(aspect, OPPOSITE[grade], denials=False))

    def _other(self) -> str:
        aspect, grade = self._opinion()
        if grade == "fair":
            return self._view()
        name = self._chance.pick(_split(self._topic.others)).format(other=self._chance.pick(self._others))
        return self._frame("other", a=self._described(aspect, OPPOSITE[grade], denials=False), other=name)

    def _regret(self) -> str:
        aspect = self._sharing("bad")
        return self._frame("if", a=self._clause(aspect, "bad", hedges=False)) if aspect else self._plain()

    def _opinion(self) -> tuple[Aspect, Grade]:
        """An aspect, each in its turn, and what this reviewer thinks of it."""
        aspect = self._aspects[self._next % len(self._aspects)]
        self._next += 1
        return aspect, self._opinions[id(aspect)]

    def _sharing(self, grade: Grade, beside: Aspect | None = None) -> Aspect | None:
        shared = [aspect for aspect in self._aspects if self._opinions[id(aspect)] == grade and aspect is not beside]
        return self._chance.pick(shared) if shared else None

    def _clause(self, aspect: Aspect, grade: Grade, *, hedges: bool = True) -> Clause:
        if self._chance.happens(0.6):
            return self._described(aspect, grade, hedges=hedges)
        unused = [spec for spec in _lines(aspect.clauses(grade)) if spec not in self._used]
        if not unused:
            return self._described(aspect, grade, hedges=hedges)
        self._used.add(spec := self._chance.pick(unused))
        return self._language.clause(spec)

    def _described(self, aspect: Aspect, grade: Grade, *, denials: bool = True, hedges: bool = False) -> Clause:
        """`aspect` with an adjective of `grade`, or with the denial of an opposite one, perhaps hedged."""
        chance, language = self._chance, self._language
        subject, _, gender = chance.pick(_split(aspect.subjects)).partition(":")
        denies = denials and grade != "fair" and chance.happens(0.33)
        adjective = self._adjective(aspect, OPPOSITE[grade] if denies else grade, gradable=denies)
        adverb, before = self._denial(OPPOSITE[grade]) if denies else ("", self._degree(adjective, grade))
        before = before if before != adjective else ""
        if hedges and before not in _split(language.turns) and chance.happens(0.2):
            # Only the first hedge of a grade goes well with a denial.
            words = _split(language.hedges[grade])
            adverb = f"{words[0]} {adverb}" if denies else chance.pick(words)
        return language.clause(
            f"{subject}|{self._verb(gender)}|{adverb}|{before} {language.inflect(adjective, gender)}"
        )

    def _verb(self, gender: str) -> str:
        verb = self._seems if self._seems and self._chance.happens(0.1) else self._copula
        singular, _, plural = verb.partition("/")
        return plural if plural and gender == "p" else singular

    def _adjective(self, aspect: Aspect, grade: Grade, *, gradable: bool) -> str:
        words = _split(aspect.adjectives(grade) if self._chance.happens(0.8) else self._language.general[grade])
        choices = [word for word in words if word[0] not in "!="] if gradable else words
        return self._chance.pick(choices or words)

    def _denial(self, grade: Grade) -> tuple[str, str]:
        """An adverb and what precedes the adjective that together deny an adjective of `grade`."""
        if self._chance.happens(0.25):
            return "", self._chance.pick(_split(self._language.turns))
        adverb, _, before = self._chance.pick(_split(self._language.negations[grade])).partition("|")
        return adverb, before

    def _degree(self, adjective: str, grade: Grade) -> str:
        if adjective.startswith("=") or self._chance.happens(0.4):
            return ""
        if not adjective.startswith("!"):
            return self._chance.pick(_split(self._language.very[grade]))
        utterly = _split(self._language.utterly)
        return utterly[0] if grade == "fair" else self._chance.pick(utterly)


def roughen(chance: Chance, language: Language, text: str) -> str:
    """`text` as typed in haste: common misspellings, and now and then no capitals or too many exclamation marks."""
    for right, wrong in language.typos.items():
        if chance.happens(0.5):
            text = text.replace(right, wrong, 1)
    if chance.happens(0.3):
        text = text.lower()
    if chance.happens(0.3):
        text = text.rstrip(".") + chance.pick(("!!!", "!!", " ...", " :)", " :(", ""))
    return text


def _paragraphs(sentences: list[str], count: int) -> str:
    size = -(-len(sentences) // count)
    return "\n\n".join(" ".join(sentences[i : i + size]) for i in range(0, len(sentences), size))
