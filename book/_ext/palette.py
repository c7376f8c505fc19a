"""The role {line}`network`: the line and the mark of a role, drawn as the figures draw them."""

from docutils import nodes

from fitlab import figures

SIZE = {"width": 0.6, "height": 0.2}  # inches


def drawn(role):
    """A line with one mark on it, as inline SVG; words beside it say what it is."""
    fig, ax = figures.new_figure(**SIZE, on_phone=False)
    fig.set_layout_engine("none")
    ax.set_position((0, 0, 1, 1))
    ax.set(xlim=(0, 1), ylim=(-1, 1))
    ax.set_axis_off()
    figures.draw_line(ax, [0.02, 0.98], [0, 0], role)
    if role in figures.MARKERS:
        figures.draw_points(ax, [0.5], [0], role)
    svg = figures.Picture(fig, alt=role, caption=role).svg
    hidden = f'class="fit-key" data-role="{role}" aria-hidden="true"'
    return svg.replace(f'role="img" aria-label="{role}"', hidden, 1)


def line(_name, text, role, line_number, inliner, _options=None, _content=None):
    """The docutils role."""
    if role not in figures.LINES:
        given = f"{role!r} was given; a line has one of the roles {', '.join(figures.LINES)}"
        return [], [inliner.reporter.error(given, line=line_number)]
    return [nodes.raw(text, drawn(role), format="html")], []


def setup(app):
    app.add_role("line", line)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
