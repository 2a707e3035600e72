"""Polls: questions, choices, votes."""
