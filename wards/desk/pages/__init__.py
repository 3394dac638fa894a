"""What the staff pages of every app are made of: lists beside their neighbours, steps, forms."""
