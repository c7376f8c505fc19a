"""Keep a value in a cell's outputs, from where the page's text takes it.

MyST-NB's own function of this name comes with the whole builder of the book. A notebook that
somebody takes home should need the library alone, so this one writes the same record without it.
"""

import IPython.display
from IPython.core.formatters import format_display_data

RECORD = "application/papermill.record/"  # what MyST-NB looks for; a front end shows none of it


def glue(name, value, display=True):
    """Record under a name how `value` is displayed, and with display=False do not display it."""
    bundle, metadata = format_display_data(value)
    prefix = "" if display else RECORD
    IPython.display.display(
        {prefix + mime: data for mime, data in bundle.items()},
        raw=True,
        metadata={**metadata, "scrapbook": {"name": name, "mime_prefix": prefix}},
    )
