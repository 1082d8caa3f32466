import pandas as pd

from syne_tune.experiments.comparison.final_rows import filter_final_row_per_trial


def test_the_last_row_in_time_of_each_trial_is_kept():
    frame = pd.DataFrame({"trial_id": [0, 1, 0], "loss": [1.0, 2.0, 3.0], "st_tuner_time": [5.0, 2.0, 1.0]})
    kept = filter_final_row_per_trial({0: {"RS": [("run", frame)]}})[0]["RS"][0][1]
    assert kept["loss"].tolist() == [2.0, 1.0]
