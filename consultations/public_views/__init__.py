"""What citizens see of 相談・要望 on a ward's host."""
