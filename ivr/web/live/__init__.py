"""What supervisors see of calls while they go on."""
