"""The console in which admins teach the hotline."""
