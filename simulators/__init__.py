"""Stand-ins for the outside services, over real HTTP; for tests and the local stack, never shipped."""
