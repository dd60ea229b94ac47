"""Words that are typed in a hurry, the words that were meant, and an index of the words of cases."""
