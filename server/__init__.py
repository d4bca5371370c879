"""The wire: protocol, gateway, conversation (turn-taking), ears, and the assets that the models need."""
