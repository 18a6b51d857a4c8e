<<<<<<< HEAD
"""Confusion pairs: probability information."""
=======
"""Confusion pairs: probability and information."""
>>>>>>> b-n
