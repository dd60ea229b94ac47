"""Words that are typed in a hurry, and the words that were meant."""
