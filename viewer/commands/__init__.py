"""What the commands do, a module each; each loads only the parts of the house that it needs."""
