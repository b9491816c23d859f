"""What every floor shares: errors, bilingual text, periods, places, units, hashes."""
