"""Staff screens: sessions."""
