"""`layso print-agent`: papers for a printer that only the kiosk's own computer reaches. It imports nothing that
Windows doesn't have."""
