"""Fine-tuning a pretrained transformer: what the scripts in this folder have in common.

They differ in how examples become batches, and in what is measured. A batch is a dictionary of tensors that the model
takes, ``labels`` among them.
"""

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from syne_tune import Reporter
from syne_tune.utils import (
    checkpoint_model_at_rung_level,
    pytorch_load_save_functions,
    resume_from_checkpointed_model,
)

NEEDS = "pip install 'syne_tune[torch]' transformers datasets"

try:
    import torch
except ImportError as error:
    sys.exit(
        f"This script needs PyTorch ({error}). Install what it needs with: {NEEDS}; or set SYNE_TUNE_STAND_IN=10 "
        "to try out everything without it"
    )


@dataclass(frozen=True)
class Options:
    """How the weights are changed.

    Args:
        learning_rate: Largest learning rate.
        weight_decay: Of all weights but biases and normalisations.
        warmup_ratio: Share of the steps in which the learning rate grows; afterwards it falls to 0, both linearly.
        adam_betas: Decay rates of the averages of AdamW.
        adam_epsilon: Added to the denominator of AdamW.
        max_grad_norm: Largest norm of the gradient; 0 for no limit.
    """

    learning_rate: float
    weight_decay: float = 0.0
    warmup_ratio: float = 0.0
    adam_betas: tuple[float, float] = (0.9, 0.999)
    adam_epsilon: float = 1e-8
    max_grad_norm: float = 1.0


class FineTuning:
    """A model that is being trained, with its optimizer and its learning rate schedule.

    Args:
        model: Takes a batch and returns an object with ``loss`` and ``logits``.
        options: How the weights are changed.
        num_steps: Number of steps in all.
    """

    def __init__(self, model: Any, options: Options, num_steps: int) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = model.to(self.device)
        self.options = options
        self.optimizer = torch.optim.AdamW(
            _parameter_groups(model, options.weight_decay),
            lr=options.learning_rate,
            betas=options.adam_betas,
            eps=options.adam_epsilon,
        )
        num_warmup = int(options.warmup_ratio * num_steps)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda step: rate_factor(step, num_warmup, num_steps)
        )

    def train(self, batches: Iterable[dict[str, Any]]) -> None:
        """One step per batch."""
        self.model.train()
        for batch in batches:
            self.optimizer.zero_grad()
            self.model(**self._moved(batch)).loss.backward()
            if self.options.max_grad_norm > 0:
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.options.max_grad_norm)
            self.optimizer.step()
            self.schedule.step()

    @torch.no_grad()
    def predictions(self, batches: Iterable[dict[str, Any]]) -> tuple[Any, Any]:
        """Scores ``(n, classes)`` and labels ``(n,)``, as arrays."""
        self.model.eval()
        pairs = [(self.model(**self._moved(batch)).logits.float().cpu(), batch["labels"]) for batch in batches]
        scores, labels = zip(*pairs, strict=True)
        return torch.cat(scores).numpy(), torch.cat(labels).numpy()

    def _moved(self, batch: dict[str, Any]) -> dict[str, Any]:
        return {name: value.to(self.device) for name, value in batch.items()}

    def stateful_parts(self) -> dict[str, Any]:
        """What a checkpoint has to contain, by name."""
        return {"model": self.model, "optimizer": self.optimizer, "schedule": self.schedule}


def set_seed(seed: int) -> None:
    """Makes the weights that are not pretrained, and dropout, repeatable."""
    torch.manual_seed(seed)


def labels_of(examples: list[Any], is_regression: bool = False) -> Any:
    """The labels of examples as a tensor: classes, or numbers."""
    return torch.tensor([x["label"] for x in examples], dtype=torch.float32 if is_regression else torch.int64)


def _parameter_groups(model: Any, weight_decay: float) -> list[dict[str, Any]]:
    matrices = [parameter for parameter in model.parameters() if parameter.ndim > 1]
    vectors = [parameter for parameter in model.parameters() if parameter.ndim <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]


def rate_factor(step: int, num_warmup: int, num_steps: int) -> float:
    """Learning rate over the largest one: grows during the warm-up, then falls to 0."""
    if step < num_warmup:
        return step / num_warmup
    return max(0.0, (num_steps - step) / max(1, num_steps - num_warmup))


def shuffled_batches(
    examples: Sequence[Any], batch_size: int, seed: int, collate: Callable[[list[Any]], dict[str, Any]]
) -> Iterable[dict[str, Any]]:
    """Batches of all examples in a random order that follows from the seed.

    Args:
        examples: All of them.
        batch_size: Examples per batch.
        seed: Of the order.
        collate: From examples to a batch.
    """
    order = torch.randperm(len(examples), generator=torch.Generator().manual_seed(seed)).tolist()
    for start in range(0, len(order), batch_size):
        yield collate([examples[i] for i in order[start : start + batch_size]])


def batches_in_order(
    examples: Sequence[Any], batch_size: int, collate: Callable[[list[Any]], dict[str, Any]]
) -> Iterable[dict[str, Any]]:
    """Batches of all examples in their order."""
    for start in range(0, len(examples), batch_size):
        yield collate([examples[i] for i in range(start, min(start + batch_size, len(examples)))])


def run(
    config: dict[str, Any],
    tuning: FineTuning,
    num_rounds: int,
    resource_attr: str,
    batches_of_round: Callable[[int], Iterable[dict[str, Any]]],
    measure: Callable[[], dict[str, float]],
) -> None:
    """Trains round by round; after each, writes a checkpoint and reports.

    Args:
        config: Configuration of the trial.
        tuning: What is trained.
        num_rounds: How many rounds.
        resource_attr: Name under which the number of the round is reported.
        batches_of_round: Training data of a round, counted from 1.
        measure: What to report.
    """
    load, save = pytorch_load_save_functions(tuning.stateful_parts())
    first = resume_from_checkpointed_model(config, load) + 1
    report = Reporter()
    start = time.perf_counter()
    for number in range(first, num_rounds + 1):
        tuning.train(batches_of_round(number))
        measured = measure()
        checkpoint_model_at_rung_level(config, save, number)
        report(**{resource_attr: number}, **measured, elapsed_time=time.perf_counter() - start)


def pretrained(auto_class: str, name: str, **kwargs: Any) -> tuple[Any, Any]:
    """A tokenizer and a model of the ``transformers`` library.

    Args:
        auto_class: Name of its class, for example ``"AutoModelForSequenceClassification"``.
        name: Name of the model, or a folder that holds it.
        **kwargs: Arguments of ``from_pretrained`` of the model.

    Raises:
        SystemExit: If the library is missing, or the model cannot be had.
    """
    transformers = _library("transformers")
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(name)
        return tokenizer, getattr(transformers, auto_class).from_pretrained(name, **kwargs)
    except OSError as error:
        sys.exit(
            f"The model {name!r} is neither a folder nor can it be had from https://huggingface.co/{name} ({error}); "
            "or set SYNE_TUNE_STAND_IN=10 to try out everything without"
        )


def load_data(*name: str) -> Any:
    """A data set of the ``datasets`` library.

    Args:
        *name: Its name, and that of its configuration if it has several.

    Raises:
        SystemExit: If the library is missing, or the data set cannot be had.
    """
    datasets = _library("datasets")
    try:
        return datasets.load_dataset(*name)
    except (OSError, ValueError) as error:
        sys.exit(
            f"The data {name!r} cannot be had from https://huggingface.co/datasets/{name[0]} ({error}); or set "
            "SYNE_TUNE_STAND_IN=10 to try out everything without"
        )


def _library(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        sys.exit(
            f"This script needs the package {name!r} ({error}). Install what it needs with: {NEEDS}; or set "
            "SYNE_TUNE_STAND_IN=10 to try out everything without it"
        )
