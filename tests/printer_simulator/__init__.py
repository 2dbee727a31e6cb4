"""A thermal printer without paper: `Printer` for tests, `python -m tests.printer_simulator` for everybody."""

from tests.printer_simulator.escpos import Mistake, Paper, Reader
from tests.printer_simulator.machine import Printer

__all__ = ["Mistake", "Paper", "Printer", "Reader"]
