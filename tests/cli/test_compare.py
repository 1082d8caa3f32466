import json
import shutil

import pytest

from syne_tune.cli.main import main


@pytest.fixture
def study(tmp_path, monkeypatch):
    import pandas as pd

    monkeypatch.setenv("SYNETUNE_FOLDER", str(tmp_path))
    for method, loss in (("RS", 2.0), ("BO", 1.0)):
        for seed in range(3):
            folder = tmp_path / f"study-{method}-{seed}"
            folder.mkdir()
            metadata = {"algorithm": method, "benchmark": "digits", "seed": seed, "st_tuner_creation_timestamp": 0}
            metadata = {**metadata, "metric_names": ["loss"], "metric_mode": "min"}
            (folder / "metadata.json").write_text(json.dumps(metadata))
            frame = pd.DataFrame({"loss": [3.0, loss], "trial_id": [0, 1], "st_tuner_time": [1.0, 2.0]})
            frame.to_csv(folder / "results.csv.zip", index=False)
    return tmp_path


def test_values_and_ranks_are_printed(study, capsys):
    assert main(["compare", "study"]) == 0
    shown = capsys.readouterr().out
    assert "digits" in shown
    assert "mean rank" in shown


def test_json_names_every_method(study, capsys):
    main(["compare", "study", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["values"] == {"digits": {"BO": 1.0, "RS": 2.0}}
    assert answer["mean_ranks"] == {"BO": 1.0, "RS": 2.0}


def test_page_and_pictures_are_written(study, tmp_path):
    folder = tmp_path / "out"
    assert main(["compare", "study", "--report", str(folder / "page.html"), "--figures", str(folder)]) == 0
    assert {path.name for path in folder.iterdir()} == {"page.html", "digits.png", "ranks.png"}


def test_tables_in_latex(study, capsys):
    main(["compare", "study", "--setups", "RS", "BO", "--table", "latex"])
    assert r"\textbf{1 $\pm$ 0}" in capsys.readouterr().out


def test_mistakes_name_the_nearest(study, capsys):
    assert main(["compare", "study", "--setups", "RSS"]) == 2
    assert "RS" in capsys.readouterr().err
    assert main(["compare", "study", "--setup-key", "algoritm"]) == 2
    assert "algorithm" in capsys.readouterr().err
    assert main(["compare", "nothing"]) == 2


def test_tag_may_be_written_as_it_was_given_to_the_launcher(study, capsys):
    for folder in sorted(study.iterdir()):
        folder.rename(study / f"my-{folder.name}")
    assert main(["compare", "my_study"]) == 0
    assert "mean rank" in capsys.readouterr().out


def test_unknown_tag_names_the_studies_there_are(study, capsys):
    (study / "first-study").mkdir()
    (study / "first-study" / "study.json").write_text("{}")
    assert main(["compare", "first-stud"]) == 2
    assert "did you mean 'first-study'" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--figures", "--report"])
def test_place_that_cannot_be_written_is_named(study, tmp_path, capsys, option):
    (tmp_path / "file").write_text("")
    place = tmp_path / "file" / "below.html"
    assert main(["compare", "study", option, str(place)]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_what_the_numbers_are_and_which_runs_have_none_is_said(study, capsys):
    """A run without any value was left out of the table without a word, and counted as worst in the ranks."""
    for folder in study.glob("study-BO-[12]"):
        text = (folder / "metadata.json").read_text()
        (folder / "results.csv.zip").unlink()
        (folder / "metadata.json").write_text(text)
    assert main(["compare", "study"]) == 0
    shown = capsys.readouterr().out
    assert "loss (lower is better): interquartile mean over seeds" in shown
    assert "no finite value: study-BO-1 (BO), study-BO-2 (BO)" in shown
    assert "1 ± " not in shown  # a single run has no interval
    main(["compare", "study", "--json"])
    assert json.loads(capsys.readouterr().out)["without_value"] == ["study-BO-1", "study-BO-2"]


def test_a_method_named_twice_is_refused(study, capsys):
    assert main(["compare", "study", "--setups", "RS", "RS"]) == 2
    assert "'RS' is named twice" in capsys.readouterr().err


def give(folder, **changes):
    """Changes metadata of an experiment."""
    metadata = json.loads((folder / "metadata.json").read_text())
    (folder / "metadata.json").write_text(json.dumps({**metadata, **changes}))


def test_each_benchmark_is_compared_by_what_it_optimises(study, capsys):
    """The first benchmark's metric was taken for all: methods were ranked by what they had not optimised."""
    import pandas as pd

    for method, error in (("RS", 0.1), ("BO", 0.2)):
        folder = study / f"study-zoo-{method}"
        folder.mkdir()
        (folder / "metadata.json").write_text((study / f"study-{method}-0" / "metadata.json").read_text())
        give(folder, benchmark="zoo", metric_names=["error", "loss"])
        frame = pd.DataFrame({"loss": [0.0], "error": [error], "trial_id": [0], "st_tuner_time": [1.0]})
        frame.to_csv(folder / "results.csv.zip", index=False)
    assert main(["compare", "study", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["values"]["zoo"] == {"BO": 0.2, "RS": 0.1}
    main(["compare", "study"])
    assert "loss or error (lower is better)" in capsys.readouterr().out
    main(["compare", "study", "--metric", "loss", "--json"])
    assert json.loads(capsys.readouterr().out)["values"]["zoo"] == {"BO": 0.0, "RS": 0.0}


def test_metrics_in_opposite_directions_are_not_compared(study, capsys):
    give(study / "study-RS-0", metric_names=["accuracy"], metric_mode="max")
    assert main(["compare", "study"]) == 2
    assert "--metric" in capsys.readouterr().err
    assert main(["compare", "study", "--setups", "BO"]) == 0  # what is left out may have any metric


def test_experiment_that_lacks_the_metric_is_named(study, capsys):
    give(study / "study-RS-2", metric_names=["error"])
    for folder in study.glob("study-RS-[01]"):
        give(folder, metric_names=["error"])
    assert main(["compare", "study", "--setups", "RS"]) == 2
    assert "study-RS-0: No report contains 'error'" in capsys.readouterr().err


def test_many_methods_are_shown_below_each_other(study, capsys):
    for number in range(7):
        folder = study / f"study-more-{number}"
        folder.mkdir()
        for name in ("metadata.json", "results.csv.zip"):
            (folder / name).write_bytes((study / "study-RS-0" / name).read_bytes())
        give(folder, algorithm=f"method-{number}")
    main(["compare", "study"])
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("method-3 ") for line in lines) == 2


def test_a_single_seed_has_no_interval(study, capsys):
    """It was said to be 1.00 to 1.00, as if ranks were known for sure."""
    for folder in [*study.glob("study-*-1"), *study.glob("study-*-2")]:
        shutil.rmtree(folder)
    main(["compare", "study"])
    shown = capsys.readouterr().out
    assert "rank on the only problem" in shown
    assert " to " not in shown
