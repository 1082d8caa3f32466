import json

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
