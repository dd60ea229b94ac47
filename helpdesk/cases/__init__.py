"""The case: its life, messages and timeline, and the pages a provider has of their own cases."""
