"""What a reading costs, and how that is bounded: the cache, the budget, the student."""
