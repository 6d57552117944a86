"""Who is at the screen: how that is shown, kept, asked again at every action, and ended."""
