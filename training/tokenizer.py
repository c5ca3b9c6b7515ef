"""A WordPiece tokenizer trained on a corpus, the same bytes on every run."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import BertTokenizer

UNKNOWN = "[UNK]"
SPECIAL = ("[PAD]", UNKNOWN, "[CLS]", "[SEP]", "[MASK]")
ALPHABET = 1000  # characters at most, each of them two tokens: at the start of a word and inside it


def train_tokenizer(texts: Iterable[str], vocab_size: int, *, max_length: int = 512) -> BertTokenizer:
    """A cased WordPiece tokenizer with `vocab_size` tokens at most; letters keep their accents.

    texts: gone through twice. "[MASK]" or "[SEP]" in a text is text, not a special token.
    Raises ValueError for an iterator, which can be gone through but once, and where there is no text.
    """
    if isinstance(texts, Iterator):
        raise ValueError("texts must be a list or another collection that can be gone through twice, not an iterator")
    normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    alphabet = frequent_characters(map(normalizer.normalize_str, texts), min(ALPHABET, vocab_size // 4))
    if not alphabet:
        raise ValueError("there is no text to train a tokenizer on")
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    # The trainer numbers characters in the order of a randomly seeded hash map, and numbers break ties between merges:
    # four runs on 432 reviews gave four orders and three sets of tokens. Named beforehand, characters keep their place.
    characters = [*alphabet, *(f"##{character}" for character in alphabet)]
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocab_size, special_tokens=[*SPECIAL, *characters], show_progress=False
    )
    tokenizer.train_from_iterator(map(Keep(alphabet), texts), trainer)
    return BertTokenizer(
        vocab=tokenizer.get_vocab(),
        do_lower_case=False,
        strip_accents=False,
        split_special_tokens=True,
        model_max_length=max_length,
    )


def frequent_characters(texts: Iterable[str], limit: int) -> list[str]:
    """The `limit` most frequent characters that are not space, in their Unicode order; of equals the lower ones."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    ranked = sorted((c for c in counts if not c.isspace()), key=lambda c: (-counts[c], c))
    return sorted(ranked[:limit])


class Keep(dict[int, str]):
    """A function that puts a space for every character that is neither in `alphabet` nor a space."""

    def __init__(self, alphabet: Iterable[str]) -> None:
        super().__init__((ord(character), character) for character in alphabet)

    def __missing__(self, code: int) -> str:
        self[code] = " "
        return " "

    def __call__(self, text: str) -> str:
        return text.translate(self)
