"""The HTTP side of accounts that is not allauth's."""
