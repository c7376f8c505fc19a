"""Family trees as maps: on a flat plane, and in the hyperbolic one, where there is ever more room.

The distance of two members is the number of steps between them. A map should keep all distances up
to one factor; how far it fails is the mean of |map / steps - 1| over all pairs, the least a descent
finds. (Sarkar 2011 draws any tree in the hyperbolic plane as truly as one likes.)
"""

import functools
from dataclasses import dataclass

import numpy as np
import torch

from fitlab import modes, random, validate

MEMBERS, CHILDREN = 60, (2, 3)  # of a tree; each has two children or three
SHAKE = 0.1  # of the first map, in steps of the tree
STEPS, LR = 250, 0.03  # of Adam; longer steps get further, and amplify the last bits of numbers
TINY = 1e-12
PLANES = ("flat", "hyperbolic")


@dataclass(frozen=True, eq=False)
class TreeMap:
    """A tree on one of PLANES.

    points: (n, 2), each the direction from the middle times the distance from there.
    errors: |map / steps - 1| of all pairs, (n (n - 1) / 2,), the map in its best unit.
    """

    plane: str
    points: np.ndarray
    errors: np.ndarray

    def __repr__(self):
        return f"TreeMap({self.plane}: distances off by {self.errors.mean():.0%} on average)"


def family(seed, n=MEMBERS):
    """The parent of each member of a random tree, int64 (n,), parents first; of the root -1."""
    rng = np.random.default_rng(validate.integer("seed", seed, 0, random.MAX_SEED))
    parents = [-1]
    for member in range(validate.integer("n", n, 2)):
        parents += [member] * int(rng.integers(CHILDREN[0], CHILDREN[1] + 1))
    return np.array(parents[:n])


def steps_between(parents):
    """How many steps of the tree lie between each two members: int64 (n, n)."""
    steps = np.zeros((len(parents), len(parents)), dtype=np.int64)
    for child in range(1, len(parents)):
        steps[child, :child] = steps[:child, child] = steps[parents[child], :child] + 1
    return steps


def fan(parents):
    """The usual drawing, (n, 2): a member is as far from the root as its steps, in its own sector.

    Siblings share their parent's sector by the numbers of their last descendants.
    """
    n, has_child = len(parents), np.isin(np.arange(len(parents)), parents)
    leaves = np.where(has_child, 0.0, 1.0)
    for child in range(n - 1, 0, -1):
        leaves[parents[child]] += leaves[child]
    low, width = np.zeros(n), np.full(n, 2 * np.pi)
    taken = np.zeros(n)
    for child in range(1, n):
        parent = parents[child]
        width[child] = width[parent] * leaves[child] / leaves[parent]
        low[child] = low[parent] + taken[parent]
        taken[parent] += width[child]
    angle, depth = low + width / 2, steps_between(parents)[0]
    return depth[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])


def flat(points):
    """The distances of points (n, 2) as a ruler finds them: a tensor (n, n)."""
    squares = points.square().sum(dim=1)
    return (squares[:, None] + squares - 2 * points @ points.T).clamp(min=TINY).sqrt()


def hyperbolic(points):
    """The same where the curvature is -1, by the law of cosines: a tensor (n, n).

    cosh d = cosh a cosh b - sinh a sinh b cos(angle), a and b being distances from the middle.
    """
    radius = (points.square().sum(dim=1) + TINY).sqrt()
    cosine = points @ points.T / (radius[:, None] * radius)
    cosh, sinh = radius.cosh(), radius.sinh()
    product = cosh[:, None] * cosh - sinh[:, None] * sinh * cosine
    return torch.acosh(product.clamp(min=1 + TINY))


@functools.lru_cache(maxsize=64)
@modes.ours(grad=True)
def tree_map(plane, seed):
    """The tree of that seed on one of PLANES, moved until distances are as true as it gets."""
    measure = {"flat": flat, "hyperbolic": hyperbolic}[validate.one_of("plane", plane, PLANES)]
    parents = family(seed)
    steps = torch.from_numpy(steps_between(parents)).double()
    pairs = torch.triu(torch.ones_like(steps, dtype=torch.bool), 1)
    start = fan(parents) + SHAKE * np.random.default_rng(seed).normal(size=(len(parents), 2))

    def errors(places):  # the last of them is the logarithm of the map's unit
        found = measure(places[:-1].reshape(-1, 2))[pairs]
        return places[-1].exp() * found / steps[pairs] - 1

    places = torch.tensor(np.append(start, 0.0), requires_grad=True)
    optimizer = torch.optim.Adam([places], lr=LR)
    for _ in range(STEPS):
        optimizer.zero_grad()
        errors(places).square().mean().backward()
        optimizer.step()
    best = places.detach()
    off = errors(best).abs().numpy()
    return TreeMap(plane, best[:-1].reshape(-1, 2).numpy(), off)


def in_disc(points):
    """Points of the hyperbolic plane in the disc of Poincaré, (n, 2): all of it in a circle."""
    radius = np.linalg.norm(points, axis=1, keepdims=True)
    return points * np.tanh(radius / 2) / np.maximum(radius, TINY)


def line_in_disc(one, other, points=20):
    """The shortest way between two points (2,) of the hyperbolic plane, in the disc: (points, 2).

    On the hyperboloid x^2 + y^2 - z^2 = -1 it lies in the plane of both ends and the origin.
    """
    ends = np.array([[*(p * np.sinh(r) / max(r, TINY)), np.cosh(r)]
                     for p, r in ((p, np.linalg.norm(p)) for p in (one, other))])  # fmt: skip
    share = np.linspace(0, 1, points)[:, None]
    x, y, z = ((1 - share) * ends[0] + share * ends[1]).T
    size = np.sqrt(z**2 - x**2 - y**2)
    return np.column_stack([x, y]) / (size + z)[:, None]
