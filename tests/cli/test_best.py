def test_best_prints_arguments_for_the_script(cli, grid):
    shown = cli("best", "grid").out.splitlines()
    assert shown[0].startswith("loss = 0.333333 (min), trial ")
    assert shown[1] == "--x 1 --epochs 3"
    assert cli("best", "grid", "--args").out == "--x 1 --epochs 3\n"


def test_best_json(cli_json, grid):
    data = cli_json("best", "grid", "--metric", "loss")
    assert data["config"] == {"x": 1, "epochs": 3}
    assert data["arguments"] == ["--x", "1", "--epochs", "3"]


def test_unknown_metric_is_refused_with_the_legal_ones(cli, grid):
    refused = cli("best", "grid", "--metric", "los")
    assert refused.code == 2
    assert "'loss'" in refused.err


def test_best_by_the_model(cli, cli_json, grid):
    data = cli_json("best", "grid", "--model")
    assert data["config"] in ({"x": 1, "epochs": 3}, {"x": 2, "epochs": 3})
    assert data["arguments"][2:] == ["--epochs", "3"]
    assert data["num_trials"] == 2
    assert {"predicted_mean", "predicted_std", "noise_std", "observed"} <= data.keys()
    shown = cli("best", "grid", "--model").out
    assert " expected (min), " in shown
