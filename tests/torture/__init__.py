"""The whole flow in one process under seeded bad luck: what may go wrong does, and the promises must hold."""
