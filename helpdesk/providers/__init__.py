"""The directory: organizations (Section A), their locations (Section B), and who works where."""
