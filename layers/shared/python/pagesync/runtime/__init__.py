"""The Lambda side of a handler: tasks of the flow, requests of the API, and what is said of each invocation."""
