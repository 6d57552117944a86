"""A second coder, asked for where two agree too little on a group of codes."""
