"""What a person has to know: notices in the page, letters by email."""
