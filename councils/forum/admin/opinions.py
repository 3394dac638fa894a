"""Staff screens: opinions."""
