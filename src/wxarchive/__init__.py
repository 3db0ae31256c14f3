"""Archive posts of WeChat public accounts (微信公众号)."""

__version__ = "0.1.0"
