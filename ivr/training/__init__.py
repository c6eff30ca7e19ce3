"""What admins teach the assistant: content, the inbox of real calls, trainings, figures."""
