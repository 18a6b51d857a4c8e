"""Search: one box over cards, demos, claims, terms, pages and one's own questions, in both languages at once."""
