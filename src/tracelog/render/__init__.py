"""How a result reads: JSON and CSV for programs, text for a terminal, one HTML file for a ticket.

Nothing here computes a result: everything shown is already in `Scan` or `Trace`, so the counts of the three
forms cannot differ. Whatever stands in a log is shown, never obeyed: see `visible`.
"""
