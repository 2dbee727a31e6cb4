"""The plan in force, in the browser."""
