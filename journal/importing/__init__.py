"""Statements stored: previewed row by row, booked once, undone without a trace."""
