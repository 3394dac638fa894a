"""Staff screens: evaluations."""
