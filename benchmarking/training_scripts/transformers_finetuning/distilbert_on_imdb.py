"""Fine-tunes DistilBERT to tell good from bad reviews; reports its accuracy after every 5,000 of them."""

from argparse import ArgumentParser
from pathlib import Path

from fine_tuning import (
    FineTuning,
    Options,
    batches_in_order,
    labels_of,
    load_data,
    pretrained,
    run,
    set_seed,
    shuffled_batches,
)
from measures import accuracy

from syne_tune.utils import add_checkpointing_to_argparse

MODEL, DATA = "distilbert-base-uncased", "imdb"
EXAMPLES_PER_STEP, NUM_EVALUATED = 5000, 5000
BATCH_SIZE = 16
MAX_LENGTH = 512


def build_parser():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, required=True, help="number of evaluations, as 'step' counts them")
    parser.add_argument("--learning_rate", type=float, required=True)
    parser.add_argument("--weight_decay", type=float, required=True)
    parser.add_argument("--dataset_path", default="./", help="folder in which a copy of the data may lie, as 'imdb'")
    parser.add_argument("--seed", type=int, default=0)
    add_checkpointing_to_argparse(parser)
    return parser


def objective(config):
    set_seed(config["seed"])
    data = load_data(f"{config['dataset_path']}/{DATA}") if local_copy(config) else load_data(DATA)
    tokenizer, model = pretrained("AutoModelForSequenceClassification", MODEL, num_labels=2)

    def collate(examples):
        texts = [example["text"] for example in examples]
        batch = tokenizer(texts, truncation=True, max_length=MAX_LENGTH, padding=True, return_tensors="pt")
        return {**batch, "labels": labels_of(examples)}

    train = data["train"].shuffle(seed=0)
    evaluated = data["test"].shuffle(seed=0).select(range(NUM_EVALUATED))
    steps_per_pass = len(train) // EXAMPLES_PER_STEP

    def batches_of_round(number):
        part = (number - 1) % steps_per_pass
        examples = train.select(range(part * EXAMPLES_PER_STEP, (part + 1) * EXAMPLES_PER_STEP))
        return shuffled_batches(examples, BATCH_SIZE, seed=number, collate=collate)

    def measure():
        scores, labels = tuning.predictions(batches_in_order(evaluated, BATCH_SIZE, collate))
        return {"accuracy": accuracy(scores.argmax(1), labels)}

    options = Options(learning_rate=config["learning_rate"], weight_decay=config["weight_decay"])
    tuning = FineTuning(model, options, num_steps=config["epochs"] * EXAMPLES_PER_STEP // BATCH_SIZE)
    run(config, tuning, config["epochs"], "step", batches_of_round, measure)


def local_copy(config):
    """Whether the data lie on this machine."""
    return (Path(config["dataset_path"]) / DATA).is_dir()


if __name__ == "__main__":
    objective(vars(build_parser().parse_args()))
