"""What holds, as pure functions and values."""
