"""The ports made real, one module or package for each outside thing."""
