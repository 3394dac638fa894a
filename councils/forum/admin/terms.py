"""Staff screens: terms."""
