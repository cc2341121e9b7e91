"""The parameters of the model: values and priors, posteriors, and reading their file."""
