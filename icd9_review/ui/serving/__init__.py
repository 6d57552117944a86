"""The app as a server: what stands between the network and the pages."""
