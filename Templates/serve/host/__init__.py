"""Runs a published site the way its host would: routes requests as the published configuration says."""
