"""The local stack: boots, deploys to, and demonstrates the real thing on one machine. Never shipped."""
