"""The steps of cleaning: each takes a draft and hands it on with more cuts, and touches no text itself."""
