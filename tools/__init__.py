"""What `make` runs beside the desk itself."""
