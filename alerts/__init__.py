"""What goes out: which changes of events alert, how an alert reads, and its delivery.

`alerts.rules` decides (pure), `alerts.render` words, `alerts.subscriptions` says who gets
what, `alerts.channels` sends, `alerts.dispatch` works through the outbox. See
`docs/alerts.md`.
"""
