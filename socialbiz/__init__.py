"""社会的ビジネス: the ventures of a ward's people, and the city's work that is handed to them."""
