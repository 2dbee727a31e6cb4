"""Queue slips on roll paper: one layout, drawn as PDF, as PNG and as an ESC/POS raster.

Plain data in, bytes out. Texts arrive translated and formatted; nothing here knows a catalog, a clock or a
ticket. Slips carry no person's data and no priority.
"""

from printer_templates.slip import PAPER_WIDTHS_MM, slip_escpos, slip_pdf, slip_png, warm
from printer_templates.slip_content import Slip, SlipLabels

__all__ = ["PAPER_WIDTHS_MM", "Slip", "SlipLabels", "slip_escpos", "slip_pdf", "slip_png", "warm"]
