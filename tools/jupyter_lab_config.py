"""How `make lab` starts JupyterLab: with the first page, and without questions or calls home."""

NEWS = "@jupyterlab/apputils-extension:announcements"


def without_news(_handler, page_config):
    """Leave out the part that asks whether one wants news, and that looks for updates."""
    disabled = {*page_config.get("disabledExtensions", []), NEWS}
    return page_config | {"disabledExtensions": sorted(disabled)}


c = get_config()  # noqa: F821  (Jupyter defines it)
c.LabApp.default_url = "/lab/tree/book/index.ipynb"
c.ServerApp.tornado_settings = {"page_config_hook": without_news}
