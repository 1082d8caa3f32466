"""Fine-tunes BERT to choose which of four endings a sentence has; reports its accuracy after every epoch."""

from argparse import ArgumentParser

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

MODEL, DATA = "bert-base-uncased", ("swag", "regular")
NUM_ENDINGS = 4
EVALUATION_BATCH_SIZE = 32


def build_parser():
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--per_device_train_batch_size", type=int, required=True)
    parser.add_argument("--learning_rate", type=float, required=True)
    parser.add_argument("--warmup_ratio", type=float, required=True)
    parser.add_argument("--weight_decay", type=float, required=True)
    parser.add_argument("--adam_beta1", type=float, required=True)
    parser.add_argument("--adam_beta2", type=float, required=True)
    parser.add_argument("--adam_epsilon", type=float, required=True)
    parser.add_argument("--max_grad_norm", type=float, required=True)
    parser.add_argument("--seed", type=int, default=0)
    add_checkpointing_to_argparse(parser)
    return parser


def objective(config):
    set_seed(config["seed"])
    data = load_data(*DATA)
    tokenizer, model = pretrained("AutoModelForMultipleChoice", MODEL)
    train, evaluated, batch_size = data["train"], data["validation"], config["per_device_train_batch_size"]

    def collate(examples):
        contexts = [example["sent1"] for example in examples for _ in range(NUM_ENDINGS)]
        endings = [f"{x['sent2']} {x[f'ending{i}']}" for x in examples for i in range(NUM_ENDINGS)]
        flat = tokenizer(contexts, endings, truncation=True, padding=True, return_tensors="pt")
        batch = {name: value.view(len(examples), NUM_ENDINGS, -1) for name, value in flat.items()}
        return {**batch, "labels": labels_of(examples)}

    def measure():
        scores, labels = tuning.predictions(batches_in_order(evaluated, EVALUATION_BATCH_SIZE, collate))
        return {"eval_accuracy": accuracy(scores.argmax(1), labels)}

    options = Options(
        learning_rate=config["learning_rate"],
        weight_decay=config["weight_decay"],
        warmup_ratio=config["warmup_ratio"],
        adam_betas=(config["adam_beta1"], config["adam_beta2"]),
        adam_epsilon=config["adam_epsilon"],
        max_grad_norm=config["max_grad_norm"],
    )
    tuning = FineTuning(model, options, num_steps=config["epochs"] * -(-len(train) // batch_size))
    run(
        config,
        tuning,
        config["epochs"],
        "epoch",
        lambda number: shuffled_batches(train, batch_size, seed=number, collate=collate),
        measure,
    )


if __name__ == "__main__":
    objective(vars(build_parser().parse_args()))
