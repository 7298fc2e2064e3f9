"""News Monitor: polls news feeds, scores articles for your topics, groups them into stories and sends digests.

This package is a library and never imports Prefect; the flows in `flows/` are thin wrappers over it.
`docs/ARCHITECTURE.md` draws the rooms and says which may know which.
"""
