"""Fields become events: definitions (data) are resolved to closures once, then called for every record."""
