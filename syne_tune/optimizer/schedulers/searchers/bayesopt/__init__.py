"""Old paths; nothing lives here."""
