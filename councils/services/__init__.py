"""What changes the registers of councils: each function is one step, checked, atomic, recorded."""
