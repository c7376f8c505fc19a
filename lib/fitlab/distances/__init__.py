"""How far apart things are: norms and what they choose, angles, maps that keep neighbours."""
