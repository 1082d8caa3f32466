import pandas as pd

from syne_tune.experiments.comparison.result_index import (
    create_index_for_result_files,
    load_results_dataframe_per_benchmark,
)


def algorithm(metadata):
    return metadata["algorithm"]


def test_index_and_table_of_a_benchmark(study):
    found = create_index_for_result_files(("study",), algorithm, metadata_keys=["seed"])
    assert found["setup_names"] == {"good", "bad"}
    assert found["metadata_values"]["one"]["seed"]["bad"] == list(range(6))
    table = load_results_dataframe_per_benchmark(found["index"]["one"])
    assert len(table) == 12 * 4
    assert table.groupby("setup_name")["tuner_name"].nunique().to_dict() == {"bad": 6, "good": 6}


def test_index_by_seed(study):
    index = create_index_for_result_files(("study",), algorithm, seed_key="seed")["index"]
    assert len(index) == 12
    assert {setup for _, setup, _ in index["two", 3]} == {"good", "bad"}


def test_no_experiments_give_an_empty_table():
    assert isinstance(load_results_dataframe_per_benchmark([]), pd.DataFrame)
