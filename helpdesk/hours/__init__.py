"""Service hours: dated weekly schedules and closures, and what they say about now."""
