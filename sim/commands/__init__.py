"""The commands of `kidal`, a module for each kind; each command imports what it needs inside it."""
