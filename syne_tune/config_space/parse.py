"""Search spaces written as text. Nothing in the text is ever executed.

A space is a YAML or JSON mapping. A value such as ``loguniform(1e-5, 1e-1)`` constructs a domain; any other value is a
constant::

    lr: loguniform(1e-5, 1e-1)
    optimizer: choice([sgd, adam])
    momentum: active_if(uniform(0.8, 0.99), optimizer=sgd)
    batch_size: lograndint(8, 512)
    epochs: 27
    constraints:
      - batch_size * lr <= 1

The key ``constraints`` is reserved. Alternatively, the mapping of names to values may stand below a key ``space``, with
``constraints`` beside it. Within a constructor, names are strings (``sgd`` means ``'sgd'``), except ``true`` and
``false``. A constant text that begins like a constructor is written ``constant('f(x)')``.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from syne_tune import jsonio
from syne_tune.config_space import conditions, constructors
from syne_tune.config_space.domain import Domain
from syne_tune.config_space.serialize import CONSTRAINTS_KEY, unpack
from syne_tune.config_space.space import Space
from syne_tune.errors import ConfigSpaceError, nearest

_DOMAINS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        constructors.uniform,
        constructors.loguniform,
        constructors.reverseloguniform,
        constructors.normal,
        constructors.quniform,
        constructors.qloguniform,
        constructors.randint,
        constructors.lograndint,
        constructors.qrandint,
        constructors.qlograndint,
        constructors.choice,
        constructors.ordinal,
        constructors.logordinal,
        constructors.finrange,
        constructors.logfinrange,
        constructors.active_if,
    )
}
_RANGES: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (conditions.at_least, conditions.at_most, conditions.between)
}
_CONSTANT = "constant"
_METHODS = ("quantized", "grid")
_NAMES = {"true": True, "false": False}

_WRITTEN = {"categories": "[first, second, ...]"}

_CALL = re.compile(r"([A-Za-z_][\w.]*)(\s*)\(")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")


def read_space(path: str | os.PathLike[str]) -> Space:
    """Reads a space from a YAML or JSON file.

    Raises:
        ConfigSpaceError: If the content breaks a rule; the message names the file.
        OSError: If the file cannot be read.
    """
    data = Path(path).read_bytes()
    try:
        return parse_space(data.decode())
    except (ConfigSpaceError, UnicodeDecodeError) as error:
        raise ConfigSpaceError(f"{os.fspath(path)}: {error}") from error


def parse_space(text: str) -> Space:
    """Reads a space from YAML or JSON text, see the module's description. Also reads what :meth:`Space.to_json` wrote.

    Raises:
        ConfigSpaceError: If the text breaks a rule; the message names the key.
    """
    data = _load(text)
    if not isinstance(data, Mapping):
        raise ConfigSpaceError(f"{data!r}: a space maps names to values, as in 'lr: loguniform(1e-5, 1e-1)'")
    entries = dict(data)
    constraints = [*_as_texts(entries.pop("constraints", [])), *_as_texts(entries.pop(CONSTRAINTS_KEY, []))]
    if set(entries) == {"space"} and isinstance(entries["space"], Mapping):
        entries = dict(entries["space"])
    return Space({name: _read_entry(name, value) for name, value in entries.items()}, constraints)


def parse_entry(text: str) -> Any:
    """Reads one value: a domain if ``text`` is a constructor, else a constant as YAML reads it.

    Raises:
        ConfigSpaceError: If it begins like a constructor but is none.
    """
    return _parse_call(text) if _is_call(text) else _read_entry("value", _load(text))


def parse_domain(text: str) -> Domain:
    """Reads one domain, for example ``"loguniform(1e-5, 1e-1)"``.

    Raises:
        ConfigSpaceError: If ``text`` does not construct a domain.
    """
    domain = _parse_call(text)
    if not isinstance(domain, Domain):
        raise ConfigSpaceError(f"{text!r} is not a domain; {nearest(text, _DOMAINS)}")
    return domain


def _read_entry(name: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return unpack(value)
    if not _is_call(value):
        return value
    try:
        return _parse_call(value)
    except ConfigSpaceError as error:
        raise ConfigSpaceError(f"{name}: {error}") from error


def _as_texts(constraints: Any) -> list[str]:
    given = [constraints] if isinstance(constraints, str) else constraints
    if not isinstance(given, Sequence) or not all(isinstance(constraint, str) for constraint in given):
        raise ConfigSpaceError(f"constraints = {constraints!r}: must be a list of texts such as 'batch_size * lr <= 1'")
    return list(given)


# -- YAML and JSON -----------------------------------------------------------------------------------------------


def _load(text: str) -> Any:
    import yaml

    if text.lstrip().startswith("{"):
        try:
            json.loads(text, object_pairs_hook=_distinct)
            return jsonio.loads(text)
        except json.JSONDecodeError:
            pass  # a YAML mapping may begin with a brace, too
    try:
        return yaml.load(text, Loader=_yaml_loader())
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigSpaceError(f"not valid YAML: {error}") from error


def _distinct(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ConfigSpaceError(f"the key {key!r} appears twice; rename or remove one")
        result[key] = value
    return result


@cache
def _yaml_loader() -> Any:
    """A safe loader that reads ``1e-5`` as a number and refuses duplicate keys."""
    import yaml

    class Loader(yaml.SafeLoader):
        """See above."""

    def construct_mapping(loader: Any, node: Any) -> dict[Any, Any]:
        loader.flatten_mapping(node)
        return _distinct(
            [(_hashable(loader, key), loader.construct_object(value, deep=True)) for key, value in node.value]
        )

    Loader.add_constructor("tag:yaml.org,2002:map", construct_mapping)
    Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))
    return Loader


def _hashable(loader: Any, node: Any) -> Any:
    key = loader.construct_object(node, deep=True)
    if isinstance(key, (dict, list)):
        raise ConfigSpaceError(f"{key!r} cannot be the name of a parameter; names are strings")
    return key


# -- constructors ------------------------------------------------------------------------------------------------


def _is_call(text: str) -> bool:
    match = _CALL.match(text.strip())
    return match is not None and (not match[2] or match[1] in _DOMAINS)


def _parse_call(text: str) -> Any:
    try:
        node = ast.parse(text.strip(), mode="eval").body
        if isinstance(node, ast.Call):
            return _construct(node, {**_DOMAINS, _CONSTANT: _constant})
    except (SyntaxError, RecursionError, MemoryError) as error:
        why = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ConfigSpaceError(f"{text!r} cannot be read: {why}; write texts as constant('...')") from error
    raise ConfigSpaceError(f"{text!r} is not a constructor; {nearest(text, [*_DOMAINS, _CONSTANT])}")


def _constant(value: Any) -> Any:
    return value


def _construct(node: ast.Call, legal: Mapping[str, Callable[..., Any]]) -> Any:
    """Calls one of the functions ``legal``, or a method in ``_METHODS`` of a domain constructed by one."""
    text = ast.unparse(node)
    function = _function(node, legal)
    if any(keyword.arg is None for keyword in node.keywords):
        raise ConfigSpaceError(f"{text}: '**' is not allowed")
    arguments = [_value(argument) for argument in node.args]
    keywords = {str(keyword.arg): _value(keyword.value) for keyword in node.keywords}
    try:
        return function(*arguments, **keywords)
    except TypeError as error:
        raise ConfigSpaceError(f"{text}: {error}; write {_usage(function)}") from error
    except ConfigSpaceError as error:
        raise ConfigSpaceError(f"{text}: {error}") from error


def _usage(function: Callable[..., Any]) -> str:
    """How a constructor is called, such as ``loguniform(lower, upper)``."""
    if function is constructors.active_if:
        return "active_if(domain, parent=value)"
    parameters = inspect.signature(function).parameters.values()
    written = [_WRITTEN.get(it.name, it.name) + ("" if it.default is it.empty else "=...") for it in parameters]
    return f"{function.__name__}({', '.join(written)})"


def _function(node: ast.Call, legal: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    target = node.func
    if isinstance(target, ast.Attribute) and target.attr in _METHODS and isinstance(target.value, ast.Call):
        domain = _construct(target.value, _DOMAINS)
        if hasattr(domain, target.attr):
            method: Callable[..., Any] = getattr(domain, target.attr)
            return method
    name = ast.unparse(target)
    if name not in legal:
        raise ConfigSpaceError(
            f"unknown constructor {name!r}; {nearest(name, legal)}. A text that is meant as a constant is written "
            f"constant({ast.unparse(node)!r})"
        )
    return legal[name]


def _value(node: ast.expr) -> Any:
    """The value of an argument: a literal, a name (a string), a list, a tuple, a mapping, or a nested constructor."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bool, int, float)):
        return node.value
    if isinstance(node, ast.Name):
        return _NAMES.get(node.id, node.id)
    if isinstance(node, ast.List):
        return [_value(entry) for entry in node.elts]
    if isinstance(node, ast.Tuple):
        return tuple(_value(entry) for entry in node.elts)
    if isinstance(node, ast.Call):
        return _construct(node, {**_DOMAINS, **_RANGES})
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        return {_value(key): _value(value) for key, value in zip(node.keys, node.values, strict=True) if key}
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        number = _value(node.operand)
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            return -number if isinstance(node.op, ast.USub) else number
    raise ConfigSpaceError(f"{ast.unparse(node)!r} is not allowed here; write numbers, and texts in quotes")
