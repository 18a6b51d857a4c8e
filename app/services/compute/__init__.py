"""Running demos away from the web process: worker.py runs there, pool.py asks, cache.py remembers.

The web process never imports torch; a run has a deadline after which its process is killed and replaced.
"""

from app.services.compute.cache import Answer, Cache
from app.services.compute.pool import Compute, keeps

__all__ = ["Answer", "Cache", "Compute", "keeps"]
