"""Changes of cases, by what is done: taken in, handled, handed over, answered, published, kept."""
