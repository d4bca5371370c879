"""The body: voice, performance (speech to motion), figures and the renderer. Knows nothing of feeds or sockets."""
