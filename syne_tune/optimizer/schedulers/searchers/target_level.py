"""At which resource candidates are compared: the rules of ``resource_acq``."""

from __future__ import annotations

from collections.abc import Mapping

RESOURCE_ACQ = ("bohb", "first", "final")


def target_level(rule: str, num_values_at: Mapping[int, int], first: int, final: int, threshold: int) -> int:
    """The resource at which the acquisition function is evaluated.

    Args:
        rule: ``"final"``: at the largest resource. ``"first"``: where the new trial is decided for the first time.
            ``"bohb"``: at the highest resource with at least ``threshold`` values, or else at the lowest with any:
            Falkner, Klein, Hutter, *BOHB: Robust and Efficient Hyperparameter Optimization at Scale*, ICML 2018.
        num_values_at: Resource to number of values there.
        first: Where the new trial is decided for the first time.
        final: The largest resource.
        threshold: See above.
    """
    if rule == "final":
        return final
    if rule == "first":
        return first
    return max(
        (level for level, number in num_values_at.items() if number >= threshold), default=_lowest(num_values_at, first)
    )


def _lowest(num_values_at: Mapping[int, int], first: int) -> int:
    return min((level for level, number in num_values_at.items() if number), default=first)
