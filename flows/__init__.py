"""Prefect decides when, and shows what happened; it holds no fact of ours.

    watch.py         flow: one full cycle
    digest.py        flow: one watch's digest, now
    train.py         flow: one training, and whether its model takes over
    evaluate.py      flow: how well the topics are told apart
    showing.py       what a run tells: log lines, artifacts, how it ends
    deployments.py   the flows with their schedules and limits
    up.py            `python -m flows.up`: a local Prefect server and the flows, in one command
    address.py       where that server is, and the environment that leads there
    children.py      the processes that `up` owns
    lifeline.py      how they end
    serving.py       one of them: runs the flows when they are due; the other is Prefect's server

The steps are `monitor.pipeline`'s and can run without any of this.
"""
