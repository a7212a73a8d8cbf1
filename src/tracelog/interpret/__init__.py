"""Fields become events: definitions are data, turned into functions once and called for every record."""
