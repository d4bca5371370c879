"""The panels of the window: each knows what it shows, when that changed, and how to paint it."""
