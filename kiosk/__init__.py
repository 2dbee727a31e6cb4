"""What citizens touch, and the front door of the service: pages, settings, commands, the server."""

__version__ = "0.1.0"
