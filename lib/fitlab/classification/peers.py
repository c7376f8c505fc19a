"""What scikit-learn's classifiers say of the same digits."""

import functools

from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC

from fitlab.classification.datasets import digits

# Smoothed: a hundredth of the largest variance is added to each (scikit-learn: 1e-9 of it).
# LDA and QDA cannot invert the covariance of pixels that never vary. For QDA both shrinkings were
# tried on two splits: 0.01 was right a little more often, 0.1 had the smaller log-loss.
PEERS = {
    "logistic regression": lambda: LogisticRegression(max_iter=2_000),
    "naive Bayes": GaussianNB,
    "naive Bayes, smoothed": lambda: GaussianNB(var_smoothing=1e-2),
    "LDA, shrunk by 0.1": lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1),
    "QDA, shrunk by 0.1": lambda: QuadraticDiscriminantAnalysis(reg_param=0.1),
}


@functools.cache
def peer_probabilities(seed, name):
    """What one of PEERS claims of the digits held out: (n, 10), and their classes (n,)."""
    split = digits(seed)
    return PEERS[name]().fit(split.x, split.y).predict_proba(split.x_test), split.y_test


@functools.cache
def peer_accuracy(seed, name, n=None):
    """The share of the held-out digits right for one of PEERS that saw n digits; None: all."""
    split = digits(seed)
    return float(PEERS[name]().fit(split.x[:n], split.y[:n]).score(split.x_test, split.y_test))


@functools.cache
def svm_accuracy(seed):
    """The share of the held-out digits right, for a support vector machine, usual kernel."""
    split = digits(seed)
    return float(SVC(C=10).fit(split.x, split.y).score(split.x_test, split.y_test))
