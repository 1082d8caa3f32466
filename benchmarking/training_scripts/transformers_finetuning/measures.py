"""What is measured on the tasks of GLUE, from predictions and labels ``(n,)``; NumPy alone."""

import numpy as np


def accuracy(predicted, labels):
    """Share of the predictions that are right."""
    return float(np.mean(predicted == labels))


def f1(predicted, labels):
    """Harmonic mean of precision and recall for class 1; 0 if it is neither predicted nor present."""
    both = float(np.sum((predicted == 1) & (labels == 1)))
    either = float(np.sum(predicted == 1) + np.sum(labels == 1))
    return 2 * both / either if either > 0 else 0.0


def matthews_correlation(predicted, labels):
    """Correlation of two sequences of 0 and 1; 0 if one of them is constant."""
    if len(set(predicted.tolist())) < 2 or len(set(labels.tolist())) < 2:
        return 0.0
    return float(np.corrcoef(predicted, labels)[0, 1])


def spearmanr(predicted, labels):
    """Correlation of the ranks, ties sharing theirs; 0 if one of them is constant."""
    return matthews_correlation(_ranks(predicted), _ranks(labels))


def _ranks(values):
    _, index, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[index]


MEASURES = {"accuracy": accuracy, "f1": f1, "matthews_correlation": matthews_correlation, "spearmanr": spearmanr}
