"""Search: one box over cards, demos, claims, terms, pages and the learner's own questions, in both languages at once."""
