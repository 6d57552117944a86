"""What those read who look after the app: whether it is there, ready, and busy with what."""
