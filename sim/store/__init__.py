"""Result folders: the tables that they hold, writing and reading them, and where they come from."""
