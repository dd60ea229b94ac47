"""The workspace of agents: the queue, and the case page to work on."""
