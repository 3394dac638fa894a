"""What 市民局 and the bureaus do in the public schema, each step with its refusals in words."""
