/**
 * The benchmark: offsync beside a plain COPY, PostgreSQL's logical replication and the naive way, on servers of its own. A
 * {@link dev.offsync.bench.Workload} measures, {@link dev.offsync.bench.Results} keeps the figures of this run and of
 * earlier ones of the same output folder, {@link dev.offsync.bench.Report} writes the table and the chart.
 */
@NullMarked
package dev.offsync.bench;

import org.jspecify.annotations.NullMarked;
