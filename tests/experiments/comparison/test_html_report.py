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
