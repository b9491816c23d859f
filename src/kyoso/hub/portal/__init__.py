"""The public face: home, members, data, error pages, and the frame around every page."""
