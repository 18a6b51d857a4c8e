"""The library: numpy, torch (imported inside the functions that need it) and the standard library. No web in here."""
