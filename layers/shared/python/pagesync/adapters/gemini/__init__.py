"""Google's Gemini as the analyst, over google-genai and the generateContent call.

prompt.py asks, analyst.py calls, answer.py reads, trouble.py names what went wrong. Nothing of a conversation, a
key or the API's own words leaves this package except inside an Insight.
"""

from pagesync.adapters.gemini.analyst import GeminiAnalyst

__all__ = ["GeminiAnalyst"]
