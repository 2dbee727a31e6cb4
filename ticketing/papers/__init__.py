"""What is printed, put into words."""
