"""How many linear regions a network has in the plane, before training and after."""

import functools

import numpy as np
import torch

from fitlab import modes
from fitlab.classification import plane
from fitlab.classification.regions import linear_regions
from fitlab.networks.backprop import TrainingStep
from fitlab.networks.dealing import epoch_order
from fitlab.networks.losses import LOSSES
from fitlab.networks.mlp import MLP
from fitlab.networks.network import answered_classes, evaluated
from fitlab.networks.optimizers import OPTIMIZERS
from fitlab.regression.ensemble import Ensemble

PUZZLES = ("gauss", "XOR", "circle", "spiral")
DEPTH, LR, BATCH, EPOCHS = 2, 1e-2, 10, 80  # the same for all, so that no task is trained longer
LEARNT = 0.99  # of the points to train on


@functools.lru_cache(maxsize=32)
@modes.ours()
def region_growth(puzzle: str, width: int, seeds: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Networks 2-width-width-2 with ReLU, trained together, each on points of its own seed.

    Returns for each seed the regions "before" and "after" training, int64 (seeds,), and after how
    many "epochs" LEARNT of the points were right; EPOCHS + 1 if never.
    """
    loss, deals = LOSSES["cross-entropy"], [plane.puzzle(puzzle, seed) for seed in seeds]
    x = torch.from_numpy(np.stack([deal.x for deal in deals]))  # (seeds, points, 2)
    y = torch.from_numpy(np.stack([deal.y for deal in deals]))
    models = [MLP(width, DEPTH, seed=seed, inputs=2, outputs=2) for seed in seeds]
    before = [len(linear_regions(model)) for model in models]
    step = TrainingStep(Ensemble(models), OPTIMIZERS["adam"](LR), loss)
    rows, network = loss.rows(y, 2), torch.arange(len(seeds), device="cpu")[:, None]
    learnt = np.full(len(seeds), EPOCHS + 1)
    for epoch in range(1, EPOCHS + 1):
        order = torch.stack([epoch_order(seed, epoch, x.shape[1]) for seed in seeds])
        for chosen in order.split(BATCH, dim=1):
            step.take(x[network, chosen], rows[network, chosen])
        right = (answered_classes(evaluated(step.model, x)) == y).double().mean(dim=1).numpy()
        learnt[(right >= LEARNT) & (learnt > epoch)] = epoch
    after = [len(linear_regions(step.model.member(index))) for index in range(len(seeds))]
    return {"before": np.array(before), "after": np.array(after), "epochs": learnt}
