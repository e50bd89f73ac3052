"""How the desk itself fares: what its page shows and what its watch raises."""
