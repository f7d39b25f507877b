"""What all our expectations are: a condition in SQL that DuckDB asks of every row, and a
verdict that Great Expectations gives on what it counted.

Great Expectations 1.24 has no DuckDB data source, and no frame of a million articles is to
pass through pandas: so each expectation holds its condition (`offends`), `expectations.sieve`
has DuckDB count the rows it concerns and those that offend, and the batch Great Expectations
sees is a small frame with one row for each check (`TallyOfRows`).
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any, ClassVar

from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from warehouse.judging import Condition
from warehouse.read import literal

TALLY = "table.tally_of_rows"
TOLERANCE = 1e-9


class TallyOfRows(TableMetricProvider):
    """The row of the small frame that belongs to one check.

    Columns of the frame: check, rows, offending, ids, examples (`warehouse.judging.Tally`).
    """

    metric_name = TALLY
    value_keys = ("check_name",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,
        execution_engine: Any,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> dict[str, Any]:
        frame = execution_engine.get_domain_records(metric_domain_kwargs)
        (row,) = frame[frame["check"] == metric_value_kwargs["check_name"]].to_dict("records")
        return dict(row)


class NewsExpectation(BatchExpectation):
    """Every row holds, or at least the share ``mostly`` of those it is asked of.

    A subclass gives `offends`, SQL over ``{column}`` and its own arguments: those ending in
    ``column`` are put in as identifiers, all others as literals.
    """

    metric_dependencies = (TALLY,)
    success_keys = ("check_name", "mostly")
    offends: ClassVar[str] = ""
    patterns: ClassVar[Mapping[str, str]] = {}
    """Regular expressions (RE2) that `offends` names, put in as literals."""

    check_name: str
    column: str
    mostly: float = 1.0

    @classmethod
    def condition(
        cls, name: str, relation: str, kwargs: Mapping[str, Any], where: str | None = None
    ) -> Condition:
        """The condition of one check on a relation, with its arguments put in.

        Raises:
            ValueError: an argument is unknown or missing; names it.
        """
        fields = cls.__fields__
        unknown = sorted(set(kwargs) - set(fields))
        wanted = {part for _, part, _, _ in string.Formatter().parse(cls.offends) if part}
        given = {key: f.default for key, f in fields.items() if key in wanted}
        given |= {**kwargs, **cls.patterns}
        missing = sorted(wanted - set(given) - {"relation"})
        if unknown or missing:
            raise ValueError(
                f"{name}: {cls.expectation_type} has no argument {', '.join(unknown)}"
                if unknown
                else f"{name}: {cls.expectation_type} needs {', '.join(missing)}"
            )
        values = {key: _in_sql(key, value) for key, value in given.items()}
        values["relation"] = f'"{relation}"'
        return Condition(name, cls.offends.format_map(values), where, kwargs.get("column"))

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        tally = metrics[TALLY]
        rows, offending = int(tally["rows"]), int(tally["offending"])
        allowed = (1 - self.mostly) * rows + TOLERANCE
        share = 100 * offending / rows if rows else 0.0
        return {
            "success": offending <= allowed,
            "result": {
                "observed_value": f"{offending} of {rows} rows",
                "element_count": rows,
                "unexpected_count": offending,
                "unexpected_percent": share,
                "partial_unexpected_list": list(tally["examples"]),
                "unexpected_index_list": [{"id": one} for one in tally["ids"]],
            },
        }


def _in_sql(key: str, value: Any) -> str:
    if key == "column" or key.endswith("_column"):
        return f'judged."{value}"'
    return literal(value)
