"""What the 24 wards share about 地域活動協議会: the dated sets of requirements."""
