"""``python -m wxarchive`` and the ``wxarchive`` command."""

from wxarchive.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
