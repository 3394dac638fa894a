"""The app of 区政会議: terms, members, sessions, minutes and what becomes of opinions."""
