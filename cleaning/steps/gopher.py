"""The rules of Gopher: whether a web page reads like prose, and how much of it repeats itself.

Source: Rae et al. 2021, https://arxiv.org/abs/2112.11446, section A.1.1 and table A1. What the paper leaves open is
counted as in datatrove, with which FineWeb was made:
https://github.com/huggingface/datatrove/tree/main/src/datatrove/pipeline/filters
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import filterfalse, pairwise

from cleaning.limits import Amount, Share, at_least, at_most, between, share
from cleaning.published import PUBLISHED
from cleaning.step import Finding, Length
from cleaning.words import beginning, duplicates, lines, paragraphs, words
from scrapers.record import Document

BULLETS = ("•", "-")
ELLIPSES = ("...", "…")
FIRST_TOP, FIRST_DUPLICATE = 2, 5  # words of the shortest n-grams


def gopher_quality(
    document: Document,
    *,
    min_words: Length = 50,
    max_words: Length = 100_000,
    min_word_length: Amount = 3,
    max_word_length: Amount = 10,
    max_symbols: Share = 0.1,
    max_bullets: Share = 0.9,
    max_ellipses: Share = 0.3,
    min_alphabetic: Share = 0.8,
    stop_words: Sequence[str] = PUBLISHED.gopher_stop_words,
    min_stop_words: Length = 2,
) -> tuple[Finding, ...]:
    """Whether a text reads like prose: how many words it has, their mean length in characters, and what is no word.

    The others are shares: number signs or ellipses to tokens (`max_symbols`), lines that begin with a bullet, lines
    that end in an ellipsis, tokens with a letter. stop_words: as written, of which at least `min_stop_words` are there.
    Source: Rae et al. 2021, section A.1.1.
    """
    text, tokens, rows = document.text, words(document.text), lines(document.text)
    others = list(filterfalse(str.isalpha, tokens))
    marks = [token for token in others if not token[0].isalnum()]
    unlettered = sum(not any(map(str.isalpha, token)) for token in others if token[0].isalnum()) + len(marks)
    count = len(tokens) - len(marks)
    length = share(sum(map(len, tokens)) - sum(map(len, marks)), count)
    symbols = max((text.count("#"), "#"), (sum(map(text.count, ELLIPSES)), ELLIPSES[0]))
    bullets = share(sum([row.startswith(BULLETS) for row in rows]), len(rows))
    ellipses = share(sum([row.endswith(ELLIPSES) for row in rows]), len(rows))
    return (
        between(count, min_words, max_words, "gopher_words"),
        between(length, min_word_length, max_word_length, "gopher_word_length"),
        at_most(share(symbols[0], len(tokens)), max_symbols, "gopher_symbols", symbols[1] if symbols[0] else ""),
        at_most(bullets, max_bullets, "gopher_bullets"),
        at_most(ellipses, max_ellipses, "gopher_ellipses"),
        at_least(share(len(tokens) - unlettered, len(tokens)), min_alphabetic, "gopher_alphabetic"),
        at_least(len(set(stop_words).intersection(tokens)), min_stop_words, "gopher_stop_words"),
    )


def gopher_repetition(
    document: Document,
    *,
    max_duplicate_paragraphs: Share = 0.30,
    max_duplicate_paragraph_characters: Share = 0.20,
    max_duplicate_lines: Share = 0.30,
    max_duplicate_line_characters: Share = 0.20,
    max_top_n_grams: Sequence[Share] = (0.20, 0.18, 0.16),
    max_duplicate_n_grams: Sequence[Share] = (0.15, 0.14, 0.13, 0.12, 0.11, 0.10),
) -> tuple[Finding, ...]:
    """How much of a text repeats itself, each as a share: of its paragraphs, of its lines, of its characters.

    max_top_n_grams: of the characters, in the most frequent sequence of 2 tokens, of 3, and so on.
    max_duplicate_n_grams: of the characters, in sequences of 5 tokens that stand in the text before, of 6, and so on.
    A text of more than 500,000 characters is judged by its first 500,000. Source: Rae et al. 2021, table A1.
    """
    text = beginning(document.text)
    size = len(text)
    blocks, rows = paragraphs(text), lines(text)
    asked = bool(max_top_n_grams or max_duplicate_n_grams)
    tokens = words(text) if asked else ()
    longest = max(FIRST_TOP + len(max_top_n_grams), FIRST_DUPLICATE + len(max_duplicate_n_grams)) - 1
    found = recurring(tokens, longest)
    return (
        *repeated(blocks, size, "paragraph", max_duplicate_paragraphs, max_duplicate_paragraph_characters),
        *repeated(rows, size, "line", max_duplicate_lines, max_duplicate_line_characters),
        *(top(n, tokens, found.get(n, {}), size, most) for n, most in enumerate(max_top_n_grams, FIRST_TOP)),
        *(
            duplicate(n, tokens, found.get(n, {}), size, most)
            for n, most in enumerate(max_duplicate_n_grams, FIRST_DUPLICATE)
        ),
    )


def repeated(parts: Sequence[str], size: int, unit: str, most: float, most_characters: float) -> Iterator[Finding]:
    """The findings on the parts of a text of `size` characters that stand in it before: how many, and how much of it.

    The part that is shown is the longest.
    """
    again = duplicates(parts)
    shown = max(again, key=len, default="")
    yield at_most(share(len(again), len(parts)), most, f"gopher_duplicate_{unit}s", shown)
    characters = share(sum(map(len, again)), size)
    yield at_most(characters, most_characters, f"gopher_duplicate_{unit}_characters", shown)


def recurring(tokens: tuple[str, ...], longest: int) -> dict[int, dict[int, int]]:
    """By n, from 2 to `longest`: where sequences of n tokens begin that are there again, each with its first place.

    A sequence recurs only where the shorter one that it begins with does: after two tokens few places are left.
    """
    found: dict[int, dict[int, int]] = {}
    places: Sequence[int] = range(len(tokens) - 1)
    n_grams: Iterable[tuple[str, ...]] = pairwise(tokens)
    for n in range(2, longest + 1):
        seen: dict[tuple[str, ...], int] = {}
        firsts = map(seen.setdefault, n_grams, places)
        later = [(place, first) for place, first in zip(places, firsts, strict=True) if place != first]
        if not later:
            break
        found[n] = dict(sorted([*later, *((first, first) for _, first in later)]))
        places = [place for place in found[n] if place + n < len(tokens)]
        n_grams = [tokens[place : place + n + 1] for place in places]
    return found


def top(n: int, tokens: tuple[str, ...], found: Mapping[int, int], size: int, most: float) -> Finding:
    """The finding on the most frequent sequence of `n` tokens; of several, the first. found: of `recurring`."""
    first, count = Counter(found.values()).most_common(1)[0] if found else (0, 1)
    shown = " ".join(tokens[first : first + n]) if len(tokens) >= n else ""
    return at_most(share(len(shown) * count, size), most, f"gopher_top_{n}_gram", shown)


def duplicate(n: int, tokens: tuple[str, ...], found: Mapping[int, int], size: int, most: float) -> Finding:
    """The finding on sequences of `n` tokens that stand in the text before, read from left to right without overlap."""
    free, characters, shown = 0, 0, ""
    seen: set[int] = set()
    for place, first in found.items():
        if place < free:
            continue
        if first in seen:
            characters += sum(map(len, tokens[place : place + n]))
            shown = shown or " ".join(tokens[place : place + n])
            free = place + n
        seen.add(first)
    return at_most(share(characters, size), most, f"gopher_duplicate_{n}_grams", shown)


STEPS = (gopher_quality, gopher_repetition)
