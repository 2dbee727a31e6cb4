"""What can be done, each a function over a site's day."""
