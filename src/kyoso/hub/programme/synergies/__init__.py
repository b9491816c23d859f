"""How activities work on each other: scores by people, disagreement kept, pairs worth examining."""
