"""The daily work of 区政会議."""
