"""The gallery of ``docs/``: who the figures are and what they can do, drawn by ``python -m viewer.gallery``."""
