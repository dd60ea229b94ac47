"""Vaccine Provider -> Get Help: the help ticket form, whose answers become a case."""
