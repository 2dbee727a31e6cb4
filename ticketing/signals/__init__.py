"""After-commit news."""
