"""``wxarchive config``: the settings, and where each value comes from."""

from wxarchive.cli.options import JsonOption, config_file

__all__ = ["config"]


def config(json: JsonOption = False) -> None:
    """Show every setting, its value, and where that comes from: a default, config.toml, or the environment.

    Options of a command count more than the environment, and that more than config.toml. WXARCHIVE_CONFIG names
    another file.

    Examples:

      wxarchive config

      wxarchive config --json
    """
    import os

    from wxarchive.cli.options import archive_folder
    from wxarchive.output import Output
    from wxarchive.settings import SETTINGS, Value, load_settings

    file = config_file()
    values = load_settings(file, os.environ)
    if values["archive"].value is None:
        values["archive"] = Value(archive_folder(None), "default")
    Output(json=json).settings(SETTINGS, values, file)
