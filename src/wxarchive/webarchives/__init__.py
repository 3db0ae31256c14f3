"""Web archives in the formats of the field: WARC 1.1 and WACZ 1.1.1, written and read.

Pure of archives and networks: captures in, files out, and the other way round. WARC needs the package ``warcio`` (the
extra ``warc``).
"""

from wxarchive.webarchives.captures import CapturedFile, WebCapture

__all__ = ["CapturedFile", "WebCapture"]
