"""A Gemini API server on loopback: the generateContent wire protocol, with a rule engine in the model's place."""

from simulators.gemini.server import GeminiSimulator

__all__ = ["GeminiSimulator"]
