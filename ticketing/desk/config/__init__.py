"""A centre's configuration in the browser."""
