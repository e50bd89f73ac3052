"""Market notes: written in Markdown, found by words, tags and symbols."""
