"""Trades as rows: rebuilt from the desk's fills, put right, reviewed and read."""
