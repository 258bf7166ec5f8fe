"""The verbs of pagesync, one module each; ports come in as keywords."""
