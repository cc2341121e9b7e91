"""What figures share: style, pages, labels, maps."""
