"""The record's claims: whether they hold together, what runs say of contested ones, the strikes."""
