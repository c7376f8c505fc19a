"""ShufflePixels: one shuffle for all pictures, and two networks, of which one does not notice."""

import numpy as np
from sklearn.datasets import load_digits

from fitlab import figures, validate
from fitlab.classification.datasets import SIDE
from fitlab.classification.permutation import PIXELS, pixel_shuffle
from fitlab.classification.shuffled_digits import COUNTS, SHUFFLED, recorded
from fitlab.explorables.base import Explorable
from fitlab.explorables.sources import module
from fitlab.explorables.state import Choice, Number

LEVELS = 16  # the ink of a pixel is an integer from 0 to 16


class ShufflePixels(Explorable):
    """A digit and its vector, before and after the shuffle, and what two networks make of it.

    pixels: how many of the 64 are shuffled, one of COUNTS.  digit: which is shown, 0 to 9. Both are
    traits that follow the reader. The accuracies are those that
    `fitlab.classification.shuffled_digits` has on record.
    Raises ValueError for what is not allowed.
    """

    _esm = module("explorables/shuffle")
    name = "shuffle"

    pixels = Choice(COUNTS)
    digit = Number(0, 9, whole=True)

    def __init__(self, pixels=PIXELS, digit=3):
        runs = recorded()
        super().__init__(
            {"pixels": pixels, "digit": digit},
            levels=LEVELS,
            shuffles=[pixel_shuffle(n, runs["shuffle_seed"]).tolist() for n in COUNTS],
            digits=first_of_each_digit().tolist(),
            heldOut=runs["held_out"],
            right={network: runs[network] for network in SHUFFLED},
        )

    def picture(self, pixels):
        """The digit shown, with so many pixels shuffled: float64 (64,), 0 paper to 1 ink."""
        shuffle = self.setup["shuffles"][COUNTS.index(ShufflePixels.pixels.checked(pixels))]
        return np.array(self.setup["digits"][self.digit])[shuffle] / LEVELS

    def accuracies(self, network):
        """Held-out accuracy of "MLP" or "CNN" on record: float64 (counts, seeds)."""
        validate.one_of("network", network, SHUFFLED)
        return np.array(self.setup["right"][network]) / self.setup["heldOut"]

    def leads(self):
        """By how many points of a hundred the CNN is ahead of the MLP: float64 (counts, seeds).

        Paired: both were trained and tested on the same digits of a seed.
        """
        return 100 * (self.accuracies("CNN") - self.accuracies("MLP"))

    def figure_at_rest(self):
        """The digit as it is and shuffled, and the CNN's lead over the number of pixels."""
        shuffled = self.pixels or PIXELS
        fig, axes = figures.new_figure(
            1, 3, height=2.5, width_ratios=(1, 1, 2.6), on_phone=(2, 4.6)
        )
        for ax, count in zip(axes[:2], (0, shuffled), strict=True):
            figures.draw_pixels(ax, self.picture(count).reshape(SIDE, SIDE))
            ax.text(0, -0.5, f"{count} shuffled", fontsize=9, color=figures.ROLES["ink"])
        self._draw_leads(axes[2])
        said = "; ".join(self._said(network, n) for n in (0, PIXELS) for network in SHUFFLED)
        return figures.Picture(
            fig,
            alt=f"""Left, a scanned {self.digit} of 8 by 8 pixels as it is; beside it the same with
            {shuffled} pixels shuffled, which no one can read. Right, by how many points the CNN is
            ahead of the MLP, over the number of shuffled pixels: a dot for each seed, and their
            median, {self._lead_said(0)} and {self._lead_said(PIXELS)}. Held-out accuracy:
            {said}.""",
            caption=f"""With all {PIXELS} pixels shuffled, the CNN gets
            {self._median("CNN", PIXELS)} of the digits right instead of {self._median("CNN", 0)},
            the MLP {self._median("MLP", PIXELS)} instead of {self._median("MLP", 0)}: networks
            that were trained on digits shuffled in this very way, median and range of
            {len(recorded()["seeds"])} seeds. The dots are CNN minus MLP, seed by seed. Beside
            them a {self.digit}, as it is and with
            {shuffled} pixels shuffled.""",
        )

    def _draw_leads(self, ax):
        leads = self.leads()
        x = np.repeat(COUNTS, leads.shape[1])
        ax.axhline(0, color=figures.ROLES["ink"], linewidth=0.8, alpha=0.5)
        ax.plot(x, leads.ravel(), "o", markersize=2.6, color=figures.ROLES["data"])
        median = np.median(leads, axis=1)
        figures.draw_line(ax, COUNTS, median, "target", color=figures.ROLES["ink"], linestyle="-")
        figures.name_beside(ax, COUNTS[-1], median[-1], "median")
        end = np.ceil(abs(leads).max())
        ax.set(xlabel="pixels shuffled", ylabel="CNN minus MLP, points", xticks=range(0, 65, 16),
               xlim=(-2, 92), ylim=(-end, end))  # fmt: skip
        for y, side, words in ((end, "top", "CNN better"), (-end, "bottom", "MLP better")):
            figures.name_beside(ax, 92, y, words, align="right", va=side)

    def _lead_said(self, count):
        return f"{np.median(self.leads()[COUNTS.index(count)]):+.1f} at {count}"

    def _median(self, network, count):
        return f"{np.median(self.accuracies(network)[COUNTS.index(count)]):.3f}"

    def _said(self, network, count):
        values = self.accuracies(network)[COUNTS.index(count)]
        low, high = values.min(), values.max()
        return f"{network} at {count} {np.median(values):.3f} [{low:.3f}, {high:.3f}]"

    def __repr__(self):
        said = ", ".join(self._said(network, self.pixels) for network in SHUFFLED)
        return f"ShufflePixels(digit {self.digit}: {said})"


def first_of_each_digit():
    """The first picture of each digit in scikit-learn's collection: int64 (10, 64), 0 to 16."""
    bunch = load_digits()
    first = [np.flatnonzero(bunch.target == digit)[0] for digit in range(10)]
    return bunch.data[first].astype(np.int64)
