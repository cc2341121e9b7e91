"""What drives the model, what fits, and which explanation the record prefers."""
