"""Facts in, findings out. No detector touches a clock, a store or a file."""
