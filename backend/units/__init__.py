"""The three facets a person belongs to: territory, Party organization, workplace or association."""
