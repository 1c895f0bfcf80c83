"""Hội Thi: contests in which citizens study a resolution."""
