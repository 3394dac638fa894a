"""What changes a 区政会議."""
