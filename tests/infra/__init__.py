"""What would be deployed: the synthesised templates and the contents of their assets."""
