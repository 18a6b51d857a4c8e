"""Reads /content: cards, topics, references, interface words. Start with loader.py; markdown.py makes the HTML."""
