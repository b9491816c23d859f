"""What a method is: its declaration, the registry that finds it, the runner, the result."""
