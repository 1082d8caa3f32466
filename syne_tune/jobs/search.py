"""Search expressions over described jobs; pure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from syne_tune.errors import nearest
from syne_tune.jobs.api_error import invalid


def matches(job: Mapping[str, Any], expression: Mapping[str, Any]) -> bool:
    """Whether a job is found.

    Args:
        job: As ``DescribeTrainingJob`` describes it, with tags.
        expression: A ``SearchExpression``.

    Raises:
        ApiError: If an operator lacks its value.
    """
    parts: list[bool] = [_filter_matches(job, condition) for condition in expression.get("Filters", [])]
    parts += [_nested_matches(job, nested) for nested in expression.get("NestedFilters", [])]
    parts += [matches(job, part) for part in expression.get("SubExpressions", [])]
    return not parts or (any if expression.get("Operator") == "Or" else all)(parts)


def property_of(job: Mapping[str, Any], path: str) -> Any:
    """The value of a property.

    Args:
        job: As for :func:`matches`.
        path: For example ``"TrainingJobName"``, ``"HyperParameters.lr"``, ``"Metrics.loss"`` or ``"Tags.team"``.

    Returns:
        ``None`` if the job has none.
    """
    head, _, rest = path.partition(".")
    if head == "Tags" and rest:
        return next((tag["Value"] for tag in job["Tags"] if tag["Key"] == rest), None)
    if head == "Metrics" and rest:
        return next((m["Value"] for m in job["FinalMetricDataList"] or [] if m["MetricName"] == rest), None)
    value: Any = job
    while path:
        if not isinstance(value, Mapping):
            return None
        if path in value:  # names of hyperparameters may contain points
            return value[path]
        head, _, path = path.partition(".")
        value = value.get(head)
    return value


def _nested_matches(job: Mapping[str, Any], nested: Mapping[str, Any]) -> bool:
    name = nested["NestedPropertyName"]
    listed = property_of(job, name)
    entries: Iterable[Any] = listed if isinstance(listed, list) else []
    filters = [{**f, "Name": f["Name"].removeprefix(f"{name}.")} for f in nested["Filters"]]
    return any(all(_filter_matches(entry, condition) for condition in filters) for entry in entries)


def _filter_matches(job: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    value, wanted = property_of(job, condition["Name"]), condition.get("Value")
    operator = condition.get("Operator", "Exists" if wanted is None else "Equals")
    if operator in ("Exists", "NotExists"):
        return bool((value is not None) == (operator == "Exists"))
    if wanted is None:
        raise invalid(f"The filter for {condition['Name']!r} with operator {operator} needs a value")
    if operator == "NotEquals":
        return not _compared(value, wanted, _OPERATORS["Equals"])
    if operator not in _OPERATORS:
        raise invalid(f"Operator {operator!r} has no local form; {nearest(operator, _OPERATORS)}")
    return _compared(value, wanted, _OPERATORS[operator])


_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "Equals": lambda value, wanted: value == wanted,
    "GreaterThan": lambda value, wanted: value > wanted,
    "GreaterThanOrEqualTo": lambda value, wanted: value >= wanted,
    "LessThan": lambda value, wanted: value < wanted,
    "LessThanOrEqualTo": lambda value, wanted: value <= wanted,
    "Contains": lambda value, wanted: str(wanted).lower() in str(value).lower(),
    "In": lambda value, wanted: str(value) in str(wanted).split(","),
}


def _compared(value: Any, wanted: str, operator: Callable[[Any, Any], Any]) -> bool:
    if value is None:
        return False
    if operator in (_OPERATORS["Contains"], _OPERATORS["In"]):
        return bool(operator(value, wanted))
    if isinstance(value, bool):
        return bool(operator(str(value).lower(), wanted.lower()))
    if isinstance(value, (int, float)):
        number = _as_number(wanted)
        return number is not None and bool(operator(float(value), number))
    return bool(operator(str(value), wanted))


def _as_number(text: str) -> float | None:
    """A number, or a time as seconds since the epoch."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None
