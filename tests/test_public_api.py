"""The front of the package: every name is there, loaded when it is used."""

import importlib

import pytest

import wxarchive


@pytest.mark.parametrize("name", wxarchive.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(wxarchive, name) is not None


def test_the_list_of_names_is_sorted_and_complete() -> None:
    names = [name for name in wxarchive.__all__ if name != "__version__"]
    assert names == sorted(names)
    assert set(wxarchive.__all__) == set(dir(wxarchive))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_of_this_name"):
        _ = wxarchive.nothing_of_this_name


@pytest.mark.parametrize(
    "module",
    ["address", "blocks", "clean", "decode", "errors", "parse", "read", "records", "render", "text", "times"],
)
def test_every_module_lists_its_names_and_has_them(module: str) -> None:
    loaded = importlib.import_module(f"wxarchive.{module}")
    assert [name for name in loaded.__all__ if not hasattr(loaded, name)] == []
