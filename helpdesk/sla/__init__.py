"""How soon the desk answers: targets per priority, and the clocks of a case, which run in service hours."""
