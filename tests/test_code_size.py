"""Modules and functions stay small enough to be read at one sitting."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "syne_tune"

MOST_LINES_OF_A_MODULE = 600
MOST_LINES_OF_A_FUNCTION = 60
"""Without its docstring."""

MOST_NESTED_BLOCKS = 4

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, FUNCTIONS):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}", node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    has_docstring = ast.get_docstring(function) is not None
    return span(function) - (span(function.body[0]) if has_docstring else 0)


def span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def nesting(node: ast.AST) -> int:
    """Depth of nested control blocks below a node; an ``elif`` is not deeper than its ``if``."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        is_deeper = isinstance(child, BLOCKS) and not is_elif
        deepest = max(deepest, nesting(child) + is_deeper)
    return deepest


def test_no_module_is_too_long() -> None:
    sizes = {path: path.read_text().count("\n") for path in PACKAGE.rglob("*.py")}
    assert {path: size for path, size in sizes.items() if size > MOST_LINES_OF_A_MODULE} == {}


def test_no_function_is_too_long() -> None:
    sizes = {name: lines_of(function) for name, function in functions()}
    assert {name: size for name, size in sizes.items() if size > MOST_LINES_OF_A_FUNCTION} == {}


def test_no_function_is_nested_too_deeply() -> None:
    depths = {name: nesting(function) for name, function in functions()}
    assert {name: depth for name, depth in depths.items() if depth > MOST_NESTED_BLOCKS} == {}
