"""What is read off stored runs and the reported record; nothing here runs the model."""
