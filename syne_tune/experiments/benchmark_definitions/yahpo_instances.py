"""Which data sets the scenarios of YAHPO Gym know, as OpenML ids; facts from their published files."""

from __future__ import annotations

IAML_INSTANCES = ["40981", "41146", "1489", "1067"]
"""Data sets of scenario ``iaml``."""

IAML_SELECTED: dict[str, dict[str, list[str]]] = {
    "rpart": {"f1": ["41146", "1489", "1067"], "auc": ["41146", "1489", "1067"]},
    "glmnet": {"f1": ["1489", "1067"], "auc": ["1489"]},
    "ranger": {"f1": ["41146", "1489", "1067"], "auc": ["41146", "1489"]},
    "xgboost": {"f1": ["40981", "1489"], "auc": ["40981", "1489"]},
}
"""By learner and metric: data sets on which configurations differ."""

RBV2_METRICS: dict[str, list[str]] = {
    "rpart": ["f1", "auc"],
    "glmnet": ["f1", "auc"],
    "ranger": ["f1", "auc"],
    "xgboost": ["f1"],
    "svm": ["f1"],
    "aknn": ["f1", "auc"],
}
"""By learner of scenario ``rbv2``: metrics that are worth optimising."""

_RBV2 = """
    3 6 11 12 14 15 16 18 22 23 24 28 29 31 32 37 38 42 44 46 50 54 60 151 181 182 188 300 307 312 334 375 377
    458 469 470 554 1040 1049 1050 1053 1056 1063 1067 1068 1111 1220 1457 1461 1462 1464 1468 1475 1476 1478
    1479 1480 1485 1486 1487 1489 1493 1494 1497 1501 1510 1515 1590 4134 4135 4154 4534 4538 4541 6332 23381
    23512 23517 40496 40498 40499 40536 40668 40670 40685 40701 40900 40923 40927 40966 40975 40978 40979
    40981 40982 40983 40984 40994 40996 41027 41138 41142 41143 41146 41150 41156 41157 41159 41161 41162
    41163 41164 41165 41166 41168 41169 41212 41216 41278
"""

RBV2_INSTANCES = _RBV2.split()
"""Data sets of scenario ``rbv2``. A learner may lack some of them; loading its blackbox tells which."""
