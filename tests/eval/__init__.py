"""How good the lead analysis is: the product's own prompt and code over labelled conversations, in figures."""
