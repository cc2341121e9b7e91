"""The engine: from checked files to runs, plain and compiled, and what they give."""
