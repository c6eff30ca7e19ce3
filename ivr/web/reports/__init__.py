"""The supervisors' reports, and what clients are billed for."""
