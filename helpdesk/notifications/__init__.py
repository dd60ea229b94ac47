"""Mail: the kinds, the outbox that rows are written to, and the delivery that sends them."""
