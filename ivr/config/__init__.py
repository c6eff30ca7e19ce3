"""Settings and the company's profile: frozen values, checked where they are made."""
