"""Cleaning: a body without its furniture, and why each piece went (layer 4, pure)."""

from wxarchive.clean.chain import Cleaned, clean_body, uncut
from wxarchive.clean.signs import About

__all__ = ["About", "Cleaned", "clean_body", "uncut"]
