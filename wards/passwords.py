"""Passwords that the portal makes: random, shown once, easy to read out and type."""

import secrets

# Neither 0/O nor 1/l/I: a password is read from a screen and typed.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Return a random password of 16 unambiguous letters (79 bits), in four groups."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
