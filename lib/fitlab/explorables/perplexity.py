"""Perplexity: the same 300 digits as t-SNE draws them, and what its two losses are made of.

The maps are those of `fitlab.distances.digit_maps.recorded`; nothing is fitted in the page.
"""

import numpy as np

from fitlab import figures
from fitlab.distances import digit_maps
from fitlab.explorables.base import Explorable
from fitlab.explorables.sources import module
from fitlab.explorables.state import Choice

ALL = "all"
DIGITS = [ALL, *map(str, range(10))]


class Perplexity(Explorable):
    """A map for each of several perplexities, with H(P), KL and cross-entropy beside it.

    perplexity: one of digit_maps.PERPLEXITIES.  digit: which are picked out, "0" to "9", or "all".
    Both are traits that follow the reader. Raises ValueError for what is not allowed.
    """

    _esm = module("explorables/perplexity")
    name = "perplexity"

    perplexity = Choice(digit_maps.PERPLEXITIES)
    digit = Choice(DIGITS)

    def __init__(self, perplexity=30, digit=ALL):
        record = digit_maps.recorded()
        super().__init__(
            {"perplexity": perplexity, "digit": digit},
            largest=digit_maps.LARGEST,
            **{key: record[key] for key in ("labels", "steps", "maps")},
        )

    def losses(self, perplexity=None):
        """H(P), D(P || Q) and H(P, Q) of the finished map, in nats; of the one shown if None."""
        found = self._map(
            self.perplexity if perplexity is None else Perplexity.perplexity.checked(perplexity)
        )
        entropy, kl = found["entropy"], found["kl"][-1]
        return entropy, kl, entropy + kl

    def points(self):
        """The map shown: float64 (300, 2), the farthest coordinate being 1."""
        found = self._map(self.perplexity)
        return np.column_stack([found["x"], found["y"]]) / digit_maps.LARGEST

    def _map(self, perplexity):
        return self.setup["maps"][digit_maps.PERPLEXITIES.index(perplexity)]

    def figure_at_rest(self):
        """The map, and beside it H(P) and KL on top of each other, for every perplexity."""
        fig, (ax, bars) = figures.new_figure(1, 2, height=3.2, width_ratios=(6, 5))
        labels = np.array(list(self.setup["labels"]))
        for others, role, size in ((True, "ink", 4.5), (False, "network", 6)):
            chosen = (labels == self.digit) != others
            if chosen.any():
                look = {"role": role, "markersize": size}
                figures.draw_map(ax, self.points()[chosen], labels[chosen], **look)
        reach = 1.06 * np.abs(self.points()).max()
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
        entropies, kls, _ = np.transpose([self.losses(p) for p in digit_maps.PERPLEXITIES])
        places = np.arange(len(kls))
        grey, blue = figures.ROLES["data"], figures.ROLES["network"]
        bars.barh(
            places, entropies, 0.6, facecolor="none", edgecolor=grey, hatch="///", label="H(P)"
        )
        bars.barh(places, kls, 0.6, left=entropies, color=blue, label="KL")
        bars.set_yticks(places, list(map(str, digit_maps.PERPLEXITIES)))
        bars.invert_yaxis()
        bars.set(ylabel="perplexity", xlabel="nats; together: cross-entropy")
        figures.legend_above(bars)
        return figures.Picture(fig, alt=self._alt(), caption=self._caption())

    def _alt(self):
        rows = [(p, *self.losses(p)) for p in digit_maps.PERPLEXITIES]
        said = ", ".join(f"{p}: {h:.1f} + {kl:.1f}" for p, h, kl, _ in rows)
        return f"""Left, a map of 300 scanned digits at perplexity {self.perplexity}, each drawn as
            its own numeral. Right, bars of H(P) and KL for each perplexity, which together are the
            cross-entropy, in nats: {said}."""

    def _caption(self):
        entropy, kl, both = self.losses()
        return f"""From perplexity to perplexity it is H(P) that grows, so losses cannot be compared
            between them. The same 300 digits by t-SNE at perplexity {self.perplexity}: H(P) is
            {entropy:.1f} nats before the map exists and after; KL ends at {kl:.1f}, cross-entropy
            at {both:.1f}."""

    def __repr__(self):
        entropy, kl, both = self.losses()
        return (
            f"Perplexity({self.perplexity}: H(P) {entropy:.1f} + KL {kl:.1f} = cross-entropy "
            f"{both:.1f} nats)"
        )
