"""The rules of the project, as tests. When one fails it says how to mend the code."""
