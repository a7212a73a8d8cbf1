"""The words of the field as plain data. Every stage speaks in these, and imports nothing else of its neighbours."""
