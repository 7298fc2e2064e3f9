"""Readers' answers: the links in messages, and the small site behind them.

    links.py    a wish as the address of a page, signed, and back
    mutes.py    what keeps a person from hearing of something, and for how long
    pages.py    a page as HTML
    clerk.py    what a wish would do in words, and doing it
    app.py      the site: a GET shows a page that asks, a POST acts

A link never expires and needs no account: it is signed, so that whoever holds it may do what it says, and no more.
"""
