"""What runs, when, and in what batch: the only room that reads settings or imports Prefect.

Every flow's work is a plain function that runs without Prefect (`flows.ingest.run_ingest`,
`flows.maintenance.run_maintenance`); `flows.prefect_flows` wraps them thinly.
"""
