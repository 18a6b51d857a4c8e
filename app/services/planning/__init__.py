"""Aiming at the interview day: what a learner wants (settings), what a review is worth on the day (memory, forecast),
which reviews to make (choice, cost), what to tell of it (report), and what an interview taught (debrief).

`Planner` holds the use-cases; the rest is pure.
"""
