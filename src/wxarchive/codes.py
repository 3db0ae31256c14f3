"""QR codes in pictures: bytes in, what they say out. Pure, but for the two packages of the extra ``images``.

zxing-cpp finds the codes (Apache-2.0, kept up, some milliseconds a picture), Pillow opens the pictures. Without them
no code is found, and nothing else changes.
"""

import io
import warnings
from typing import Final

__all__ = ["can_find_codes", "find_codes"]

_MOST_PIXELS: Final = 24_000_000
_LONGEST_CODE: Final = 2_000
_LIVE: Final = frozenset(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))


def can_find_codes() -> bool:
    """Whether the packages of the extra ``images`` are there."""
    from importlib.util import find_spec

    return find_spec("zxingcpp") is not None and find_spec("PIL") is not None


def find_codes(data: bytes) -> tuple[str, ...]:
    """What the QR codes in a picture say, each once; empty for a picture without any and for what is no picture.

    Never raises for what the bytes may be; raises ImportError where the packages are missing.
    """
    import zxingcpp
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    return ()
                grey = picture.convert("L")
        found = zxingcpp.read_barcodes(
            grey,
            formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
            text_mode=zxingcpp.TextMode.Plain,
        )
    except Exception:
        # Pillow's decoders raise what they like for broken bytes: such a picture has no code that could be read.
        return ()
    texts = (code.text for code in found if code.valid)
    return tuple(dict.fromkeys(text for text in texts if _is_plain(text)))


def _is_plain(text: str) -> bool:
    """Whether a code's text is one line of text, as an address is."""
    return 0 < len(text) <= _LONGEST_CODE and not _LIVE.intersection(text)
