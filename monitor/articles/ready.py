"""Importing this module loads everything that reading a page needs.

For the process that workers are forked from: they share the libraries' memory and start in milliseconds.
"""

from monitor.articles.libraries import warm_up

warm_up()
