"""Fine-tunes a pretrained transformer on a task of GLUE; reports ``eval_...`` after every epoch.

The official training data are split into a part for training and one for validation (``eval_...``); the official
validation data are the test data, measured as ``test_...`` on request.
"""

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
from measures import MEASURES

from syne_tune.utils import add_checkpointing_to_argparse, parse_bool

TASKS = {
    # task: the texts of an example, what is measured
    "cola": (("sentence",), "matthews_correlation"),
    "mnli": (("premise", "hypothesis"), "accuracy"),
    "mrpc": (("sentence1", "sentence2"), "f1"),
    "qnli": (("question", "sentence"), "accuracy"),
    "qqp": (("question1", "question2"), "f1"),
    "rte": (("sentence1", "sentence2"), "accuracy"),
    "sst2": (("sentence",), "accuracy"),
    "stsb": (("sentence1", "sentence2"), "spearmanr"),
    "wnli": (("sentence1", "sentence2"), "accuracy"),
}
EVALUATION_BATCH_SIZE = 64


def build_parser():
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--num_train_epochs", type=int, required=True)
    parser.add_argument("--learning_rate", type=float, required=True)
    parser.add_argument("--per_device_train_batch_size", type=int, required=True)
    parser.add_argument("--warmup_ratio", type=float, required=True)
    parser.add_argument("--model_name_or_path", required=True)
    parser.add_argument("--task_name", choices=sorted(TASKS), required=True)
    parser.add_argument("--train_valid_fraction", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=31415927)
    parser.add_argument("--do_train", type=parse_bool, default=True, help="False: only measure")
    parser.add_argument("--do_eval", type=parse_bool, default=False, help="True: measure on the test data, too")
    parser.add_argument("--max_seq_length", type=int, default=128)
    parser.add_argument(
        "--output_dir", default="tmp", help="where the model goes in the end, if save_strategy is 'end'"
    )
    parser.add_argument("--evaluation_strategy", choices=["epoch"], default="epoch")
    parser.add_argument("--save_strategy", choices=["no", "end"], default="no")
    parser.add_argument("--save_total_limit", type=int, choices=[1], default=1)
    add_checkpointing_to_argparse(parser)
    return parser


def objective(config):
    set_seed(config["seed"])
    texts, name = TASKS[config["task_name"]]
    data = load_data("glue", config["task_name"])
    parts = data["train"].train_test_split(train_size=config["train_valid_fraction"], seed=config["seed"])
    evaluated = {"eval": parts["test"]}
    if config["do_eval"]:
        evaluated["test"] = data["validation_matched" if config["task_name"] == "mnli" else "validation"]
    is_regression = name == "spearmanr"
    num_labels = 1 if is_regression else len(set(data["train"]["label"]))
    tokenizer, model = pretrained(
        "AutoModelForSequenceClassification", config["model_name_or_path"], num_labels=num_labels
    )

    def collate(examples):
        columns = [[example[text] for example in examples] for text in texts]
        batch = tokenizer(
            *columns, truncation=True, max_length=config["max_seq_length"], padding=True, return_tensors="pt"
        )
        return {**batch, "labels": labels_of(examples, is_regression)}

    def measure():
        values = {}
        for part, examples in evaluated.items():
            scores, labels = tuning.predictions(batches_in_order(examples, EVALUATION_BATCH_SIZE, collate))
            predicted = scores[:, 0] if is_regression else scores.argmax(1)
            values[f"{part}_{name}"] = MEASURES[name](predicted, labels)
        return values

    train, batch_size = parts["train"], config["per_device_train_batch_size"]
    num_epochs = config["num_train_epochs"]
    options = Options(learning_rate=config["learning_rate"], warmup_ratio=config["warmup_ratio"])
    tuning = FineTuning(model, options, num_steps=num_epochs * -(-len(train) // batch_size))

    def batches_of_round(number):
        return shuffled_batches(train, batch_size, seed=number, collate=collate) if config["do_train"] else []

    run(config, tuning, num_epochs, "epoch", batches_of_round, measure)
    if config["save_strategy"] == "end":
        model.save_pretrained(config["output_dir"])
        tokenizer.save_pretrained(config["output_dir"])


if __name__ == "__main__":
    objective(vars(build_parser().parse_args()))
