"""Routes, one module for each subject. A route loads, authorises, calls and returns; it decides nothing."""
