"""The desk: signing in, the officers' counter console, the supervisor's pages."""

from ticketing.desk.blueprint import make_desk

__all__ = ["make_desk"]
