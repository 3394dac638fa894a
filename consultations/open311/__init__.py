"""Open311 GeoReport v2: 相談・要望 for programs, in XML and JSON (CONTRACT, `/open311/v2/`)."""
