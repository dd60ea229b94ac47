"""What the desk teaches: articles, learning videos, training sessions."""
