"""Staff screens: recruitment."""
