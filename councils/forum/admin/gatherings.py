"""Staff screens: gatherings."""
