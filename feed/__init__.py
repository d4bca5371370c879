"""The mind: items, sources, store, passages, personas and replies. Knows nothing of faces, sound or sockets."""
