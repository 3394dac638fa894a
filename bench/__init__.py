"""Repeatable measurements; read the ratios, not the seconds."""
