"""Paper: how bytes get to a printer, what it says of itself, and the worker that looks after each."""
