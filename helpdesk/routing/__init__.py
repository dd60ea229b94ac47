"""Which team a case goes to, decided by rules that are data, and why."""
