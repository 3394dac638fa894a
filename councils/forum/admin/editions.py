"""Staff screens: editions."""
