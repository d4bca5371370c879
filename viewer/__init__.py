"""The window and the command line: a client of the server that draws with the avatar."""
