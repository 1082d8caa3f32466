"""One page per study that can be sent to somebody: curves, ranks, tables, where it all came from."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from syne_tune.constants import VERSION
from syne_tune.experiments.comparison.aggregation import AGGREGATE_CAPTIONS
from syne_tune.experiments.comparison.comparative_results import ComparativeResults
from syne_tune.experiments.comparison.plot_parameters import PlotParameters
from syne_tune.experiments.comparison.ranks import Ranking
from syne_tune.experiments.comparison.tables import ResultTable
from syne_tune.optional import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHARES = (0.1, 0.25, 0.5, 1.0)

_TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{{ title }}</title>
<style>
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
body { color: #1a1a1a; background: #fff; overflow-wrap: anywhere; }
h1, h2 { line-height: 1.2; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: 0.25rem 0.75rem; text-align: right; border-bottom: 1px solid #ddd; }
td { white-space: nowrap; }
th { overflow-wrap: normal; }
th:first-child, td:first-child { text-align: left; }
td.best { font-weight: 700; }
figure { margin: 1rem 0; }
figure svg { display: block; max-width: 100%; height: auto; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1rem; }
.wide { overflow-x: auto; }
p.note { color: #555; }
</style>
</head>
<body>
{% macro counted(number, noun) %}{{ number }} {{ noun }}{{ "" if number == 1 else "s" }}{% endmacro %}
<h1>{{ title }}</h1>
<p class="note">{{ counted(setups|length, "method") }}, {{ counted(benchmarks|length, "benchmark") }},
{{ counted(num_runs, "experiment") }}; {{ metric }} ({{ "lower" if minimised else "higher" }} is better).</p>

<h2>Best value over time</h2>
<p class="note">{{ caption[0]|upper }}{{ caption[1:] }}. What is far worse than all that comes later is cut off.</p>
<div class="panels">
{% for name, svg in curves %}<figure><figcaption>{{ name }}</figcaption>{{ svg|safe }}</figure>
{% endfor %}</div>

{% if ranks %}
<h2>Ranks</h2>
<figure>{{ ranks|safe }}</figure>
<div class="wide"><table>
<tr><th>mean rank after this share of the time</th>
{% for share, _ in ranks_over_time %}<th>{{ "%.0f"|format(100 * share) }} %</th>{% endfor %}</tr>
{% for setup in setups %}<tr><td>{{ setup }}</td>
{% for _, ranked in ranks_over_time %}<td>{{ "%.2f"|format(ranked[setup]) }}</td>{% endfor %}</tr>
{% endfor %}</table></div>
{% if pairs %}<h2>Pairs that differ significantly</h2>
<div class="wide"><table><tr><th>better</th><th>worse</th><th>p (Wilcoxon, Holm)</th></tr>
{% for better, worse, p in pairs %}<tr><td>{{ better }}</td><td>{{ worse }}</td><td>{{ "%.2g"|format(p) }}</td></tr>
{% endfor %}</table></div>{% endif %}
{% endif %}

<h2>Values at the end</h2>
<div class="wide"><table>
<tr><th>benchmark</th>{% for setup in setups %}<th>{{ setup }}</th>{% endfor %}</tr>
{% for name, cells in rows %}<tr><td>{{ name }}</td>
{% for text, is_best in cells %}<td{% if is_best %} class="best"{% endif %}>{{ text }}</td>{% endfor %}</tr>
{% endfor %}</table></div>
{% if without_value %}<p class="note">Not in the curves and values, and worst in the ranks, since they found no finite
value: {% for run in without_value %}{{ run.name }} ({{ run.setup }}){{ ", " if not loop.last }}{% endfor %}.</p>
{% endif %}

<h2>Experiments</h2>
<details><summary>{{ counted(num_runs, "folder") }}</summary>
<div class="wide"><table><tr><th>experiment</th><th>benchmark</th><th>method</th><th>seed</th></tr>
{% for run in runs %}<tr><td>{{ run.name }}</td><td>{{ run.benchmark }}</td><td>{{ run.setup }}</td>
<td>{{ "" if run.seed is none else run.seed }}</td></tr>
{% endfor %}</table></div></details>
<p class="note">Made by Syne Tune {{ version }}.</p>
</body>
</html>
"""


def html_report(results: ComparativeResults, title: str, plot_params: PlotParameters | None = None) -> str:
    """The page as text; it needs no other file, and no network.

    Args:
        results: The study.
        title: Heading.
        plot_params: Refine those of the study.

    Raises:
        MissingExtraError: If jinja2 or matplotlib is not installed.
    """
    jinja2 = require("jinja2", extra="visual")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    page: str = environment.from_string(_TEMPLATE).render(title=title, **_content(results, plot_params))
    return page


def _content(results: ComparativeResults, plot_params: PlotParameters | None) -> dict[str, Any]:
    parameters = results.parameters(plot_params)
    table = results.table(plot_params)
    return {
        "setups": results.setups,
        "benchmarks": results.benchmarks,
        "runs": results.runs,
        "num_runs": len(results.runs),
        "metric": " or ".join(results.metrics(plot_params)),
        "minimised": table.minimised,
        "caption": AGGREGATE_CAPTIONS[str(parameters.aggregate_mode)],
        "without_value": results.runs_without_value(plot_params),
        "curves": list(_curves(results, plot_params)),
        "rows": list(_rows(table)),
        "version": VERSION,
        **_rank_content(results, plot_params),
    }


def _curves(results: ComparativeResults, plot_params: PlotParameters | None) -> Iterable[tuple[str, str]]:
    for name in results.benchmarks:
        yield name, _svg(results.plot(name, plot_params)["fig"])


def _rows(table: ResultTable) -> Iterable[tuple[str, list[tuple[str, bool]]]]:
    for row, name in enumerate(table.benchmarks):
        yield name, list(zip(table.cells(row), table.best[row].tolist(), strict=True))


def _rank_content(results: ComparativeResults, plot_params: PlotParameters | None) -> dict[str, Any]:
    if len(results.setups) < 2:
        return {"ranks": None}
    over_time = [(share, results.ranking(plot_params, share)) for share in _SHARES]
    return {
        "ranks": _svg(results.plot_ranks(plot_params)),
        "ranks_over_time": [(share, dict(zip(it.setups, it.mean_ranks, strict=True))) for share, it in over_time],
        "pairs": list(_pairs(over_time[-1][1])),
    }


def _pairs(ranking: Ranking) -> Iterable[tuple[str, str, float]]:
    for i, better in enumerate(ranking.setups):
        for j in range(i + 1, len(ranking.setups)):
            if ranking.is_significant(i, j):
                yield better, ranking.setups[j], float(ranking.pairwise_p[i, j])


def _svg(figure: Figure) -> str:
    """The figure as an SVG element, without the header of a file of its own; the figure is closed."""
    matplotlib, pyplot = require("matplotlib", extra="visual"), require("matplotlib.pyplot", extra="visual")
    out = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "syne_tune"}):
        figure.savefig(out, format="svg", metadata={"Date": None}, bbox_inches="tight")
    pyplot.close(figure)
    text = out.getvalue()
    return text[text.index("<svg") :]
