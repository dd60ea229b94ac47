"""A desk to play with: invented people and cases, made by the same commands that people use."""
