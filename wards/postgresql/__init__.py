"""The database backend that enters a ward: search_path and database role together."""
