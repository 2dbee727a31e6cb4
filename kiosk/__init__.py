"""What citizens touch, and the front door of the service: pages, settings, commands, the server."""
