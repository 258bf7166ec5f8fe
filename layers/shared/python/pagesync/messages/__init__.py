"""The shape of all that crosses a process edge: HTTP bodies and the state machine's payloads, camelCase outside."""
