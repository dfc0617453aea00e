"""Masking personal data in texts, and hashing the ids of users."""
