"""Ranking evaluation: metrics, protocol, baselines, significance, report."""
