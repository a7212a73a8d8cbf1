"""From records to orders: what belongs to one order, what caused what, and whose clock says what."""
