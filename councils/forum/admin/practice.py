"""Staff screens: practice."""
