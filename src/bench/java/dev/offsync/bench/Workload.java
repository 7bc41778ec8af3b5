package dev.offsync.bench;

import java.sql.SQLException;

/** Something that is measured, in one or several ways. */
interface Workload {
    /** The word by which {@code bench.workloads} chooses it. */
    String name();

    /** Measures every way once. */
    void round(Bench bench) throws SQLException;

    /** How often it is measured, of {@code rounds} that were asked for: less where once takes minutes, more where it is short. */
    default int rounds(int rounds) {
        return rounds;
    }
}
