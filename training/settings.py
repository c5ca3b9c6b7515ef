"""What can be set about training and evaluation, checked when it is set."""

from dataclasses import dataclass

SCRATCH = "scratch"  # as `model`: build a small BERT from random weights


def demand(holds: bool, name: str, value: object, expected: str) -> None:
    """Raises ValueError that names a setting, its value and what was expected, unless the condition holds."""
    if not holds:
        raise ValueError(f"{name} must be {expected}, not {value!r}")


def demand_positive(settings: object, *names: str) -> None:
    """Raises ValueError where one of the named fields of `settings` is set and not above zero."""
    for name in names:
        value = getattr(settings, name)
        demand(value is None or value > 0, name, value, "above zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainSettings:
    """How a classifier is fine-tuned. The defaults suit mBERT on some thousand documents.

    model: a name on the Hugging Face Hub, a local folder, or "scratch"; revision: branch, tag or commit of a Hub name.
    max_length: tokens; None takes the 99th percentile of the training documents.
    warmup: share of the steps. checkpoint_seconds: at least so long between two checkpoints that are not evaluations.

    Source: learning rate, batch size and epochs as in Devlin et al. 2019, appendix A.3.
    """

    task: str = "rating_bands"
    model: str = "bert-base-multilingual-cased"
    revision: str | None = None
    max_length: int | None = None
    epochs: int = 3
    max_steps: int | None = None
    batch_size: int = 32
    learning_rate: float = 2e-5
    warmup: float = 0.1
    weight_decay: float = 0.01
    max_grad_norm: float = 1.0
    class_weights: bool = False
    evaluations_per_epoch: int = 1
    early_stopping_patience: int = 2
    log_every: int = 10
    checkpoint_seconds: float = 300.0
    seed: int = 42

    def __post_init__(self) -> None:
        demand(bool(self.model.strip()), "model", self.model, 'a Hub name, a local folder or "scratch"')
        positive = ("epochs", "max_steps", "batch_size", "learning_rate", "max_grad_norm", "evaluations_per_epoch")
        demand_positive(self, *positive, "early_stopping_patience", "log_every")
        demand(self.max_length is None or self.max_length >= 8, "max_length", self.max_length, "8 tokens or more")
        demand(0 <= self.warmup < 1, "warmup", self.warmup, "a share of the steps, from 0 to below 1")
        demand(self.weight_decay >= 0, "weight_decay", self.weight_decay, "zero or more")
        demand(self.checkpoint_seconds >= 0, "checkpoint_seconds", self.checkpoint_seconds, "zero or more")
        demand(0 <= self.seed < 2**32, "seed", self.seed, "from 0 to 2**32 - 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScratchSettings:
    """A small BERT and its warm-up by masked-language modelling, for model = "scratch".

    The defaults take a minute on two CPU cores for 3,000 reviews; with millions of texts, raise all sizes.
    layers, heads, hidden_size and intermediate as in BERT; mlm_max_length: tokens a piece of text.
    Source: mlm_probability, Devlin et al. 2019, section 3.1.
    """

    vocab_size: int = 4000
    hidden_size: int = 64
    layers: int = 2
    heads: int = 4
    intermediate: int = 256
    dropout: float = 0.1
    mlm_epochs: int = 6
    mlm_max_steps: int | None = None
    mlm_batch_size: int = 16
    mlm_learning_rate: float = 3e-3
    mlm_max_length: int = 128
    mlm_probability: float = 0.15
    seed: int = 42

    def __post_init__(self) -> None:
        demand_positive(self, "hidden_size", "layers", "heads", "intermediate", "mlm_epochs", "mlm_max_steps")
        demand_positive(self, "mlm_batch_size", "mlm_learning_rate")
        demand(self.vocab_size >= 100, "vocab_size", self.vocab_size, "100 or more")
        demand(
            self.hidden_size % self.heads == 0, "hidden_size", self.hidden_size, f"a multiple of heads ({self.heads})"
        )
        demand(0 <= self.dropout < 1, "dropout", self.dropout, "from 0 to below 1")
        demand(8 <= self.mlm_max_length <= 512, "mlm_max_length", self.mlm_max_length, "from 8 to 512 tokens")
        demand(0 < self.mlm_probability < 1, "mlm_probability", self.mlm_probability, "between 0 and 1")
        demand(0 <= self.seed < 2**32, "seed", self.seed, "from 0 to 2**32 - 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateSettings:
    """How a classifier is scored: bootstrap resamples, the confidence of the intervals, documents at a time."""

    resamples: int = 1000
    confidence: float = 0.95
    batch_size: int = 64
    seed: int = 42

    def __post_init__(self) -> None:
        demand_positive(self, "resamples", "batch_size")
        demand(0 < self.confidence < 1, "confidence", self.confidence, "between 0 and 1")
        demand(0 <= self.seed < 2**32, "seed", self.seed, "from 0 to 2**32 - 1")
