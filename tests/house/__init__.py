"""The house's own laws, checked: lists, walls, sizes, words, the README's and the Makefile's promises."""
