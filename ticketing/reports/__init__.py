"""What is counted afterwards."""
