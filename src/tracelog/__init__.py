"""Forensics for orders that get lost between systems."""

__version__ = "0.1.0"
