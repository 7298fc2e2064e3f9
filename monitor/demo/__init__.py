"""A small news world to try the monitor on, without a network and without an account.

Eleven invented outlets publish over a week in May 2023. :func:`monitor.demo.world.load_world`
reads what they wrote, and :class:`monitor.demo.server.NewsServer` serves their sites and feeds on
loopback, so that ``monitor demo`` can run the real pipeline over pages and feeds that behave like
those of real outlets.
"""
