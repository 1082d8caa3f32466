import re

import matplotlib as mpl

from syne_tune.experiments import ComparativeResults, PlotParameters
from syne_tune.experiments.comparison.html_report import html_report

mpl.use("Agg")


def load(setups=("good", "bad")):
    return ComparativeResults(
        ("study",),
        setups,
        6,
        lambda metadata: metadata["algorithm"] if metadata["algorithm"] in setups else None,
        PlotParameters(metric="loss"),
    )


def test_the_page_stands_alone_and_names_everything(study):
    page = html_report(load(), "A <study>")
    assert "A &lt;study&gt;" in page
    assert page.count("<svg") == 3
    assert not re.search(r"(src|href)=\"https?:", page.replace("http://www.w3.org/1999/xlink", ""))
    assert "study-two-5-bad" in page
    assert "Pairs that differ significantly" in page


def test_the_same_study_gives_the_same_page(study):
    assert html_report(load(), "study") == html_report(load(), "study")


def test_a_single_method_has_no_ranks(study):
    assert "mean rank" not in html_report(load(("good",)), "study")


def test_words_are_in_the_right_number_and_modes_are_explained(study):
    page = html_report(load(("good",)), "study")
    assert "1 method, 2 benchmarks" in page
    assert "12 experiments" in page
    assert "Interquartile mean over seeds, 95 % bootstrap interval" in page
    assert "iqm_bootstrap" not in page


def test_runs_without_a_value_are_named(study):
    (study / "study-one-0-bad-2030-01-01-12-00-00-000" / "results.csv.zip").unlink()
    page = html_report(load(), "study")
    assert "study-one-0-bad-2030-01-01-12-00-00-000 (bad)." in page
    assert "no finite" in page


def test_wide_tables_scroll_by_themselves(study):
    """In a narrow window, the columns on the right were cut off."""
    page = html_report(load(), "study")
    assert page.count("<table") == page.count('<div class="wide"><table')
