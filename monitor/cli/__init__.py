"""The same steps by hand: `monitor COMMAND`.

    app.py        the program, and how it says what went wrong
    options.py    what the commands share
    cycle.py      run, digest
    feeds.py      feeds: their health; add, remove, discover, import, export
    showing.py    explain
    sent.py       deliveries: list, show, resend, drop, send
    muting.py     mute, mutes, unmute, unsubscribe
    serving.py    serve: the pages behind the links in messages
    stories.py    stories: list, show; split, merge, move, cuts
    reasons.py    stories why: each rule asked of a story
    timeline.py   a story as `stories show` prints it
    setup.py      init, check, schema, db upgrade, up, demo
    filters.py    parse, extract, score, group: JSON Lines in, JSON Lines out
    evaluating.py evaluate: how well the topics are told apart
    health.py     how feeds are: a table for a person, facts for a program
    advice.py     what works, but could be better
    progress.py   how far a long step has come
    printing.py   reports in plain lines

Commands import what they need when they run, so that `--help` starts at once.
"""

from monitor.cli.app import main

__all__ = ["main"]
