"""The data a new desk starts with, as files: teams, topics, routing rules, targets, hours and articles."""
