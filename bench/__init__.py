"""How fast pagesync is and what it costs, measured on the deployed local stack: `make bench`."""
