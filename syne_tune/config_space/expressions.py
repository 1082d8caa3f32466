"""A small language of arithmetic, comparison and logic over named values. Text is parsed, never executed.

``batch_size * seq_len <= 65536``, ``optimizer != 'sgd' or momentum < 0.99``, ``log2(width) in [4, 5, 6]``. Everything
else Python has (attributes, indexing, calls of other functions, lambdas, comprehensions) is refused.

An expression works on single values and, with the same meaning, on arrays of them. Numbers are computed in double
precision; what is not defined (division by zero, logarithm of a negative number) is NaN or infinite, as in NumPy.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import partial, reduce
from typing import Any

import numpy as np

from syne_tune.errors import ConfigSpaceError, nearest

MAX_LENGTH = 2000
"""Longest text that is accepted, in characters."""

MAX_DEPTH = 50
"""Deepest nesting that is accepted."""

Evaluator = Callable[[Mapping[str, Any]], Any]

_ARITHMETIC: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: partial(np.add, dtype=np.float64),
    ast.Sub: partial(np.subtract, dtype=np.float64),
    ast.Mult: partial(np.multiply, dtype=np.float64),
    ast.Div: partial(np.true_divide, dtype=np.float64),
    ast.FloorDiv: partial(np.floor_divide, dtype=np.float64),
    ast.Mod: partial(np.mod, dtype=np.float64),
    ast.Pow: partial(np.power, dtype=np.float64),
}

_COMPARISONS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: lambda left, right: left == right,
    ast.NotEq: lambda left, right: left != right,
    ast.In: lambda left, right: reduce(np.logical_or, [left == entry for entry in right]),
    ast.NotIn: lambda left, right: reduce(np.logical_and, [left != entry for entry in right]),
}

_UNARY: dict[type[ast.AST], Callable[[Any], Any]] = {
    ast.USub: partial(np.negative, dtype=np.float64),
    ast.UAdd: partial(np.positive, dtype=np.float64),
    ast.Not: np.logical_not,
}

_LOGIC: dict[type[ast.AST], Callable[[Any, Any], Any]] = {ast.And: np.logical_and, ast.Or: np.logical_or}

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "ceil": np.ceil,
    "exp": np.exp,
    "floor": np.floor,
    "log": np.log,
    "log10": np.log10,
    "log2": np.log2,
    "max": lambda *values: reduce(np.maximum, values),
    "min": lambda *values: reduce(np.minimum, values),
    "sqrt": np.sqrt,
}


class Expression:
    """A parsed expression whose value is true or false.

    Args:
        text: See the module's description.

    Raises:
        ConfigSpaceError: If ``text`` contains anything that is not allowed; the message names it.

    Attributes:
        text: As given.
        names: The values it refers to, in alphabetical order.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        builder = _Builder(text)
        self._evaluate = builder.build_logical(_parse(text))
        self.names = tuple(sorted(builder.names))

    def __reduce__(self) -> tuple[type[Expression], tuple[str]]:
        return Expression, (self.text,)

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """Evaluates.

        Args:
            values: For each of :attr:`names` a number, boolean or string, or an array of shape ``(n,)`` of such.

        Returns:
            A boolean, or an array of shape ``(n,)`` of booleans.

        Raises:
            ConfigSpaceError: If an operation does not suit the type of a value.
        """
        try:
            with np.errstate(all="ignore"):
                return self._evaluate({name: _as_float(values[name]) for name in self.names})
        except TypeError as error:
            shown = ", ".join(f"{name} = {values[name]!r}" for name in self.names)
            raise ConfigSpaceError(f"{self.text!r} cannot be computed for {shown}: {error}") from error


def _as_float(value: Any) -> Any:
    """Numbers and booleans in double precision; strings as they are."""
    if isinstance(value, np.ndarray):
        return value if value.dtype.kind in "OUS" else value.astype(np.float64)
    return float(value) if isinstance(value, (bool, int, float, np.number, np.bool_)) else value


def _parse(text: str) -> ast.expr:
    if not isinstance(text, str) or not 0 < len(text) <= MAX_LENGTH:
        raise ConfigSpaceError(f"{text!r}: an expression is a text of 1 to {MAX_LENGTH} characters")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConfigSpaceError(f"{text!r} is not an expression: {error}") from error


class _Builder:
    """Turns the syntax tree of an expression into nested functions, and collects the names in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: set[str] = set()
        self.depth = 0

    def refuse(self, node: ast.AST, reason: str) -> ConfigSpaceError:
        part = ast.get_source_segment(self.text.strip(), node) if isinstance(node, ast.expr) else None
        return ConfigSpaceError(f"{self.text!r}: {part or type(node).__name__!r} {reason}")

    def build_logical(self, node: ast.expr) -> Evaluator:
        """For a node whose value must be true or false."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ConfigSpaceError(f"{self.text!r} is nested too deeply")
        evaluator = self._build_logical(node)
        self.depth -= 1
        return evaluator

    def _build_logical(self, node: ast.expr) -> Evaluator:
        if isinstance(node, ast.BoolOp):
            parts = [self.build_logical(value) for value in node.values]
            return _fold(_LOGIC[type(node.op)], parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            operand = self.build_logical(node.operand)
            return lambda values: np.logical_not(operand(values))
        if isinstance(node, ast.Compare):
            return self.build_comparison(node)
        if isinstance(node, ast.Name) or (isinstance(node, ast.Constant) and isinstance(node.value, bool)):
            return self.build(node)
        raise self.refuse(node, "is neither true nor false; compare it with something")

    def build_comparison(self, node: ast.Compare) -> Evaluator:
        terms = [node.left, *node.comparators]
        links = []
        for operator, left, right in zip(node.ops, terms, terms[1:], strict=False):
            compare = _COMPARISONS.get(type(operator))
            if compare is None:
                raise self.refuse(node, "uses a comparison that is not allowed")
            if isinstance(operator, (ast.In, ast.NotIn)):
                links.append(_apply(compare, [self.build(left), self.build_list(right)]))
            else:
                links.append(_apply(compare, [self.build(left), self.build(right)]))
        return _fold(np.logical_and, links)

    def build_list(self, node: ast.expr) -> Evaluator:
        if not isinstance(node, (ast.List, ast.Tuple, ast.Set)) or not node.elts:
            raise self.refuse(node, "must be a list of values, for example [1, 2]")
        entries = [self.build(entry) for entry in node.elts]
        return lambda values: [entry(values) for entry in entries]

    def build(self, node: ast.expr) -> Evaluator:
        """For any node."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ConfigSpaceError(f"{self.text!r} is nested too deeply")
        evaluator = self._build(node)
        self.depth -= 1
        return evaluator

    def _build(self, node: ast.expr) -> Evaluator:
        if isinstance(node, ast.Constant):
            return self.build_constant(node)
        if isinstance(node, ast.Name):
            name = node.id
            self.names.add(name)
            return lambda values: values[name]
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            return _apply(_ARITHMETIC[type(node.op)], [self.build(node.left), self.build(node.right)])
        if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
            return _apply(_UNARY[type(node.op)], [self.build(node.operand)])
        if isinstance(node, ast.Call):
            return self.build_call(node)
        if isinstance(node, (ast.BoolOp, ast.Compare)):
            return self.build_logical(node)
        raise self.refuse(node, "is not allowed in an expression")

    def build_constant(self, node: ast.Constant) -> Evaluator:
        if not isinstance(node.value, (bool, int, float, str)):
            raise self.refuse(node, "is neither a number, nor a string, nor True or False")
        try:
            constant = _as_float(node.value)
        except OverflowError:
            raise self.refuse(node, "is too large") from None
        return lambda values: constant  # noqa: ARG005

    def build_call(self, node: ast.Call) -> Evaluator:
        name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        if name not in _FUNCTIONS:
            raise self.refuse(node, f"calls a function that is not known; {nearest(name, _FUNCTIONS)}")
        n_allowed = range(1, MAX_LENGTH) if name in ("min", "max") else range(1, 2)
        if node.keywords or len(node.args) not in n_allowed:
            raise self.refuse(node, "has the wrong number of arguments")
        return _apply(_FUNCTIONS[name], [self.build(argument) for argument in node.args])


def _apply(function: Callable[..., Any], arguments: list[Evaluator]) -> Evaluator:
    return lambda values: function(*[argument(values) for argument in arguments])


def _fold(function: Callable[[Any, Any], Any], parts: list[Evaluator]) -> Evaluator:
    if len(parts) == 1:
        return parts[0]
    return lambda values: reduce(function, [part(values) for part in parts])
